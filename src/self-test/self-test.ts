import type { Condition } from '../gate/condition.ts';
import type { RemoteRule, Rule } from '../gate/rule.ts';
import { waivedCondition } from '../gate/rule-result.ts';
import type { Outcome, RuleResult } from '../model/verdict.ts';
import { brokenRecords, checkId } from './broken-records.ts';
import { madeMissing } from './made-missing.ts';
import { bestReadings, missingReadings, worseReadings } from './made-up-answers.ts';
import type { Subject } from './made-up-run.ts';
import { madeBest, madeWorse } from './made-worse.ts';
import { remediesOf } from './remedies.ts';
import {
	bestOf,
	resultsOf,
	type SelfTestInput,
	type Try,
	tryPair,
	tryReading,
	tryRecords,
	worstOf,
} from './tries.ts';
import { neverFails, neverPasses, passesOnlyBetter } from './words.ts';

/** Made-up records, what was done to them, and what a rule said of them. */
export interface Tried {
	readonly by: string;
	readonly outcome: Outcome;
	readonly reason: string;
}

/** What made-up records showed of one rule. */
export interface RuleProof {
	readonly id: string;
	readonly metric: string;
	readonly check: string;
	readonly tier: RuleResult['tier'];
	/** The mildest of the worse records that it failed; where it failed none, the worst one. */
	readonly worse: Tried;
	/** Each record that lacks what it judges. */
	readonly missing: readonly Tried[];
	/** The first good record that it passed; where it passed none, one whose candidate is like its baseline. */
	readonly best: Tried;
	/** Why it cannot be relied on, each with the way out. */
	readonly problems: readonly string[];
	/** What else a reader should know of it. */
	readonly warnings: readonly string[];
}

/** What broken records showed of one of the checks that every gate makes of records. */
export interface RecordProof {
	readonly id: string;
	readonly tried: readonly Tried[];
	readonly problems: readonly string[];
}

/** What made-up records showed of a gate. */
export interface SelfTest {
	readonly suite: Subject['suite'];
	readonly questions: number;
	readonly repeats: number;
	readonly evaluatedAt: string;
	/** true when every critical rule can go red, and nothing that is missing passes. */
	readonly holds: boolean;
	readonly rules: readonly RuleProof[];
	readonly records: readonly RecordProof[];
}

/**
 * Tries a gate on made-up records, asking no target and writing nothing: for each rule ever worse ones, such as lack
 * what it judges, and good ones; and for the record checks broken ones.
 */
export function selfTest(input: SelfTestInput): SelfTest {
	const { gate, subject, evaluatedAt } = input;
	const rules = gate.rules.map((rule) => provenRule(rule, input));
	const records = provenRecords(input);
	const deciding = [...rules.filter(({ tier }) => tier === 'critical'), ...records];
	return {
		suite: subject.suite,
		questions: subject.questions.length,
		repeats: subject.repeats,
		evaluatedAt,
		holds: deciding.every(({ problems }) => problems.length === 0),
		rules,
		records,
	};
}

interface Lack extends Try {
	/** true when no slice of the rule may pass. */
	readonly everywhere: boolean;
}

interface Tries {
	readonly worse: Iterable<Try>;
	readonly missing: Iterable<Lack>;
	readonly best: Iterable<Try>;
}

function provenRule(rule: Rule | RemoteRule, input: SelfTestInput): RuleProof {
	const condition = waivedCondition(rule, input.evaluatedAt) ?? rule.condition;
	const tries = triesOf(rule, condition, input);
	const { worst, problem } = triedWorse(rule, condition, tries.worse, input);
	const lacking = [...tries.missing].map((each) => triedMissing(rule, each));
	const { best, warning } = triedBest(rule, condition, tries.best, input);
	return {
		id: rule.id,
		metric: rule.metric.name,
		check: condition.text,
		tier: rule.tier,
		worse: worst,
		missing: lacking.map(({ tried }) => tried),
		best,
		problems: [problem, ...lacking.map((each) => each.problem)].filter((each) => each !== undefined),
		warnings: warning === undefined ? [] : [warning],
	};
}

