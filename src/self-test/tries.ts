import type { GateInput } from '../gate/gate.ts';
import type { Gate, RemoteRule, Rule } from '../gate/rule.ts';
import { validityPrefix } from '../gate/validity-rule.ts';
import { samplesFor } from '../gate/wants.ts';
import { drawFacts } from '../metrics/fact-accumulator.ts';
import { keepAsBaseline, keepAsCandidate } from '../metrics/keep.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Answer, Reading } from '../model/answer.ts';
import type { Outcome, RuleResult, Verdict } from '../model/verdict.ts';
import { type Broken, brokenTrials, delivered } from './broken-records.ts';
import { good, type Making, madeUpRun, madeUpTrials, type Subject } from './made-up-run.ts';

/** What is tested, and by which judge: the one that judges releases, unless a test puts another in its place. */
export interface SelfTestInput {
	readonly gate: Gate;
	readonly subject: Subject;
	/** The time that it is judged at: a waiver in force then stands in for its rule. */
	readonly evaluatedAt: string;
	readonly decide: (input: GateInput) => { readonly verdict: Verdict };
}

/** What a judge said of made-up records, by a gate that has one rule or none besides its record checks. */
export interface Try {
	readonly by: string;
	readonly verdict: Verdict;
}

/** Judges a rule on a pair of made-up runs; a run of which nothing is made has no trial, such a baseline is none. */
export function tryPair(
	rule: Rule,
	by: string,
	making: { readonly candidate: Making | undefined; readonly baseline: Making | undefined },
	input: SelfTestInput,
): Try {
	const { gate, subject, evaluatedAt } = input;
	const alone = { ...gate, rules: [rule] };
	const baseline = making.baseline && made('baseline', making.baseline, alone, input);
	const empty = { ...subject, questions: [] };
	const candidate = made('candidate', making.candidate ?? good, alone, {
		...input,
		subject: making.candidate === undefined ? empty : subject,
	});
	return {
		by,
		verdict: judged(
			{ gate: alone, candidate, baseline: baseline ?? { missing: 'none was made up' }, evaluatedAt },
			input,
		),
	};
}

/** Judges a rule on a good pair and a backend's made-up reading. */
export function tryReading(
	rule: RemoteRule,
	by: string,
	reading: Reading | undefined,
	input: SelfTestInput,
): Try {
	const { gate, evaluatedAt } = input;
	const alone = { ...gate, rules: [rule] };
	const { query } = rule.remote;
	const answers: Answer[] = reading === undefined ? [] : [{ query, url: 'made up', evaluatedAt, reading }];
	const baseline = made('baseline', good, alone, input);
	const candidate = made('candidate', good, alone, input);
	return { by, verdict: judged({ gate: alone, candidate, baseline, evaluatedAt, answers }, input) };
}

/** Judges the record checks on a good pair of which one record is broken, or none. */
export function tryRecords(broken: Broken | undefined, input: SelfTestInput): Try {
	const { gate, evaluatedAt } = input;
	const alone = { ...gate, rules: [] };
	const of = (role: Broken['role']) => (broken?.role === role ? broken : undefined);
	const baseline = made('baseline', good, alone, { ...input, broken: of('baseline') });
	const candidate = made('candidate', good, alone, { ...input, broken: of('candidate') });
	const { deliveries } = broken ?? {};
	return {
		by: broken?.by ?? 'a good pair',
		verdict: judged({ gate: alone, candidate, baseline, evaluatedAt, deliveries }, input),
	};
}

interface MadeOf extends Pick<SelfTestInput, 'subject' | 'evaluatedAt'> {
	readonly broken?: Broken | undefined;
}

function made(
	role: Broken['role'],
	making: Making,
	gate: Gate,
	{ subject, evaluatedAt, broken }: MadeOf,
): RunFacts {
	const run = madeUpRun(subject, role, evaluatedAt, broken?.run);
	const samples = samplesFor(gate, run);
	const keep = role === 'baseline' ? keepAsBaseline(samples) : keepAsCandidate(samples);
	const trials = broken
		? brokenTrials(subject, run, broken.making ?? making, broken)
		: madeUpTrials(subject, run, making);
	const facts = drawFacts(run, trials, keep);
	broken?.after?.(facts);
	return facts;
}

interface Records extends Pick<GateInput, 'gate' | 'candidate' | 'baseline' | 'evaluatedAt' | 'answers'> {
	readonly deliveries?: GateInput['deliveries'] | undefined;
}

function judged({ deliveries, ...records }: Records, { decide }: SelfTestInput): Verdict {
	return decide({
		...records,
		deliveries: { candidate: delivered, baseline: delivered, ...deliveries },
		digests: {},
		spangate: 'made up',
	}).verdict;
}

/** What was said of the one rule, slice by slice. */
export function resultsOf({ verdict }: Pick<Try, 'verdict'>): RuleResult[] {
	return verdict.rules.filter(({ id }) => !id.startsWith(validityPrefix));
}

const badness: Record<Outcome, number> = { pass: 0, inconclusive: 1, fail: 2 };

/** The worst of some results, which is what a verdict takes; nothing said counts as not known. */
export function worstOf(
	results: readonly RuleResult[],
): Pick<RuleResult, 'outcome' | 'reason'> & Partial<RuleResult> {
	const sorted = [...results].sort((a, b) => badness[b.outcome] - badness[a.outcome]);
	return sorted[0] ?? { outcome: 'inconclusive', reason: 'the judge says nothing of it' };
}

/** The best of some results: what passes although it should not. */
export function bestOf(results: readonly RuleResult[]): ReturnType<typeof worstOf> {
	const sorted = [...results].sort((a, b) => badness[a.outcome] - badness[b.outcome]);
	return sorted[0] ?? worstOf([]);
}
