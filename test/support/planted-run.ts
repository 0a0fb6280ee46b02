import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Run } from '../../src/model/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import type { GateResult, RuleResult } from '../../src/model/verdict.ts';
import { Workspace } from './cli.ts';
import { run, type TrialParts, trial } from './records.ts';

/** What is planted of one run: its trials, what of its record is odd, and what `trials.jsonl` ends with. */
export interface Planted {
	readonly trials: readonly TrialParts[];
	readonly run?: Partial<Run>;
	/** A trial’s line, changed before it is written. */
	readonly line?: (text: string) => string;
}

/** So many trials of as many questions. */
export function many(count: number, parts: (index: number) => TrialParts = () => ({})): TrialParts[] {
	return Array.from({ length: count }, (_, index) => ({ question: `q${index}`, ...parts(index) }));
}

/** Writes a run's record, whole unless its parts say otherwise, as a run of that suite and size would leave it. */
export function plant(
	{ home }: Pick<Workspace, 'home'>,
	role: 'baseline' | 'candidate',
	{ trials: given, run: parts, line = (text) => text }: Planted,
): void {
	const trials: Trial[] = given.map((each) => trial({ ...each, runId: role }));
	const questions = Math.max(1, new Set(trials.map(({ questionId }) => questionId)).size);
	const record = run({
		id: role,
		role: 'single',
		suite: { ...run().suite, questions },
		repeats: Math.max(0, ...trials.map(({ repeat }) => repeat)) + 1,
		planned: trials.length,
		completed: trials.length,
		...parts,
	});
	const folder = join(home, 'runs', role);
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'run.json'), JSON.stringify(record));
	writeFileSync(
		join(folder, 'trials.jsonl'),
		trials.map((each) => `${line(JSON.stringify(each))}\n`).join(''),
	);
}

/** What `spangate gate` says of a planted candidate by this gate file: its exit code, and the rules that do not pass. */
export async function judgePlanted(
	workspace: Workspace,
	gate: string,
	planted: { readonly candidate: Planted; readonly baseline?: Planted | undefined },
	...flags: readonly string[]
) {
	plant(workspace, 'candidate', planted.candidate);
	if (planted.baseline) plant(workspace, 'baseline', planted.baseline);
	const file = workspace.write('gate.yaml', gate);
	const sides = planted.baseline ? ['--baseline', '@baseline'] : [];
	const judged = await workspace.inProcess([
		'gate',
		'@candidate',
		...sides,
		'--gate',
		file,
		'--json',
		...flags,
	]);
	const result = judged.stdout === '' ? undefined : (JSON.parse(judged.stdout) as GateResult);
	return {
		...judged,
		result,
		blocking: result?.verdict.rules.filter(({ outcome }) => outcome !== 'pass') ?? ([] as RuleResult[]),
	};
}

/** A gate and a planted pair that it could be led to pass. */
export interface FailOpen {
	readonly gate: string;
	readonly candidate: Planted;
	readonly baseline?: Planted;
	readonly flags?: readonly string[];
	readonly code: 1 | 2 | 3 | 4;
	/** Of the rule that does not pass, or what stderr says. */
	readonly says: RegExp;
	/** What deploys by the same gate, so that the fault alone is what stops the other; where anything does. */
	readonly sound?: { readonly candidate: Planted; readonly baseline?: Planted | undefined };
}

/** A gate file of one or more rules, each but for its id. */
export function rules(...lines: readonly string[]): string {
	return `rules:\n${lines.map((line) => `  - { id: r, ${line} }\n`).join('')}`;
}

/** Asserts that `spangate gate` is not led to pass, says why, and passes what is sound. */
export async function expectStopped({
	gate,
	candidate,
	baseline,
	flags = [],
	sound,
	code,
	says,
}: FailOpen): Promise<void> {
	const judged = await judgePlanted(new Workspace(), gate, { candidate, baseline }, ...flags);
	expect([judged.stderr, ...judged.blocking.map(({ reason }) => reason)].join('\n')).toMatch(says);
	expect(judged.code).toBe(code);
	if (sound !== undefined) expect((await judgePlanted(new Workspace(), gate, sound)).code).toBe(0);
}
