import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import { evidence } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';

const gradeOf = async (options: object, output: string, number?: number): Promise<number> => {
	const question = number === undefined ? {} : { expected: { number } };
	return (await grade('number', options, evidence(output, { question }))).value;
};

describe('the number of an answer', () => {
	it.each<[string, number]>([
		['It is 42.', 42],
		['The total is $1,234.50', 1234.5],
		['It fell to -5 °C', -5],
		['Profit: −7', -7],
		['a loss of -$5', -5],
		['a loss of $-5', -5],
		['costs € 20', 20],
		['costs 20\u00a0€', 20],
		['.5', 0.5],
		['+3', 3],
		['about 1.5e-3', 0.0015],
		['2E3 of them', 2000],
		['1.5 × 10^-3', 0.0015],
		['6.02×10²³', 6.02e23],
		['1*10^(-2)', 0.01],
		["1'234'567 in Zürich", 1234567],
		['1\u202f234\u202f567 à Paris', 1234567],
		['1_000', 1000],
		['１２３', 123],
		['5ms', 5],
		['007', 7],
		['**42**', 42],
		['x=-3', -3],
		['[1,2,3]', 3],
		['between 10-20', 20],
		['5 - 3', 3],
		['12, not 1,2345', 2345],
		['I found 3 in 2023', 2023],
	])('in %j is %d', async (output, number) => {
		expect(await gradeOf({}, output, number)).toBe(1);
		expect(await gradeOf({}, output, number + Math.max(1, Math.abs(number)))).toBe(0);
	});

	it.each(['', 'none', 'kb-1 and v2', 'gpt-4o says Q3', '1.2.3', '31.12.2026', '1e', 'e5'])(
		'is not in %j',
		async (output) => {
			for (const number of [0, 1, 2, 3, 4, 5, 12, 31]) {
				if (output === '1e' && number === 1) continue;
				expect(await gradeOf({ which: 'any' }, output, number)).toBe(0);
			}
		},
	);

	it('beyond the range of numbers is none, and does not let the one before it count', async () => {
		expect(await gradeOf({ absolute: 1e308 }, '5, or rather 1e999', 5)).toBe(0);
	});

	it.each<[string, number]>([
		['1.234,50 €', 1234.5],
		['3,14', 3.14],
		['1.234.567', 1234567],
		['0,5', 0.5],
		[',5', 0.5],
	])('with a decimal comma in %j is %d', async (output, number) => {
		expect(await gradeOf({ decimal: ',' }, output, number)).toBe(1);
	});

	it('is found again as it was written, whatever it is', async () => {
		const one = await scorer('number');
		const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });
		await fc.assert(
			fc.asyncProperty(anyNumber, async (number) => {
				const given = evidence(`So 1 of 2: ${number}.`, { question: { expected: { number } } });
				expect(await one.score(given, { signal: AbortSignal.abort() })).toEqual({ value: 1 });
			}),
		);
	});
});

describe('a megabyte of', () => {
	it.each(['5a/', '1,', '1.', "1'", '1e', '-', '$ ', '1 × 10^', '1_000,', '9', ' 1e9999', '5 %-'])(
		'%j takes linear time',
		async (piece) => {
			const started = performance.now();
			await gradeOf({ which: 'any', unit: 'kg' }, piece.repeat(1_000_000 / piece.length), 7);
			expect(performance.now() - started).toBeLessThan(10_000);
		},
		60_000,
	);
});

