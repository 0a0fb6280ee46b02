import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import { evidence } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';

describe('contains', () => {
	it.each([
		[{ any: ['x', 'days'] }, 1],
		[{ any: ['x', 'q'] }, 0],
		[{ all: ['14', 'DAYS'] }, 1],
		[{ all: ['14', 'weeks'] }, 0],
		[{ none: ['weeks'] }, 1],
		[{ none: ['Days'] }, 0],
		[{ none: ['Days'], caseSensitive: true }, 1],
		[{ all: ['DAYS'], caseSensitive: true }, 0],
		[{ any: ['14'], all: ['days'], none: ['14'] }, 0],
		[{ all: ['4 da'] }, 1],
	])('judges "Within 14 days." by %j as %d', async (options, value) => {
		expect(await grade('contains', options, evidence('Within 14 days.'))).toMatchObject({ value });
	});

	it.each([
		[{ all: ['14'] }, 'Within 14 days.', 1],
		[{ all: ['14'] }, 'Within 140 days.', 0],
		[{ all: ['14'] }, 'Within 3.14 days.', 0],
		[{ all: ['day'] }, 'Within 14 days.', 0],
		[{ any: ['day', 'DAYS'] }, 'Within 14 days.', 1],
		[{ none: ['day'] }, 'Within 14 days.', 1],
		[{ none: ['days'] }, 'Within 14 days.', 0],
		[{ all: ['DAYS'], caseSensitive: true }, 'Within 14 days.', 0],
		[{ all: ['café'], caseSensitive: true }, 'The cafe\u0301 is open.', 1],
		[{ all: ['STRASSE'] }, 'Lange Straße 4', 1],
		[{ all: ['政策'] }, '退款政策是', 1],
		[{ all: ['C++'] }, 'I write C++.', 1],
	])('by whole words judges by %j the output %j as %d', async (options, output, value) => {
		expect(await grade('contains', { ...options, wholeWords: true }, evidence(output))).toMatchObject({
			value,
		});
	});

	it("goes by the question's own lists before its options and its answer", async () => {
		const given = (output: string) =>
			evidence(output, { question: { expected: { contains: { any: ['two', '2'] }, answer: 'three' } } });
		expect(await grade('contains', { all: ['three'] }, given('2 weeks'))).toEqual({ value: 1 });
		expect(await grade('contains', { all: ['three'] }, given('three weeks'))).toEqual({
			value: 0,
			reason: 'none of: two, 2',
		});
		expect((await scorer('contains')).lacks?.(given('').question)).toBeUndefined();
	});

	it('says everything that is wrong', async () => {
		const options = { any: ['x', 'q'], all: ['z'], none: ['14'] };
		expect(await grade('contains', options, evidence('14 days'))).toEqual({
			value: 0,
			reason: 'missing: z; none of: x, q; must not occur: 14',
		});
	});

	it('looks for expected.answer when no list is set', async () => {
		const question = { expected: { answer: '14 Days' } };
		expect(await grade('contains', {}, evidence('Within 14 days.', { question }))).toMatchObject({
			value: 1,
		});
		expect(await grade('contains', {}, evidence('Within 2 days.', { question }))).toMatchObject({ value: 0 });
	});

	it('gives 0 to a blank output, although it holds nothing forbidden', async () => {
		expect(await grade('contains', { none: ['weeks'] }, evidence(' \n'))).toMatchObject({ value: 0 });
	});

	it('lacks expected.answer only when it needs it', async () => {
		const bare = evidence('').question;
		const empty = evidence('', { question: { expected: { answer: '' } } }).question;
		expect((await scorer('contains')).lacks?.(bare)).toMatch(/expected\.answer/);
		expect((await scorer('contains')).lacks?.(empty)).toMatch(/expected\.answer/);
		expect((await scorer('contains', { any: ['x'] })).lacks?.(bare)).toBeUndefined();
	});

	it.each([{ any: [] }, { all: [] }, { none: [] }, { all: [''] }])('refuses the empty %j', (options) => {
		expect(refusals(scorerKinds, 'contains', options)).not.toEqual([]);
	});
});
