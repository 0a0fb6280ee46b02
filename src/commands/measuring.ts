import { readFileSync } from 'node:fs';
import { messageOf, SpangateError } from '../errors.ts';
import { parseGate } from '../gate/rules.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Run } from '../model/run.ts';
import type { GateResult } from '../model/verdict.ts';
import type { Home } from '../record/home.ts';
import type { Suite } from '../suite/suite.ts';
import { packageVersion } from '../version.ts';
import type { Lane, Measured, Measurement } from '../workflows/measure.ts';
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

/** The gate file that stands for a suite, checked against the suite's metrics before any target call. */
export function gateTextFor(suite: Suite, override: string | undefined): string | undefined {
	const file = override ?? suite.gateFile;
	if (file === undefined) return undefined;
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new SpangateError('config', `${file}: cannot read the gate file: ${messageOf(error)}`, {
			cause: error,
		});
	}
	parseGate(text, file, suiteCatalogue(suite));
	return text;
}

/** Every metric that a run of this suite will have. */
export function suiteCatalogue(suite: Suite) {
	return metricCatalogue({
		scorers: suite.scorers,
		checks: suite.checks.map(({ name, use, apply, check }) => ({
			name,
			use,
			apply,
			version: check.version,
			kind: check.kind,
		})),
	});
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
	const endInterrupts = io.onInterrupt(() => {
		if (stop.signal.aborted) io.exit(130);
		io.stderr.write(
			'\nInterrupted: trials under way finish, the record is kept. Press Ctrl-C again to stop at once.\n',
		);
		stop.abort();
	});
	const progress = startProgress(questions.length * repeats * lanes.length, args.progress && !args.json, io);
	try {
		const measurement = await measure(
			lanes,
			{
				...{ home, suite, questions, selection, gateText, repeats, concurrency, timeoutMs, exportTimeoutMs },
				...{ otlpEndpoint, version: packageVersion(), stop: stop.signal },
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

/** Says on stderr where the records are and what became of every span. */
export function reportRecords({ measured, unknownSpans }: Measurement, io: Io): void {
	for (const { run, delivery, folder } of measured) {
		io.stderr.write(`@${run.id}  ${folder}\n`);
		const { ended, recorded, acknowledged, rejected, outstanding, endpoint, error } = delivery;
		const sent =
			endpoint === undefined
				? 'not sent (see --otlp)'
				: `${acknowledged} acknowledged, ${rejected} rejected, ${outstanding} outstanding at ${endpoint}`;
		io.stderr.write(
			`  spans: ${ended} ended, ${recorded} recorded, ${sent}${error ? `; last error: ${error}` : ''}\n`,
		);
	}
	if (unknownSpans > 0) {
		io.stderr.write(
			`  ${unknownSpans} span(s) came for no trial under way (too late, or of other traces) and were refused\n`,
		);
	}
}

/** Throws `unmeasured` when a run's target answered nothing at all: there is nothing to judge. */
export async function assertAnswered(measured: readonly Measured[]): Promise<void> {
	const { readTrials } = await import('../record/reader.ts');
	for (const { run, folder } of measured) {
		let last: string | undefined;
		let answered = false;
		for await (const trial of readTrials(folder)) {
			if (trial.result === 'answered') {
				answered = true;
				break;
			}
			last = `${trial.error.type}: ${trial.error.message}`;
		}
		if (!answered && last !== undefined) {
			throw new SpangateError(
				'unmeasured',
				`target "${run.target.name}" answered none of ${run.completed} trials; last: ${last}`,
			);
		}
	}
}