describe('which number counts', () => {
	it.each([
		['last', '3, then 7', 7, 1],
		['last', '7, then 3', 7, 0],
		['first', '7, then 3', 7, 1],
		['first', '3, then 7', 7, 0],
		['any', '3, then 7, then 9', 7, 1],
		['any', '3, then 9', 7, 0],
		['only', 'It is 7', 7, 1],
		['only', '7, as 7 is', 7, 0],
	])('%s: in %j against %d is %d', async (which, output, number, value) => {
		expect(await gradeOf({ which }, output, number)).toBe(value);
	});

	it('is told in the reason', async () => {
		const question = { expected: { number: 5 } };
		const reason = async (options: object, output: string) =>
			(await grade('number', options, evidence(output, { question }))).reason;
		expect(await reason({}, '3 or $7')).toBe('$7 is not 5');
		expect(await reason({ which: 'any', absolute: 1 }, '3 or 7')).toBe('3, 7 is not 5 ± 1');
		expect(await reason({ which: 'only' }, '5 or 7')).toBe('2 numbers in the output, expected one');
		expect(await reason({}, 'five')).toBe('no number in the output');
		expect(await reason({ unit: 'ms' }, '5 s')).toBe('no number in ms in the output');
	});
});

describe('the tolerance', () => {
	it.each([
		[{}, '10.0001', 10, 0],
		[{ absolute: 0.1 }, '1.1', 1, 1],
		[{ absolute: 0.1 }, '1.11', 1, 0],
		[{ absolute: 0.1 }, '0.9', 1, 1],
		[{ relative: 0.01 }, '101', 100, 1],
		[{ relative: 0.01 }, '101.1', 100, 0],
		[{ relative: 0.01 }, '-99', -100, 1],
		[{ relative: 0.5 }, '0.1', 0, 0],
		[{ relative: 0.01, absolute: 5 }, '105', 100, 1],
		[{}, '9007199254740991', 9007199254740990, 0],
	])('%j takes %s for %d: %d', async (options, output, number, value) => {
		expect(await gradeOf(options, output, number)).toBe(value);
	});
});

describe('the unit', () => {
	it.each([
		[{ unit: '%' }, '12.5 % of 80', 12.5, 1],
		[{ unit: '%' }, '12.5 of 80', 12.5, 0],
		[{ unit: { '%': 0.01 } }, 'It is 57%', 0.57, 1],
		[{ unit: ['€', 'EUR'] }, 'EUR? 20 EUR for 30 days', 20, 1],
		[{ unit: ['€', 'EUR'] }, '€20 for 30 days', 20, 1],
		[{ unit: { s: 1000, ms: 1 } }, 'took 1.5 s in 3 tries', 1500, 1],
		[{ unit: { s: 1000, ms: 1 } }, 'took 1500ms', 1500, 1],
		[{ unit: 'mW' }, '5 MW', 5, 0],
		[{ unit: 'km/h' }, 'at 50 km/h', 50, 1],
		[{ unit: '°C' }, 'at 50 °C', 50, 1],
	])('%j: in %j against %d is %d', async (options, output, number, value) => {
		expect(await gradeOf(options, output, number)).toBe(value);
	});
});

describe('the expected number', () => {
	it('is expected.number, else the only one in expected.answer, else the option', async () => {
		const given = (expected: object) => evidence('7', { question: { expected } });
		expect(await grade('number', { value: 1 }, given({ number: 7, answer: '1' }))).toMatchObject({
			value: 1,
		});
		expect(await grade('number', { value: 1 }, given({ answer: '#### 7' }))).toMatchObject({ value: 1 });
		expect(await grade('number', { value: 7 }, given({ answer: '1 or 2' }))).toMatchObject({ value: 1 });
		expect(await grade('number', { value: 7 }, given({}))).toMatchObject({ value: 1 });
	});

	it('is asked for at load time', async () => {
		const { lacks } = await scorer('number');
		const of = (expected: object) => lacks?.(evidence('', { question: { expected } }).question);
		expect(of({})).toMatch(/expected\.number is missing/);
		expect(of({ answer: '1 or 2' })).toMatch(/expected\.answer does not hold one number/);
		expect(of({ number: 0 })).toBeUndefined();
	});

	it.each([
		{ absolute: -1 },
		{ relative: 1 },
		{ unit: [] },
		{ unit: { s: 0 } },
		{ which: 'all' },
		{ decimal: '' },
	])('%j is refused', (options) => {
		expect(refusals(scorerKinds, 'number', options)).not.toEqual([]);
	});
});
