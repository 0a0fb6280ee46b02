import { ExitCode, SpangateError } from '../errors.ts';
import type { Delivery, Run } from '../model/run.ts';
import type { Home } from '../record/home.ts';
import { printable } from '../reports/terminal.ts';
import type { Suite } from '../suite/suite.ts';
import { packageVersion } from '../version.ts';
import type { RunConfig } from '../workflows/draft.ts';
import type { Conclusion, Lane, Measurement, MeasureOptions } from '../workflows/measure-options.ts';
import { provenance } from '../workflows/provenance.ts';
import { milliseconds, wholeNumber } from './command.ts';
import { contentOf, credentialsOf } from './content.ts';
import type { Io } from './io.ts';
import { probeStack } from './notice-stack.ts';
import { startProgress } from './progress.ts';
import { receiveAddress } from './receive-flag.ts';
import { selectQuestions } from './select.ts';

/** The flags of `traceFlags`, and `--json`, as yargs gives them. */
export interface TraceArgs {
	readonly otlp?: string | undefined;
	/** Where spans and metrics are sent when neither a flag nor the environment says it: where they were sent before. */
	readonly before?: Pick<Delivery, 'endpoint' | 'metricsEndpoint'> | undefined;
	readonly receive?: string | undefined;
	readonly content?: string | undefined;
	readonly 'export-timeout': number;
	readonly progress: boolean;
	readonly json: boolean;
}

/** What is asked, and how: by the flags of a command, or by the record of a run that is gone on with. */
export interface Asked extends Omit<RunConfig, 'provenance' | 'version' | 'content'> {
	readonly home: Home;
	/** Ends the measurement when nothing further could change its verdict. */
	readonly watch?: MeasureOptions['watch'];
}

/** The flags of `askFlags` as yargs gives them. */
export interface AskArgs {
	readonly 'max-concurrency': number;
	readonly repeat: number;
	readonly first?: number | undefined;
	readonly tag?: readonly string[] | undefined;
	readonly timeout: number;
	readonly cache: boolean;
	readonly name?: string | undefined;
}

/** What the flags say is asked of a suite. */
export function askedBy(
	args: AskArgs,
	given: { readonly suite: Suite; readonly home: Home; readonly gateText: string | undefined },
): Asked {
	if (args.cache) assertCachable(given.suite);
	return {
		...given,
		...selectQuestions(given.suite.questions, args),
		repeats: wholeNumber('repeat', args.repeat, 1),
		concurrency: wholeNumber('max-concurrency (-j)', args['max-concurrency'], 1),
		timeoutMs: milliseconds('timeout', args.timeout),
		cache: args.cache,
		tag: args.name,
	};
}

/** Refuses the cache where graders read what it does not keep. */
function assertCachable({ scorers, checks }: Suite): void {
	const reader =
		scorers.find(({ scorer }) => scorer.needsSpans) ?? checks.find(({ check }) => check.needsSpans);
	if (reader === undefined) return;
	throw new SpangateError(
		'usage',
		`--cache: "${reader.name}" (${reader.use}) reads the spans of the app, and an answer from the cache has none`,
		{ hint: 'Measure without --cache, or a suite without it.' },
	);
}

/** What one measuring command came to. */
export interface Outcome extends Measurement {
	readonly interrupted: boolean;
	/** true when spans were sent nowhere and a stack on this machine would take them. */
	readonly stackFound: boolean;
}

/** Says what the records of the measured runs come to; a measurement that can go on has records, too. */
export type Conclude = (runs: readonly Run[], unfinished: boolean) => Promise<Conclusion>;

/** Measures the lanes with progress on stderr; Ctrl-C once lets trials under way finish, twice ends at once. */
export async function measureWith(
	lanes: readonly Lane[],
	asked: Asked,
	args: TraceArgs,
	io: Io,
	conclude: Conclude,
): Promise<Outcome> {
	const exportTimeoutMs = milliseconds('export-timeout', args['export-timeout']);
	const receive = args.receive === undefined ? undefined : receiveAddress(args.receive);
	const content = contentOf(args.content, asked.suite, io);
	const credentials = credentialsOf(asked.suite, io);
	// Loaded here, so that what only reads records never pays for the OTel SDK; git answers in the meantime.
	const [known, { measure }, { endpointFromEnvironment, tracesUrl }, { metricsEndpoint }] = await Promise.all(
		[
			provenance(asked.suite.folder, io.env),
			import('../workflows/measure.ts'),
			import('../telemetry/wire.ts'),
			import('../telemetry/metrics-endpoint.ts'),
		],
	);
	const otlpEndpoint =
		args.otlp === undefined
			? (endpointFromEnvironment(io.env) ?? args.before?.endpoint)
			: tracesUrl(args.otlp);
	const stack = probeStack(otlpEndpoint, io);
	const stop = new AbortController();
	const total = asked.questions.count * asked.repeats * lanes.length;
	const progress = await startProgress(total, args.progress && !args.json, io);
	const endInterrupts = io.onInterrupt(() => {
		if (stop.signal.aborted) io.exit(ExitCode.interrupted);
		progress.stop();
		io.stderr.write(
			'Interrupted: trials under way finish, the record is kept. Press Ctrl-C again to stop at once.\n',
		);
		stop.abort();
	});
	try {
		const measurement = await measure(
			lanes,
			{
				...asked,
				content,
				credentials,
				otlpEndpoint,
				metricsEndpoint: metricsEndpoint(args.otlp, io.env, args.before?.metricsEndpoint),
				exportTimeoutMs,
				receive,
				version: packageVersion(),
				env: io.env,
				stop: stop.signal,
				provenance: known,
				onTrial: (trial) => progress.done(trial.result === 'failed'),
				onDoneBefore: (trials) => progress.skip(trials),
				onTorn: (file) => io.stderr.write(`${file}: the last line was torn by a kill and is dropped\n`),
				onCurtailed(rule, saved, planned) {
					progress.stop();
					io.stderr.write(
						`Stopped early: rule ${printable(rule)} fails whatever the rest says; ${saved} of ${planned} trials were not asked.\n`,
					);
				},
				onReceiving(endpoint) {
					if (receive !== undefined) io.stderr.write(`Taking apps' spans at ${endpoint} (OTLP/HTTP)\n`);
				},
			},
			async (runs, unfinished) => {
				progress.stop();
				// Ctrl-C may have come while the backend was waited for.
				return conclude(runs, unfinished || stop.signal.aborted);
			},
		);
		return { ...measurement, interrupted: stop.signal.aborted, stackFound: stack.found() };
	} finally {
		progress.stop();
		endInterrupts();
	}
}
