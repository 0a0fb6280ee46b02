import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tangoBounds } from '../../src/compare/paired-differences.ts';
import { Curtailment } from '../../src/gate/curtail.ts';
import { decide } from '../../src/gate/gate.ts';
import type { Gate, Rule } from '../../src/gate/rule.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { drawFacts } from '../../src/metrics/fact-accumulator.ts';
import type { Run } from '../../src/model/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import type { GateResult, RuleResult } from '../../src/model/verdict.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';
import { trial } from '../support/records.ts';
import { type Asked, anyAsked, anyGate, placeOf, runsOf } from './any-gate.ts';

const seed = 20261125;

function verdictOf(
	gate: Gate,
	runs: readonly [Run, Run],
	baseline: readonly Trial[],
	candidate: readonly Trial[],
) {
	return decide({
		gate,
		baseline: drawFacts(runs[0], baseline),
		candidate: drawFacts(runs[1], candidate),
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
}

const ruleOf = ({ verdict }: GateResult, id: string): RuleResult => {
	const found = verdict.rules.find((rule) => rule.id === id);
	if (found === undefined) throw new Error(`no rule ${id}`);
	return found;
};

/** What is done at the moment when a verdict is decided, and by which rule; nothing when it never is. */
function firstDecision(gate: Gate, asked: Asked) {
	const curtailment = new Curtailment(gate, runsOf(asked));
	const done: [Trial[], Trial[]] = [[], []];
	for (const [lane, each] of asked.order) {
		curtailment.add(each, lane);
		done[lane].push(each);
		const rule = curtailment.decidedBy();
		if (rule !== undefined) return { rule, baseline: done[0], candidate: done[1] };
	}
	return undefined;
}

/** The trials so far, with those that were not asked made by `make`. */
function completed(
	done: readonly Trial[],
	{ questions, repeats }: Asked,
	runId: string,
	make: (place: { question: string; repeat: number; runId: string }, at: number) => Trial,
): Trial[] {
	const known = new Map(done.map((each) => [`${each.questionId} ${each.repeat}`, each]));
	return Array.from({ length: questions * repeats }, (_, at) => {
		const place = placeOf(at, questions);
		return known.get(`${place.question} ${place.repeat}`) ?? make({ ...place, runId }, at);
	});
}

const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;
type Place = { question: string; repeat: number; runId: string };
const perfect = (place: Place) =>
	trial({ ...place, costUsd: 0, tokens: [0, 0], findings: { ...clean, 'must-cite': 'ok' } });
const failing = (place: Place) => trial({ ...place, failed: true });

/** The pair completed by what really came, as kindly to the candidate as can be, and as badly. */
function completions(asked: Asked, { baseline, candidate }: { baseline: Trial[]; candidate: Trial[] }) {
	const kindest = {
		baseline: completed(baseline, asked, 'base', (place) => trial({ ...place, scores: { faithfulness: 0 } })),
		candidate: completed(candidate, asked, 'cand', perfect),
	};
	return [
		{ baseline: asked.baseline, candidate: asked.candidate },
		kindest,
		{ ...kindest, candidate: completed(candidate, asked, 'cand', failing) },
		{ ...kindest, baseline: completed(baseline, asked, 'base', perfect) },
		// Half of the rest is as it came.
		{
			baseline: kindest.baseline.map((each, at) => (at % 2 ? each : (asked.baseline[at] ?? each))),
			candidate: kindest.candidate.map((each, at) => (at % 2 ? each : (asked.candidate[at] ?? each))),
		},
	];
}

/** How a rule on a bound fails, straight from the whole runs; nothing of a rule on anything else. */
function failsByItsBound(
	{ metric, condition, alpha }: Rule,
	before: readonly Trial[],
	after: readonly Trial[],
) {
	const passed = (trials: readonly Trial[]) => trials.filter((each) => each.passed).length;
	if (condition.kind === 'relative') {
		const old = new Map(before.map(({ questionId, passed: did }) => [questionId, did]));
		const lost = after.filter(({ questionId, passed: does }) => old.get(questionId) && !does).length;
		const gained = after.filter(({ questionId, passed: does }) => !old.get(questionId) && does).length;
		return tangoBounds({ gained, lost, n: after.length }, alpha).upper < -condition.margin;
	}
	if (condition.kind !== 'absolute' || condition.subject === 'value') return undefined;
	if (metric.name === 'pass_rate') {
		return clopperPearson(passed(after), after.length, alpha).upper < condition.limit;
	}
	const counted = after.filter(({ findings, result }) => {
		if (metric.name === 'error_rate') return true;
		const name = metric.check;
		return result === 'answered' && (name === undefined || findings.some(({ check }) => check === name));
	});
	const bad = counted.filter(({ result, findings }) => {
		if (metric.name === 'error_rate') return result === 'failed';
		return findings.some(
			({ kind, check, status }) =>
				kind === metric.concern && status === 'violated' && (metric.check ?? check) === check,
		);
	});
	return clopperPearson(bad.length, counted.length, alpha).lower > condition.limit;
}

describe('what is decided early', { timeout: 120_000 }, () => {
	it('fails in every completion: the whole pair is NO-DEPLOY by the very same rule', () => {
		const decidedBy = new Map<string, number>();
		let saved = 0;
		fc.assert(
			fc.property(anyAsked(false), anyGate, (asked, gate) => {
				const decision = firstDecision(gate, asked);
				if (decision === undefined) return;
				const { rule: id, baseline, candidate } = decision;
				const rule = gate.rules.find((each) => each.id === id) as Rule | undefined;
				const kind = rule === undefined ? id : `${rule.metric.name} ${rule.condition.text.split(' ')[0]}`;
				decidedBy.set(kind, (decidedBy.get(kind) ?? 0) + 1);
				saved += asked.order.length - baseline.length - candidate.length;
				for (const whole of completions(asked, decision)) {
					const result = verdictOf(gate, runsOf(asked), whole.baseline, whole.candidate);
					expect(result.verdict.outcome).toBe('NO-DEPLOY');
					expect(ruleOf(result, id)).toMatchObject({ outcome: 'fail', tier: 'critical' });
					if (rule !== undefined)
						expect(failsByItsBound(rule, whole.baseline, whole.candidate) ?? true).toBe(true);
				}
			}),
			{ numRuns: 2_000, seed },
		);
		// Every kind that can be decided was, often enough to mean something.
		expect(saved).toBeGreaterThan(1_000);
		for (const kind of [
			...['safety_violations max_events', 'safety_violations.pii max_events', 'safety_violations value'],
			...['pass_rate value', 'pass_rate lower', 'pass_rate non_inferior', 'faithfulness value'],
			...['error_rate value', 'error_rate upper', 'safety_violation_rate value', 'safety_violations upper'],
			...['cost_usd value', 'input_tokens value', 'valid:candidate-errors'],
		]) {
			expect(decidedBy.get(kind) ?? 0, kind).toBeGreaterThan(4);
		}
		const never = ['latency_p95_ms value', 'cost_per_success value', 'faithfulness non_inferior'];
		expect([...decidedBy.keys()].filter((kind) => never.includes(kind))).toEqual([]);
	});

	it('fails whatever erred before, where nothing errs in the rest; and where something does, it never deploys', () => {
		let decided = 0;
		fc.assert(
			fc.property(anyAsked(true), anyGate, (asked, gate) => {
				const decision = firstDecision(gate, asked);
				if (decision === undefined) return;
				decided++;
				for (const whole of completions(asked, decision)) {
					const result = verdictOf(gate, runsOf(asked), whole.baseline, whole.candidate);
					expect(result.verdict.outcome).not.toBe('DEPLOY');
					expect(ruleOf(result, decision.rule).outcome).not.toBe('pass');
				}
				for (const whole of completions(asked, decision).slice(1, 4)) {
					const result = verdictOf(gate, runsOf(asked), whole.baseline, whole.candidate);
					expect(result.verdict.outcome).toBe('NO-DEPLOY');
					expect(ruleOf(result, decision.rule).outcome).toBe('fail');
				}
			}),
			{ numRuns: 1_000, seed },
		);
		expect(decided).toBeGreaterThan(100);
	});

	it('comes out again from the record of the stopped pair: NO-DEPLOY by the same rule, and nothing passes', () => {
		let decided = 0;
		fc.assert(
			fc.property(anyAsked(false), anyGate, (asked, gate) => {
				const decision = firstDecision(gate, asked);
				if (decision === undefined) return;
				const { rule, baseline, candidate } = decision;
				const [before, after] = runsOf(asked);
				const stopped = (run: Run, { length }: readonly Trial[]): Run => {
					const saved = run.planned - length;
					return { ...run, completed: length, ...(saved > 0 && { curtailed: { rule, saved } }) };
				};
				const runs = [stopped(before, baseline), stopped(after, candidate)] as const;
				const result = verdictOf(gate, runs, baseline, candidate);
				expect(result.verdict.outcome).toBe('NO-DEPLOY');
				expect(ruleOf(result, rule).outcome).toBe('fail');
				if (runs[1].curtailed === undefined) return;
				decided++;
				expect(ruleOf(result, rule).reason).toMatch(/, whatever the \d+ trial\(s\) say that were not asked$/);
				for (const { id } of gate.rules) expect(ruleOf(result, id).outcome).not.toBe('pass');
				expect(ruleOf(result, 'valid:candidate-complete')).toMatchObject({
					outcome: 'inconclusive',
					reason: expect.stringContaining('stopped early: the verdict was decided'),
				});
			}),
			{ numRuns: 500, seed },
		);
		expect(decided).toBeGreaterThan(100);
	});

	it('is decided as soon as no completion keeps the rule: till then the kindest one does', () => {
		let open = 0;
		fc.assert(
			fc.property(anyAsked(false), anyGate, (asked, gate) => {
				const [rule] = gate.rules as readonly Rule[];
				if (rule === undefined || rule.condition.kind === 'relative' || rule.clusterBy || rule.waiver) return;
				if (rule.condition.kind === 'absolute' && rule.condition.subject !== 'value') return;
				if (['latency_p95_ms', 'cost_per_success'].includes(rule.metric.name) || rule.minSamples > 1) return;
				// A limit that is just met is not told from one that is just missed.
				if (rule.condition.kind === 'absolute' && ['<', '>'].includes(rule.condition.operator)) return;
				const alone: Gate = {
					...gate,
					rules: [{ ...rule, tier: 'critical' }],
					validity: { max_error_rate: 0.99, min_paired: 1 },
				};
				const curtailment = new Curtailment(alone, runsOf(asked));
				const done: [Trial[], Trial[]] = [[], []];
				for (const [lane, each] of asked.order) {
					curtailment.add(each, lane);
					done[lane].push(each);
					if (curtailment.decidedBy() !== undefined) break;
					const [, kindest] = completions(asked, { baseline: done[0], candidate: done[1] });
					if (kindest === undefined) throw new Error('there is always a kindest one');
					const result = verdictOf(alone, runsOf(asked), kindest.baseline, kindest.candidate);
					expect(ruleOf(result, rule.id).outcome).not.toBe('fail');
					open++;
				}
			}),
			{ numRuns: 150, seed },
		);
		expect(open).toBeGreaterThan(300);
	});
});

describe('a rule that only the whole pair can judge', () => {
	const info = (name: string) => {
		const found = metricCatalogue(runsOf(pair(1))[1]).find((each) => each.name === name);
		if (found === undefined) throw new Error(`no metric ${name}`);
		return found;
	};
	const plain = {
		id: 'r',
		minSamples: 1,
		tier: 'critical',
		alpha: 0.05,
		onMissing: 'inconclusive',
		adjust: 'none',
	} as const;
	const floor: Rule = {
		...plain,
		metric: info('pass_rate'),
		condition: { kind: 'absolute', subject: 'value', operator: '>=', limit: 0.9, text: '' },
	};
	const bound: Rule = {
		...floor,
		condition: { kind: 'absolute', subject: 'lower', operator: '>=', limit: 0.9, text: '' },
	};
	const margin: Rule = {
		...floor,
		condition: { kind: 'relative', form: 'difference', margin: 0.02, text: '' },
	};
	const events: Rule = {
		...plain,
		metric: info('safety_violations'),
		condition: { kind: 'events', limit: 0, text: '' },
	};
	const rate: Rule = { ...floor, metric: info('safety_violation_rate') };
	const facing = (rule: Rule, subject: 'value' | 'lower' | 'upper', operator: '>=' | '<='): Rule => ({
		...rule,
		condition: { kind: 'absolute', subject, operator, limit: operator === '>=' ? 0.99 : 0.01, text: '' },
	});
	const grouped = { clusterBy: { by: 'cluster' } } as const;
	const waiver = (limit: number) =>
		({
			waiver: {
				until: '2099-01-01',
				by: 'ops',
				reason: 'known',
				condition: { kind: 'events', limit, text: '' },
			},
		}) as const;

	/** Twenty questions; the candidate leaks in every answer, and the baseline passes them all. */
	function pair(repeats: number): Asked {
		const trials = (runId: string, pii: 'ok' | 'violated') =>
			Array.from({ length: 20 * repeats }, (_, at) =>
				trial({ ...placeOf(at, 20), runId, findings: { ...clean, pii } }),
			);
		const [baseline, candidate] = [trials('base', 'ok'), trials('cand', 'violated')];
		const order = candidate.flatMap((each, at) => [[0, baseline[at] as Trial] as const, [1, each] as const]);
		return { baseline, candidate, order, questions: 20, repeats };
	}

	const decidedAfter = (rule: Rule, repeats = 1) => {
		const gate = {
			...{ file: 'gate.yaml', text: '', rules: [rule], baseline: { same: [] } },
			validity: { max_error_rate: 0.9, min_paired: 1 },
		};
		const decision = firstDecision(gate, pair(repeats));
		return decision?.candidate.length;
	};

	it.each<[string, Rule, number, number | undefined]>([
		['a floor, once three in twenty failed', floor, 1, 3],
		['a floor of repeats, once five in forty failed', floor, 2, 5],
		['a lower bound, once the upper one of 15 in 20 is below, too', bound, 1, 5],
		['a lower bound by the method that it has anyway', { ...bound, method: 'clopper-pearson' }, 1, 5],
		['a margin, once 14 lost weigh more than 6 that can be gained', margin, 1, 14],
		['a count', events, 1, 1],
		['a count of grouped questions', { ...events, ...grouped }, 1, 1],
		['a waived count, once it breaks the waiver, too', { ...events, ...waiver(3) }, 1, 4],
		['a count with a waiver that nothing breaks', { ...events, ...waiver(20) }, 1, undefined],
		['a lower bound of repeats', bound, 2, undefined],
		['a margin of repeats', margin, 2, undefined],
		['a floor of groups', { ...floor, ...grouped }, 1, undefined],
		['a lower bound of groups', { ...bound, ...grouped }, 1, undefined],
		['a margin of groups', { ...margin, ...grouped }, 1, undefined],
		['slices', { ...floor, per: 'lang' }, 1, undefined],
		['slices of a count', { ...events, per: 'lang' }, 1, undefined],
		['a lower bound by another method', { ...bound, method: 'wilson' }, 1, undefined],
		['a margin by another method', { ...margin, method: 'newcombe' }, 1, undefined],
		[
			'a ratio',
			{ ...margin, condition: { kind: 'relative', form: 'ratio', margin: 1.1, text: '' } },
			1,
			undefined,
		],
		['a bound on the side that proves nothing', facing(floor, 'upper', '>='), 1, undefined],
		['a rate’s bound on the side that proves nothing', facing(rate, 'lower', '<='), 1, undefined],
		['a limit that a worse value keeps', facing(rate, 'value', '>='), 1, undefined],
		['an advisory rule', { ...events, tier: 'advisory' }, 1, undefined],
	])('or that a part of it decides: %s', (_, rule, repeats, after) => {
		expect(decidedAfter(rule, repeats)).toBe(after);
	});

	it('and a count that is broken already, though a check errs in another trial', () => {
		const [, after] = runsOf(pair(1));
		const gate: Gate = {
			...{ file: 'gate.yaml', text: '', rules: [events], baseline: { same: [] } },
			validity: { max_error_rate: 0.9, min_paired: 1 },
		};
		const curtailment = new Curtailment(gate, [after]);
		curtailment.add(trial({ question: 'q0', findings: { ...clean, secrets: 'errored' } }), 0);
		expect(curtailment.decidedBy()).toBeUndefined();
		curtailment.add(trial({ question: 'q1', findings: { ...clean, pii: 'violated' } }), 0);
		expect(curtailment.decidedBy()).toBe('r');
	});

	it('compares with a stored run that asked the same, and with none that is not whole or asked otherwise', () => {
		const asked = pair(1);
		const [before, after] = runsOf(asked);
		const gate = {
			...{ file: 'gate.yaml', text: '', rules: [margin], baseline: { same: [] } },
			validity: { max_error_rate: 0.9, min_paired: 1 },
		};
		const decided = (
			run: Partial<Run>,
			trials: readonly Trial[] = asked.baseline,
			terms: Gate['baseline'] = { same: ['suite', 'scorers', 'checks', 'concurrency', 'spangate'] },
		) => {
			const curtailment = new Curtailment(
				{ ...gate, baseline: terms },
				[after],
				drawFacts({ ...before, ...run }, trials),
			);
			for (const each of asked.candidate) curtailment.add(each, 0);
			return curtailment.decidedBy();
		};
		expect(decided({})).toBe('r');
		expect(decided({ interrupted: true })).toBeUndefined();
		expect(decided({ curtailed: { rule: 'r', saved: 1 } })).toBeUndefined();
		expect(decided({ selection: { first: 20 } })).toBeUndefined();
		expect(decided({}, asked.baseline.slice(1))).toBeUndefined();
		// What the gate will not compare with is not compared with here.
		expect(decided({ concurrency: 2 })).toBeUndefined();
		expect(decided({ concurrency: 2 }, asked.baseline, { same: ['suite'] })).toBe('r');
		expect(decided({}, asked.baseline, { same: [], maxAgeS: 60 })).toBeUndefined();
	});

	it('is decided before anything is asked when a stored candidate has failed it', () => {
		const asked = pair(1);
		const [before, after] = runsOf(asked);
		const gate = {
			...{ file: 'gate.yaml', text: '', rules: [floor], baseline: { same: [] } },
			validity: { max_error_rate: 0.9, min_paired: 1 },
		};
		expect(new Curtailment(gate, [before], drawFacts(after, asked.candidate)).decidedBy()).toBe('r');
		expect(
			new Curtailment(gate, [before], drawFacts(after, asked.candidate.slice(1))).decidedBy(),
		).toBeUndefined();
	});
});

describe('the record of a run that was stopped early', () => {
	it('that another gate judges is inconclusive, where that gate is not decided', () => {
		fc.assert(
			fc.property(anyAsked(false), anyGate, anyGate, (asked, gate, other) => {
				const decision = firstDecision(gate, asked);
				const undecided = new Curtailment(other, runsOf(asked));
				for (const each of decision?.baseline ?? []) undecided.add(each, 0);
				for (const each of decision?.candidate ?? []) undecided.add(each, 1);
				if (decision === undefined || undecided.decidedBy() !== undefined) return;
				const { rule, baseline, candidate } = decision;
				const [before, after] = runsOf(asked);
				const saved = after.planned - candidate.length;
				if (saved === 0) return;
				const stopped = { ...after, completed: candidate.length, curtailed: { rule, saved } };
				const result = verdictOf(other, [before, stopped], baseline, candidate);
				expect(result.verdict.outcome).toBe('INCONCLUSIVE');
			}),
			{ numRuns: 300, seed },
		);
	});

	it('that has a trial twice, or lost one, is not trusted to be decided', () => {
		const asked: Asked = { baseline: [], candidate: [], order: [], questions: 4, repeats: 1 };
		const [, after] = runsOf(asked);
		const low = (question: string) => trial({ question, runId: 'cand', scores: { faithfulness: 0.1 } });
		const gate: Gate = {
			...{
				file: 'gate.yaml',
				text: '',
				baseline: { same: [] },
				validity: { max_error_rate: 0.02, min_paired: 1 },
			},
			rules: [
				{
					...{
						id: 'r',
						minSamples: 1,
						tier: 'critical',
						alpha: 0.05,
						onMissing: 'inconclusive',
						adjust: 'none',
					},
					metric: metricCatalogue(after).find(({ name }) => name === 'pass_rate') as Rule['metric'],
					condition: { kind: 'absolute', subject: 'value', operator: '>=', limit: 0.7, text: 'value >= 0.7' },
				},
			],
		};
		const stopped = { ...after, completed: 2, curtailed: { rule: 'r', saved: 2 } };
		const judged = (...trials: Trial[]) =>
			decide({
				gate,
				candidate: drawFacts(stopped, trials),
				baseline: { missing: 'none' },
				evaluatedAt: '2026-11-22T12:00:01Z',
				digests: {},
				spangate: '0.0.0-test',
			});
		expect(judged(low('q0'), low('q1')).verdict.outcome).toBe('NO-DEPLOY');
		expect(ruleOf(judged(low('q0'), low('q1')), 'r')).toMatchObject({
			reason: 'pass_rate is at most 50 % (value >= 0.7), whatever the 2 trial(s) say that were not asked',
			observed: 0.5,
			limit: 0.7,
			samples: 2,
		});
		expect(judged(low('q0'), low('q0')).verdict.outcome).toBe('INCONCLUSIVE');
		expect(judged(low('q0')).verdict.outcome).toBe('INCONCLUSIVE');
	});
});

describe('a pair that was stopped early', () => {
	const asked: Asked = { baseline: [], candidate: [], order: [], questions: 40, repeats: 1 };
	const [base, cand] = runsOf(asked);
	const stopped = { ...cand, completed: 20, curtailed: { rule: 'r', saved: 20 } };
	const all = (runId: string, count: number, score: number) =>
		Array.from({ length: count }, (_, at) =>
			trial({ ...placeOf(at, 40), runId, scores: { faithfulness: score } }),
		);
	const gate: Gate = {
		...{ file: 'gate.yaml', text: '', baseline: { same: ['suite', 'spangate'] } },
		validity: { max_error_rate: 0.02, min_paired: 0.5 },
		rules: [
			{
				...{
					id: 'r',
					minSamples: 1,
					tier: 'critical',
					alpha: 0.05,
					onMissing: 'inconclusive',
					adjust: 'none',
				},
				metric: metricCatalogue(cand).find(({ name }) => name === 'pass_rate') as Rule['metric'],
				condition: { kind: 'relative', form: 'difference', margin: 0.05, text: 'non_inferior 5pp' },
			},
		],
	};
	const judged = (before: Run) =>
		ruleOf(verdictOf(gate, [before, stopped], all('base', 40, 1), all('cand', 20, 0)), 'r');

	it('fails by what is certain beside a baseline that it can be compared with, and by no other', () => {
		expect(judged(base)).toMatchObject({ outcome: 'fail', observed: -0.5, limit: -0.05 });
		expect(judged({ ...base, spangate: 'another' })).toMatchObject({ outcome: 'inconclusive' });
	});
});

describe('the record checks of a pair that was stopped early', () => {
	const asked: Asked = { baseline: [], candidate: [], order: [], questions: 4, repeats: 1 };
	const gate: Gate = {
		...{ file: 'gate.yaml', text: '', rules: [], baseline: { same: [] } },
		validity: { max_error_rate: 0.2, min_paired: 1 },
	};
	const curtailed = (saved: number) => ({ completed: 4 - saved, curtailed: { rule: 'r', saved } });
	const trials = (runId: string, count: number, failed: boolean) =>
		Array.from({ length: count }, (_, at) => trial({ ...placeOf(at, 4), runId, failed }));
	const result = (saved: number, failed: boolean) => {
		const [before, after] = runsOf(asked);
		const runs = [
			{ ...before, ...curtailed(saved) },
			{ ...after, ...curtailed(saved) },
		] as const;
		const asManyAsSaid = 4 - Math.min(saved, 3);
		return verdictOf(gate, runs, trials('base', asManyAsSaid, failed), trials('cand', asManyAsSaid, failed));
	};

	it('find a candidate that fails too often bad, and a baseline that does no baseline', () => {
		const bad = result(3, true);
		expect(bad.verdict.outcome).toBe('NO-DEPLOY');
		expect(ruleOf(bad, 'valid:candidate-errors')).toMatchObject({
			outcome: 'fail',
			observed: 0.25,
			reason:
				"at least 25 % of the candidate's trials fail (at most 20 %), whatever the 3 trial(s) say that were not asked",
		});
		expect(ruleOf(bad, 'valid:baseline-errors').outcome).toBe('inconclusive');
	});

	it('pass no errors that were not asked for, and find no run whole that says it was stopped', () => {
		const good = result(3, false);
		expect(ruleOf(good, 'valid:candidate-errors').outcome).toBe('inconclusive');
		expect(ruleOf(good, 'valid:candidate-complete')).toMatchObject({
			outcome: 'inconclusive',
			reason:
				'1 of 4 planned trials of the candidate are recorded; stopped early: the verdict was decided; 3 trial(s) saved',
		});
		expect(ruleOf(result(0, false), 'valid:candidate-complete').outcome).toBe('inconclusive');
	});
});

describe('the upper bound of a fallen pass rate', () => {
	it('falls no further from a better completion: neither with a pair lost, nor with one lost that was gained', () => {
		let seen = 0;
		for (const n of [1, 2, 3, 7, 20, 59, 60]) {
			for (let gained = 0; gained <= n; gained++) {
				for (let lost = 0; gained + lost <= n; lost++) {
					for (const alpha of [0.01, 0.05, 0.5]) {
						const { upper } = tangoBounds({ gained, lost, n }, alpha);
						// A margin is 0 or more: nothing fails by a bound that is not below 0.
						if (upper >= 0) continue;
						seen++;
						if (gained + lost < n) {
							const worse = tangoBounds({ gained, lost: lost + 1, n }, alpha).upper;
							expect(worse).toBeLessThanOrEqual(upper + 1e-12);
						}
						if (gained > 0) {
							const worse = tangoBounds({ gained: gained - 1, lost: lost + 1, n }, alpha).upper;
							expect(worse).toBeLessThanOrEqual(upper + 1e-12);
							const without = tangoBounds({ gained: gained - 1, lost, n }, alpha).upper;
							expect(without).toBeLessThanOrEqual(upper + 1e-12);
						}
					}
				}
			}
		}
		expect(seen).toBeGreaterThan(1000);
	});
});
