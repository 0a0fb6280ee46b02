import type { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';
import type { RuleResult } from '../model/verdict.ts';
import type { BaselineTerms } from './rule.ts';
import { validityPrefix, validityRule } from './validity-rule.ts';

interface Pair {
	readonly baseline: RunFacts;
	readonly candidate: RunFacts;
	readonly evaluatedAt: string;
}

/** Judges what a gate file asks of a baseline besides the same suite: its age, and what else must be the same. */
export function judgeBaselineTerms({ maxAgeS, same }: BaselineTerms, pair: Pair): RuleResult[] {
	return [
		...(maxAgeS === undefined ? [] : [age(maxAgeS, pair)]),
		...same.filter((part) => part !== 'suite').map((part) => sameness(part, pair)),
	];
}

function age(maxAgeS: number, { baseline, evaluatedAt }: Pair): RuleResult {
	const endedAt = baseline.run.endedAt ?? baseline.run.startedAt;
	const ageS = (Date.parse(evaluatedAt) - Date.parse(endedAt)) / 1_000;
	const days = (seconds: number) => `${Number((seconds / 86_400).toPrecision(3))} days`;
	// A baseline of the future says that one of the two times is wrong.
	const holds = ageS >= 0 && ageS <= maxAgeS;
	return {
		id: `${validityPrefix}baseline-age`,
		metric: 'baseline_age',
		check: `value <= ${maxAgeS} s`,
		...validityRule,
		outcome: holds ? 'pass' : 'inconclusive',
		...(Number.isFinite(ageS) && { observed: ageS }),
		limit: maxAgeS,
		samples: baseline.trials,
		reason:
			ageS < 0
				? `the baseline ended at ${endedAt}, after the time of the verdict (${evaluatedAt})`
				: `the baseline is ${days(ageS)} old (at most ${days(maxAgeS)})${holds ? '' : '; run it again'}`,
	};
}

type Part = Exclude<BaselineTerms['same'][number], 'suite'>;

function sameness(part: Part, { baseline, candidate }: Pair): RuleResult {
	const [before, after] = [readers[part](baseline.run), readers[part](candidate.run)];
	const same = before === after;
	return {
		id: `${validityPrefix}same-${part}`,
		metric: part,
		check: 'baseline == candidate',
		...validityRule,
		outcome: same ? 'pass' : 'inconclusive',
		samples: candidate.trials,
		reason: same
			? `${part} is the same in both runs: ${after === '' ? 'none' : after}`
			: `${part} differs: ${before === '' ? 'none' : before} in the baseline, ${after === '' ? 'none' : after} in the candidate; run the baseline again`,
	};
}

const graders = (all: readonly { name: string; use: string; version: string }[]) =>
	all.map(({ name, use, version }) => `${name} (${use} ${version})`).join(', ');

const readers: Readonly<Record<Part, (run: Run) => string>> = {
	scorers: ({ scorers }) => graders(scorers),
	checks: ({ checks }) => graders(checks),
	concurrency: ({ concurrency }) => String(concurrency),
	spangate: ({ spangate }) => spangate,
};
