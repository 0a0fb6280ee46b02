import type { Deliveries } from '../gate/delivery.ts';
import type { Gate } from '../gate/rule.ts';
import { validityPrefix } from '../gate/validity-rule.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { type Making, madeUpRun, madeUpTrials, type Subject } from './made-up-run.ts';

/** How one record of a pair is spoilt; the rest of it is good. */
export interface Broken {
	/** The record check that must see it, without its prefix. */
	readonly id: string;
	readonly by: string;
	readonly role: 'baseline' | 'candidate';
	/** true when it is measured and bad, and not merely unknown. */
	readonly fails?: boolean;
	readonly run?: Partial<Run>;
	readonly making?: Making;
	readonly trials?: (trials: Trial[]) => Trial[];
	readonly after?: (facts: RunFacts) => void;
	readonly deliveries?: Deliveries;
}

const roles = ['candidate', 'baseline'] as const;

/** A delivery of made-up spans of which none is outstanding. */
export const delivered = {
	schemaVersion: 1,
	ended: 1,
	recorded: 1,
	endpoint: 'made up',
	acknowledged: 1,
	rejected: 0,
	outstanding: 0,
	acknowledgedBytes: 1,
	late: 0,
	runBytes: 1,
	runRejected: 0,
} as const;

/** Every way in which a record can be worth nothing, each with the check that must see it. */
export function brokenRecords(
	{ validity, baseline }: Pick<Gate, 'validity' | 'baseline'>,
	subject: Subject,
	evaluatedAt: string,
): Broken[] {
	const planned = subject.questions.length * subject.repeats;
	const old = new Date(Date.parse(evaluatedAt) - 1_000 * ((baseline.maxAgeS ?? 0) + 1)).toISOString();
	return [
		...roles.flatMap((role): Broken[] => [
			{ id: `${role}-complete`, by: 'a trial is missing', role, trials: (trials) => trials.slice(0, -1) },
			{ id: `${role}-complete`, by: 'a trial is there twice', role, trials: doubledFirst },
			{ id: `${role}-complete`, by: 'the last line is torn', role, after: tear },
			{ id: `${role}-complete`, by: 'interrupted', role, run: { interrupted: true } },
			{ id: `${role}-complete`, by: 'never ended', role, run: { completed: planned - 1 } },
			{ id: `${role}-complete`, by: 'a trial says passed against its scores', role, trials: turnedFirst },
			{
				id: `${role}-errors`,
				by: 'every trial failed',
				role,
				making: () => ({ failed: true }),
				fails: role === 'candidate',
			},
			...(validity.spans === undefined
				? []
				: [{ id: `${role}-spans`, by: 'no span was sent', role, deliveries: { [role]: undefined } }]),
		]),
		{ id: 'whole-suite', by: 'a part of the questions', role: 'candidate', run: { selection: { first: 1 } } },
		{
			id: 'same-suite',
			by: 'another suite',
			role: 'baseline',
			run: { suite: { ...madeUpRun(subject, 'baseline', evaluatedAt).suite, digest: 'another' } },
		},
		{ id: 'same-repeats', by: 'other repeats', role: 'baseline', run: { repeats: subject.repeats + 1 } },
		{ id: 'paired', by: 'other questions', role: 'baseline', trials: renamed },
		...(baseline.maxAgeS === undefined
			? []
			: [
					{
						id: 'baseline-age',
						by: 'too old',
						role: 'baseline' as const,
						run: { startedAt: old, endedAt: old },
					},
				]),
		...baseline.same
			.filter((part) => part !== 'suite')
			.map(
				(part): Broken => ({ id: `same-${part}`, by: `other ${part}`, role: 'baseline', run: others[part] }),
			),
	];
}

const other = [{ name: 'another', use: 'another', version: 'another' }];
const others = {
	scorers: { scorers: other },
	checks: { checks: [{ ...other[0], kind: 'safety', apply: 'all' }] as Run['checks'] },
	concurrency: { concurrency: 2 },
	spangate: { spangate: 'another' },
} satisfies Record<string, Partial<Run>>;

/** The trials of a good record, spoilt. */
export function brokenTrials(subject: Subject, run: Run, making: Making, { trials }: Pick<Broken, 'trials'>) {
	const made = [...madeUpTrials(subject, run, making)];
	return trials === undefined ? made : trials(made);
}

/** Which rule of a verdict sees it. */
export function checkId({ id }: Broken): string {
	return `${validityPrefix}${id}`;
}

function doubledFirst(trials: Trial[]): Trial[] {
	const [first, ...rest] = trials;
	return first === undefined ? [] : [first, first, ...rest.slice(1)];
}

function turnedFirst([first, ...rest]: Trial[]): Trial[] {
	return first === undefined ? [] : [{ ...first, passed: !first.passed }, ...rest];
}

function renamed(trials: Trial[]): Trial[] {
	return trials.map((trial) => ({ ...trial, questionId: `another ${trial.questionId}` }));
}

function tear({ torn }: RunFacts): void {
	torn.push('trials.jsonl');
}
