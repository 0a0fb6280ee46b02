import { compareRuns } from '../compare/compare-runs.ts';
import { type Pairing, pairQuestions } from '../compare/pairing.ts';
import { inOrderOfIds } from '../compare/units.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Answer } from '../model/answer.ts';
import { schemaVersion } from '../model/run.ts';
import type { Delta, GateResult, Outcome, RuleResult, Verdict } from '../model/verdict.ts';
import type { Deliveries } from './delivery.ts';
import { withIntervals } from './intervals.ts';
import { type Judged, judgeRule } from './judge.ts';
import { judgeCurtailed } from './judge-curtailed.ts';
import { judgeRemote } from './judge-remote.ts';
import type { Gate } from './rule.ts';
import { judgeValidity } from './validity.ts';

/** What a verdict is made of; everything comes from records, so it can be made again. */
export interface GateInput {
	readonly gate: Gate;
	readonly candidate: RunFacts;
	/** The baseline's run, or why there is none. */
	readonly baseline: RunFacts | { readonly missing: string };
	/** What became of the runs' spans; read only for a gate that demands their delivery. */
	readonly deliveries?: Deliveries;
	/** What backends said to the queries of the gate's rules. */
	readonly answers?: readonly Answer[];
	readonly evaluatedAt: string;
	/** Digests of what the verdict rests on, by name. */
	readonly digests: Readonly<Record<string, string>>;
	/** The version of spangate that judges. */
	readonly spangate: string;
}

/** The record checks of a baseline that has nothing to do with how much of it is there. */
const aboutBaseline = /^valid:(baseline-age|same-)/;

/** Judges a candidate: the worst critical rule decides, and DEPLOY needs every one of them to pass. */
export function decide(input: GateInput): GateResult {
	const {
		gate,
		candidate,
		baseline: given,
		deliveries,
		answers = [],
		evaluatedAt,
		digests,
		spangate,
	} = input;
	const baseline = 'missing' in given ? undefined : given;
	const pairing = baseline && pairQuestions(baseline.questions, candidate.questions);
	const comparison = baseline && compareRuns(baseline, candidate, pairing);
	const judged: Judged = {
		candidate,
		questions: inOrderOfIds({ after: everyQuestion(candidate), before: new Uint32Array(0) }, candidate),
		before: comparable(given, candidate, pairing),
		evaluatedAt,
		seed: candidate.run.seed,
	};
	const validity = judgeValidity(gate, { candidate, baseline, comparison, deliveries, evaluatedAt });
	const isComparable = validity.every(({ id, outcome }) => !aboutBaseline.test(id) || outcome === 'pass');
	const sound = isComparable ? baseline : undefined;
	const rules = [
		...gate.rules.flatMap((rule) => {
			const early = judgeCurtailed(rule, candidate, sound, evaluatedAt);
			if (early !== undefined) return [early];
			return 'remote' in rule ? [judgeRemote(rule, answers, evaluatedAt)] : judgeRule(rule, judged);
		}),
		...validity,
	];
	const safety = new Set(gate.rules.filter(({ metric }) => metric.concern === 'safety').map(({ id }) => id));
	const { name, digest } = candidate.run.suite;
	return {
		schemaVersion,
		suite: { name, digest },
		verdict: { outcome: outcomeOf(rules), evaluatedAt, rules: worstFirst(rules, safety) },
		baseline: baseline?.summary() ?? { missing: 'missing' in given ? given.missing : 'unknown' },
		candidate: candidate.summary(),
		comparison: comparison
			? withIntervals(comparison.deltas, judged, gate.rules)
			: alone(candidate.metrics()),
		regressions: comparison?.regressions ?? [],
		gains: comparison?.gains ?? [],
		...(answers.length > 0 && { answers }),
		digests,
		seed: judged.seed,
		spangate,
	};
}

function everyQuestion({ questions }: RunFacts): Uint32Array {
	const numbers = new Uint32Array(questions.size);
	for (let index = 0; index < numbers.length; index++) numbers[index] = index;
	return numbers;
}

function alone(metrics: ReturnType<RunFacts['metrics']>): Delta[] {
	const missing = { missing: 'there is no baseline' };
	return Object.entries(metrics).map(([metric, candidate]) => ({
		metric,
		baseline: missing,
		candidate,
		delta: missing,
	}));
}

/** The baseline with its pairs, or why a rule has nothing to compare with. */
function comparable(
	baseline: GateInput['baseline'],
	candidate: RunFacts,
	pairing: Pairing | undefined,
): Judged['before'] {
	if ('missing' in baseline || pairing === undefined) {
		return { missingRun: `no baseline: ${'missing' in baseline ? baseline.missing : 'unknown'}` };
	}
	if (baseline.run.suite.digest !== candidate.run.suite.digest) {
		return {
			missingRun: `nothing to compare with: run ${baseline.run.id} was made with another suite, or another version of it`,
		};
	}
	if (baseline.run.repeats !== candidate.run.repeats) {
		return {
			missingRun: `nothing to compare with: run ${baseline.run.id} did not ask the same questions as often`,
		};
	}
	return { baseline, pairing, pairs: inOrderOfIds(pairing, candidate) };
}

const badness: Record<Outcome, number> = { pass: 0, inconclusive: 1, fail: 2 };

function outcomeOf(rules: readonly RuleResult[]): Verdict['outcome'] {
	const critical = rules.filter(({ tier }) => tier === 'critical');
	if (critical.length === 0) return 'INCONCLUSIVE';
	const worst = Math.max(...critical.map(({ outcome }) => badness[outcome]));
	return worst === badness.fail ? 'NO-DEPLOY' : worst === badness.inconclusive ? 'INCONCLUSIVE' : 'DEPLOY';
}

/** Failed rules first, safety before all, advisory after critical; else in the gate file's order. */
function worstFirst(rules: readonly RuleResult[], safety: ReadonlySet<string>): RuleResult[] {
	const rank = ({ id, tier, outcome }: RuleResult) =>
		-badness[outcome] * 4 + (tier === 'advisory' ? 2 : 0) + (safety.has(id) ? 0 : 1);
	return rules.toSorted((a, b) => rank(a) - rank(b));
}