/** Stops at the first record that makes the rule fail. */
function triedWorse(
	rule: Rule | RemoteRule,
	condition: Condition,
	worse: Iterable<Try>,
	input: SelfTestInput,
) {
	let last: Try | undefined;
	for (const each of worse) {
		const result = worstOf(resultsOf(each));
		// The last of which it could judge anything says more than one where it could not.
		if (last === undefined || result.observed !== undefined) last = each;
		if (result.outcome !== 'fail') continue;
		const { outcome } = each.verdict;
		const masked = rule.tier === 'critical' && outcome !== 'NO-DEPLOY';
		return {
			worst: shown(each, result),
			problem: masked
				? `it fails (${each.by}), and the verdict is ${outcome}: the judge is broken`
				: undefined,
		};
	}
	if (last === undefined) throw new Error(`rule ${rule.id} was tried on no worse record`);
	const result = worstOf(resultsOf(last));
	const remedies = 'remote' in rule ? undefined : remediesOf(rule, condition, input);
	const worst = shown(last, result);
	return { worst, problem: neverFails(rule, condition, { by: last.by, ...result }, input.subject, remedies) };
}

function triedMissing({ tier }: Rule | RemoteRule, lack: Lack) {
	const results = resultsOf(lack);
	const result = lack.everywhere ? bestOf(results) : worstOf(results);
	const problem =
		result.outcome === 'pass'
			? `it passes although what it judges is missing (${lack.by}): the judge is broken`
			: tier === 'critical' && lack.verdict.outcome === 'DEPLOY'
				? `it does not pass (${lack.by}), and the verdict is DEPLOY: the judge is broken`
				: undefined;
	return { tried: shown(lack, result), problem };
}

/** Stops at the first record that the rule passes; the first of all has a candidate that is like its baseline. */
function triedBest(rule: Rule | RemoteRule, condition: Condition, best: Iterable<Try>, input: SelfTestInput) {
	let alike: { readonly tried: Tried; readonly result: ReturnType<typeof worstOf> } | undefined;
	for (const each of best) {
		const result = worstOf(resultsOf(each));
		const tried = shown(each, result);
		if (result.outcome === 'pass')
			return { best: tried, warning: alike && passesOnlyBetter(rule, condition, alike.result) };
		alike ??= { tried, result };
	}
	if (alike === undefined) throw new Error(`rule ${rule.id} was tried on no good record`);
	return { best: alike.tried, warning: neverPasses(rule, condition, alike.result, input.subject) };
}

function triesOf(rule: Rule | RemoteRule, condition: Condition, input: SelfTestInput): Tries {
	if ('remote' in rule) {
		if (condition.kind !== 'absolute') throw new Error(`rule ${rule.id} compares what a backend says`);
		const each = ({ by, reading }: ReturnType<typeof worseReadings>[number]) =>
			tryReading(rule, by, reading, input);
		return {
			worse: lazily(worseReadings(rule, condition), each),
			missing: lazily(missingReadings(rule, condition), (made) => ({ ...each(made), everywhere: true })),
			best: lazily(bestReadings(rule, condition), each),
		};
	}
	const { subject } = input;
	const each = ({ by, ...making }: Parameters<typeof tryPair>[2] & { readonly by: string }) =>
		tryPair(rule, by, making, input);
	return {
		worse: lazily(madeWorse(rule, condition, subject), each),
		missing: lazily(madeMissing(rule, condition, subject), (made) => ({
			...each(made),
			everywhere: made.everywhere,
		})),
		best: lazily(madeBest(rule, condition, subject), each),
	};
}

function* lazily<From, To>(values: Iterable<From>, to: (value: From) => To): Generator<To> {
	for (const value of values) yield to(value);
}

function shown({ by }: Pick<Try, 'by'>, { outcome, reason }: Pick<RuleResult, 'outcome' | 'reason'>): Tried {
	return { by, outcome, reason };
}

function provenRecords(input: SelfTestInput): RecordProof[] {
	const { gate, subject, evaluatedAt } = input;
	const proofs = new Map<string, { tried: Tried[]; problems: string[] }>();
	for (const broken of brokenRecords(gate, subject, evaluatedAt)) {
		const id = checkId(broken);
		const { by, verdict } = tryRecords(broken, input);
		const result = worstOf(verdict.rules.filter((each) => each.id === id));
		const proof = proofs.get(id) ?? { tried: [], problems: [] };
		proofs.set(id, proof);
		proof.tried.push({ by, outcome: result.outcome, reason: result.reason });
		const wanted = broken.fails ? 'NO-DEPLOY' : 'INCONCLUSIVE';
		if (result.outcome === 'pass')
			proof.problems.push(`it passes a broken record (${by}): the judge is broken`);
		else if (verdict.outcome === 'DEPLOY' || (broken.fails && verdict.outcome !== wanted))
			proof.problems.push(
				`it does not pass (${by}), and the verdict is ${verdict.outcome}, not ${wanted}: the judge is broken`,
			);
	}
	return [...proofs].map(([id, proof]) => ({ id, ...proof }));
}
