import { randomBytes } from 'node:crypto';
import type { ContentMode } from '../model/content.ts';
import { type Run, schemaVersion } from '../model/run.ts';
import type { SuiteSnapshot } from '../record/suite-snapshot.ts';
import type { Snapshots } from '../record/writer.ts';
import { digestibleOptions, recordedOptions } from '../redaction/options.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { answeringFiles } from '../runner/target-files.ts';
import { digestOfJson } from '../suite/digest.ts';
import type { QuestionSet } from '../suite/question-set.ts';
import { gradersOf, type Suite, type SuiteTarget } from '../suite/suite.ts';

/** What a run asks and how; the same for every run of a measurement. */
export interface RunConfig {
	readonly suite: Suite;
	/** The questions to ask: all of the suite's, or those that were selected. */
	readonly questions: QuestionSet;
	/** How much of the content is recorded at most. */
	readonly content: ContentMode;
	/** What selected them, for the record. */
	readonly selection: Run['selection'];
	/** The gate file's text, kept with the record. */
	readonly gateText: string | undefined;
	readonly repeats: number;
	readonly concurrency: number;
	readonly timeoutMs: number;
	/** true when answers are taken from the home's cache, and kept there. */
	readonly cache: boolean;
	/** The tag that the run (of a pair, the candidate) gets when it ends, also when it is gone on with. */
	readonly tag?: string | undefined;
	readonly provenance: Pick<Run, 'vcs' | 'ci'>;
	readonly version: string;
}

/** A run's first `run.json`, but for what its start decides. */
export async function draftRun(
	{ target, role }: { readonly target: SuiteTarget; readonly role: Run['role'] },
	config: RunConfig,
): Promise<Omit<Run, 'id' | 'startedAt' | 'traceId' | 'spanId'>> {
	const { suite, repeats, concurrency, selection, questions } = config;
	const { name, use, revision } = target;
	return {
		schemaVersion,
		spangate: config.version,
		role,
		suite: { name: suite.name, digest: suite.digest, questions: suite.questions.count },
		selection,
		repeats,
		target: { name, use, ...(revision !== undefined && { revision }), models: [], promptVersions: [] },
		...gradersOf(suite),
		configDigest: await configDigest(target, config),
		content: config.content,
		seed: seedOf(suite),
		concurrency,
		...(config.cache && { cache: true }),
		...(config.tag !== undefined && { tag: config.tag }),
		planned: questions.count * repeats,
		completed: 0,
		interrupted: false,
		...config.provenance,
	};
}

/**
 * `sha256:<hex>` of all that a run is made with besides its suite, its target's files included and credentials left out:
 * a run is gone on with only as it was begun, if need be with another key.
 */
export async function configDigest(
	target: SuiteTarget,
	{
		suite,
		selection,
		repeats,
		concurrency,
		timeoutMs,
	}: Pick<RunConfig, 'suite' | 'selection' | 'repeats' | 'concurrency' | 'timeoutMs'>,
): Promise<string> {
	const { prices } = suite;
	const files = await answeringFiles(target, suite.folder);
	return digestOfJson({
		...{ target: digestibleOptions(target.options), files, selection, repeats, concurrency, timeoutMs },
		...(prices !== undefined && { prices }),
	});
}

/** What a record keeps of its suite, so that it can be judged, and gone on with, by itself. */
export function snapshotsOf(
	{ suite, gateText, timeoutMs }: Omit<RunConfig, 'content'>,
	redactor: Redactor,
): Snapshots {
	const definition = recordedOptions(suite.snapshot, redactor);
	const snapshot: SuiteSnapshot = { folder: suite.folder, timeoutMs, definition };
	return { suite: snapshot, gate: gateText };
}

/** The order of a pair's trials is random, and the same for the same suite. */
export function seedOf(suite: Suite): number {
	return Number.parseInt(suite.digest.slice(-8), 16) | 0;
}

/** Sorts by time, names its target, and never reads as a number: `20261122T192233Z-candidate-3f9a1c`. */
export function newRunId(at: Date, target: string): string {
	const stamp = at.toISOString().replace(/[-:]|\.\d+/g, '');
	return `${stamp}-${target}-${randomBytes(3).toString('hex')}`;
}
