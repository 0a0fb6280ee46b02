import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFault } from '../../src/gate/check-fault.ts';
import { parseCheck, withinUnit } from '../../src/gate/condition.ts';
import { satisfies } from '../../src/gate/limit.ts';
import { catalogue } from '../support/gate-file.ts';

function faultOf(metric: string, text: string): string | undefined {
	const info = catalogue.find(({ name }) => name === metric);
	const condition = parseCheck(text);
	if (info === undefined || typeof condition === 'string') throw new Error(`${metric} ${text}`);
	return checkFault(condition, info);
}

describe('a check on a bound', () => {
	it.each([
		['pass_rate', 'upper >= 0.85', 'higher', '"value >= 0.85" (as measured) or "lower >= 0.85" (sure of it)'],
		['faithfulness', 'upper > 0.5', 'higher', '"value > 0.5" (as measured) or "lower > 0.5" (sure of it)'],
		[
			'latency_p95_ms',
			'lower <= 3500',
			'lower',
			'"value <= 3500" (as measured) or "upper <= 3500" (sure of it)',
		],
		['error_rate', 'lower < 0.1', 'lower', '"value < 0.1" (as measured) or "upper < 0.1" (sure of it)'],
		[
			'safety_violations',
			'lower <= 3',
			'lower',
			'"value <= 3" (the count) or e.g. "upper < 0.025" (the share of questions with one)',
		],
	])('is refused when it would pass for want of data: %s %s', (metric, check, end, fix) => {
		expect(faultOf(metric, check)).toBe(
			`"${check}" would pass when the data cannot tell: the fewer they are, the ${end} this bound; expected ${fix}`,
		);
	});

	it.each([
		['pass_rate', 'upper <= 0.85', 'higher'],
		['faithfulness', 'lower < 0.85', 'higher'],
		['latency_p95_ms', 'lower >= 3500', 'lower'],
		['latency_p95_ms', 'upper >= 3500', 'lower'],
		['policy_violations', 'upper > 0.1', 'lower'],
	])('is refused when it faces the wrong way: %s %s', (metric, check, better) => {
		expect(faultOf(metric, check)).toContain(
			`"${check}" would pass the worse values: of this metric, ${better} is better; expected "value `,
		);
	});

	it.each([
		['pass_rate', 'lower >= 0', 'can never fail: a bound of the metric lies'],
		['pass_rate', 'lower > -1', 'can never fail: a bound of the metric lies'],
		['faithfulness', 'lower > 0', 'can never fail: a bound of the metric lies'],
		['error_rate', 'upper <= 1', 'can never fail: a bound of the metric lies'],
		['safety_violation_rate', 'upper < 1', 'can never fail: a bound of the metric lies'],
		[
			'safety_violations',
			'upper <= 3',
			'can never fail: a bound of a count is one of the share of questions with a violation, which lies',
		],
		[
			'policy_violations.tone',
			'upper < 1',
			'can never fail: a bound of a count is one of the share of questions with a violation, which lies',
		],
		['pass_rate', 'lower >= 85', 'can never pass: no number of questions shows that'],
		['pass_rate', 'lower >= 1', 'can never pass: no number of questions shows that'],
		['safety_violations', 'upper <= 0', 'can never pass: no number of questions shows that'],
	])('is refused when no data could break it, or keep it: %s %s', (metric, check, reason) => {
		expect(faultOf(metric, check)).toContain(`"${check}" ${reason}`);
		expect(faultOf(metric, check)).toContain('expected a limit above 0 and below 1');
	});

	it('names the count when a count was meant', () => {
		expect(faultOf('safety_violations', 'upper <= 3')).toMatch(
			/, e\.g\. "upper < 0\.025" \(the share\), or "value <= 3" \(the count\)$/,
		);
	});

	it.each([
		['pass_rate', 'lower >= 0.85'],
		['faithfulness', 'lower > 0.001'],
		['error_rate', 'upper <= 0.999'],
		['safety_violations', 'upper < 0.025'],
		['latency_p95_ms', 'upper <= 3500'],
		['cost_usd', 'upper < 0.5'],
	])('is taken: %s %s', (metric, check) => {
		expect(faultOf(metric, check)).toBeUndefined();
	});
});

it('every check that is taken is broken by some estimate, and by want of data when it is on a bound', () => {
	const checks = fc.record({
		metric: fc.constantFrom(...catalogue),
		subject: fc.constantFrom('value', 'lower', 'upper'),
		operator: fc.constantFrom('>=', '<=', '>', '<'),
		limit: fc.oneof(fc.constantFrom(-1, 0, 1, 2), fc.double({ min: -2, max: 5_000, noNaN: true })),
	});
	fc.assert(
		fc.property(checks, ({ metric, subject, operator, limit }) => {
			const condition = parseCheck(`${subject} ${operator} ${limit}`);
			if (typeof condition === 'string') throw new Error(condition);
			if (checkFault(condition, metric) !== undefined) return;
			const most = withinUnit(condition, metric) ? 1 : Infinity;
			const worst = metric.better === 'higher' ? 0 : most;
			expect(satisfies(worst, condition.operator, condition.limit)).toBe(false);
			// Without data a lower bound is the least that there is, and an upper one the most.
			const unsure = { value: worst, lower: 0, upper: most }[condition.subject];
			expect(satisfies(unsure, condition.operator, condition.limit)).toBe(false);
		}),
		{ numRuns: 2_000 },
	);
});
