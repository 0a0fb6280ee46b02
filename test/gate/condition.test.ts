import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formOf, parseCheck, parseMargin, withinUnit } from '../../src/gate/condition.ts';
import type { Unit } from '../../src/model/metric.ts';
import { catalogue } from '../support/gate-file.ts';

const subject = fc.constantFrom('value', 'lower', 'upper');
const operator = fc.constantFrom('>=', '<=', '>', '<');

describe('a check', () => {
	it.each([
		['value >= 0.85', 'value', '>=', 0.85],
		['lower>=.85', 'lower', '>=', 0.85],
		['  upper  <  2.5e-2 ', 'upper', '<', 0.025],
		['value > -3', 'value', '>', -3],
		['upper <= +3500.', 'upper', '<=', 3500],
	])('is read from %j', (text, subject, operator, limit) => {
		expect(parseCheck(text)).toMatchObject({ kind: 'absolute', subject, operator, limit });
	});

	it('is read again from the text that a verdict shows', () => {
		fc.assert(
			fc.property(subject, operator, fc.double({ noNaN: true, noDefaultInfinity: true }), (...parts) => {
				const parsed = parseCheck(parts.join(''));
				if (typeof parsed === 'string') throw new Error(parsed);
				expect([parsed.subject, parsed.operator]).toEqual([parts[0], parts[1]]);
				expect(parsed.limit).toBe(Number(String(parts[2])));
				expect(parseCheck(parsed.text)).toEqual(parsed);
			}),
		);
	});

	it('is never evaluated: whatever else it says, it is a sentence that quotes it', () => {
		const code = fc.constantFrom('()', '+1', ' && 1', ';', '%', 'ms', ' or value >= 0', '`', '$' + '{1}');
		fc.assert(
			fc.property(subject, operator, code, (name, sign, tail) => {
				const text = `${name} ${sign} 0.5${tail}`;
				expect(parseCheck(text)).toContain(`"${text}" is not a check; expected e.g. "value >= 0.85"`);
			}),
		);
	});
});

describe('a margin', () => {
	it.each<[string | number, Unit, object]>([
		['2pp', 'share', { form: 'difference', margin: 0.02, text: 'non_inferior 2pp' }],
		['99.5PP', 'score', { form: 'difference', margin: 0.995 }],
		[' 0.02 ', 'score', { form: 'difference', margin: 0.02, text: 'non_inferior 0.02' }],
		[0, 'share', { form: 'difference', margin: 0 }],
		[300, 'ms', { form: 'difference', margin: 300, text: 'non_inferior 300' }],
		['1x', 'ms', { form: 'ratio', margin: 1 }],
		['1.10X', 'usd', { form: 'ratio', margin: 1.1, text: 'non_inferior 1.10X' }],
	])('is read from %j of a metric in %s', (given, unit, parsed) => {
		expect(parseMargin(given, unit)).toMatchObject({ kind: 'relative', ...parsed });
	});

	it.each<[string | number, Unit, RegExp]>([
		['two points', 'share', /is not a margin/],
		['1e999', 'ms', /is not a margin/],
		['0.99x', 'ms', /so it is at least 1x/],
		['-1x', 'ms', /so it is at least 1x/],
		[-0.01, 'share', /is not negative/],
		['2pp', 'ms', /percentage points fit shares and scores, not ms/],
		['100pp', 'share', /would allow a fall from 1 to 0/],
		[1, 'score', /would allow a fall from 1 to 0/],
		[1.5, 'share', /would allow a fall from 1 to 0/],
	])('is refused of %j of a metric in %s', (given, unit, why) => {
		expect(parseMargin(given, unit)).toMatch(why);
	});
});

it.each([
	['pass_rate', 'value', true],
	['faithfulness', 'lower', true],
	['safety_violations', 'upper', true],
	['safety_violations', 'value', false],
	['latency_p50_ms', 'upper', false],
	['cost_usd', 'value', false],
])('a check on %s by its %s judges what lies between 0 and 1: %s', (metric, subject, within) => {
	const condition = parseCheck(`${subject} <= 0.5`);
	const info = catalogue.find(({ name }) => name === metric);
	if (typeof condition === 'string' || info === undefined) throw new Error('no condition');
	expect(withinUnit(condition, info)).toBe(within);
});

describe('what a condition’s bounds are of', () => {
	const margin = (given: string) => {
		const parsed = parseMargin(given, 'share');
		if (typeof parsed === 'string') throw new Error(parsed);
		return parsed;
	};
	const check = (text: string) => {
		const parsed = parseCheck(text);
		if (typeof parsed === 'string') throw new Error(parsed);
		return parsed;
	};

	it('is one run, a difference or a ratio, and nothing for an estimate or a count', () => {
		expect(formOf(check('value >= 0.5'))).toBeUndefined();
		expect(formOf(check('lower >= 0.5'))).toBe('single');
		expect(formOf(check('upper <= 0.5'))).toBe('single');
		expect(formOf(margin('2pp'))).toBe('difference');
		expect(formOf(margin('1.1x'))).toBe('ratio');
		expect(formOf({ kind: 'events', limit: 0, text: 'max_events 0' })).toBeUndefined();
	});
});
