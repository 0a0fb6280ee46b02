import { ExitCode } from '../errors.ts';
import type { Run } from '../model/run.ts';
import type { GateResult } from '../model/verdict.ts';
import type { Home } from '../record/home.ts';
import type { Suite } from '../suite/suite.ts';
import { packageVersion } from '../version.ts';
import type { Lane, Measurement } from '../workflows/measure.ts';
import { milliseconds, wholeNumber } from './command.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { selectQuestions } from './select.ts';

/** The flags of `measureFlags`, and `--json`, as yargs gives them. */
export interface MeasureArgs {
	readonly 'max-concurrency': number;
	readonly repeat: number;
	readonly first?: number | undefined;
	readonly tag?: readonly string[] | undefined;
	readonly timeout: number;
	readonly otlp?: string | undefined;
	readonly 'export-timeout': number;
	readonly progress: boolean;
	readonly json: boolean;
}

/** What one measuring command came to. */
export interface Outcome extends Measurement {
	readonly interrupted: boolean;
}

/** Measures the lanes with progress on stderr; Ctrl-C once lets trials under way finish, twice ends at once. */
export async function measureWith(
	lanes: readonly Lane[],
	{ suite, home, gateText }: { suite: Suite; home: Home; gateText: string | undefined },
	args: MeasureArgs,
	io: Io,
	judge: (runs: readonly Run[]) => Promise<GateResult | undefined>,
): Promise<Outcome> {
	const { questions, selection } = selectQuestions(suite.questions, args);
	const repeats = wholeNumber('repeat', args.repeat, 1);
	const concurrency = wholeNumber('max-concurrency', args['max-concurrency'], 1);
	const timeoutMs = milliseconds('timeout', args.timeout);
	const exportTimeoutMs = milliseconds('export-timeout', args['export-timeout']);
	// Loaded here, so that what only reads records never pays for the OTel SDK.
	const [{ measure }, { provenance }, { endpointFromEnvironment, tracesUrl }] = await Promise.all([
		import('../workflows/measure.ts'),
		import('../workflows/provenance.ts'),
		import('../telemetry/wire.ts'),
	]);
	const otlpEndpoint = args.otlp === undefined ? endpointFromEnvironment(io.env) : tracesUrl(args.otlp);
	const stop = new AbortController();
	const progress = startProgress(questions.length * repeats * lanes.length, args.progress && !args.json, io);
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
				home,
				suite,
				questions,
				selection,
				gateText,
				repeats,
				concurrency,
				timeoutMs,
				otlpEndpoint,
				exportTimeoutMs,
				version: packageVersion(),
				stop: stop.signal,
				provenance: await provenance(suite.folder, io.env),
				onTrial: (trial) => progress.done(trial.result === 'failed'),
			},
			async (runs) => {
				progress.stop();
				return stop.signal.aborted ? undefined : judge(runs);
			},
		);
		return { ...measurement, interrupted: stop.signal.aborted };
	} finally {
		progress.stop();
		endInterrupts();
	}
}
