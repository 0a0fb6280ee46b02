import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidence } from '../contract/evidence.ts';
import { grade, scorer } from '../contract/run.ts';

const likeness = async (
	metric: string,
	output: string,
	answer: string,
	options: object = {},
): Promise<number> =>
	(
		await grade(
			'similarity',
			{ metric, ...options },
			evidence(output, { question: { expected: { answer } } }),
		)
	).value;

/** Wagner and Fischer's table over code points. */
function naiveDistance(a: readonly string[], b: readonly string[]): number {
	let row = [...b.keys(), b.length];
	for (const [i, left] of a.entries()) {
		const next = [i + 1];
		for (const [j, right] of b.entries()) {
			const change = (row[j] as number) + (left === right ? 0 : 1);
			next.push(Math.min(change, (row[j + 1] as number) + 1, (next[j] as number) + 1));
		}
		row = next;
	}
	return row[b.length] as number;
}

function naiveLcs(a: readonly string[], b: readonly string[]): number {
	const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
	const at = (i: number, j: number) => table[i]?.[j] ?? 0;
	for (const [i, left] of a.entries()) {
		for (const [j, right] of b.entries()) {
			const row = table[i + 1] as number[];
			row[j + 1] = left === right ? at(i, j) + 1 : Math.max(at(i, j + 1), at(i + 1, j));
		}
	}
	return at(a.length, b.length);
}

describe('edit_distance', () => {
	it.each([
		['kitten', 'sitting', 1 - 3 / 7],
		['14 days', '14 days', 1],
		['14  Days\n', '14 days', 1],
		['abc', 'xyz', 0],
		['a😀b', 'a😁b', 2 / 3],
		['cafe\u0301', 'café', 1],
		['日本語', '日本国', 2 / 3],
		['', 'a', 0],
	])('of %j and %j is %d', async (output, answer, value) => {
		expect(await likeness('edit_distance', output, answer)).toBeCloseTo(value, 12);
	});

	it('sees the case when told to', async () => {
		expect(await likeness('edit_distance', 'ABC', 'abc', { caseSensitive: true })).toBe(0);
	});

	it('is what the table of Wagner and Fischer says', async () => {
		const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '😀', '😁', 'é', '語'), minLength: 1 });
		await fc.assert(
			fc.asyncProperty(letters, letters, async (output, answer) => {
				const [a, b] = [[...output], [...answer]];
				const expected = 1 - naiveDistance(a, b) / Math.max(a.length, b.length);
				const value = await likeness('edit_distance', output, answer, { caseSensitive: true });
				expect(value).toBeCloseTo(expected, 12);
			}),
		);
	});
});

describe('rouge_l', () => {
	it.each([
		// Lin 2004, §3.1: LCS of 3 in 4 words, and of 2.
		['police kill the gunman', 'police killed the gunman', 3 / 4],
		['the gunman kill police', 'police killed the gunman', 1 / 2],
		['the gunman police killed', 'police killed the gunman', 1 / 2],
		['Police killed. The gunman!', 'police killed the gunman', 1],
		['the cat', 'the cat sat on the mat', 1 / 2],
		['退款政策', '退款', 2 / 3],
		['nothing alike', 'police killed the gunman', 0],
		['?!', 'police killed the gunman', 0],
	])('of %j and %j is %d', async (output, answer, value) => {
		expect(await likeness('rouge_l', output, answer)).toBeCloseTo(value, 12);
	});

	it('is the F1 of the longest common subsequence', async () => {
		const words = fc.array(fc.constantFrom('one', 'two', 'three', 'vier', 'été'), {
			minLength: 1,
			maxLength: 30,
		});
		await fc.assert(
			fc.asyncProperty(words, words, async (output, answer) => {
				const common = naiveLcs(output, answer);
				const expected = (2 * common) / (output.length + answer.length);
				expect(await likeness('rouge_l', output.join(' '), answer.join(', '))).toBeCloseTo(expected, 12);
			}),
		);
	});
});

describe('similarity', () => {
	it.each(['edit_distance', 'rouge_l'])(
		'by %s throws on texts that are too long to compare',
		async (metric) => {
			const text = 'a '.repeat(30_000);
			await expect(likeness(metric, `${text}b`, text)).rejects.toThrow(/too long to compare/);
		},
	);

	it('lacks an expected.answer, and by words one with a word', async () => {
		const lacks = async (metric: string, answer?: string) => {
			const question = answer === undefined ? {} : { expected: { answer } };
			return (await scorer('similarity', { metric })).lacks?.(evidence('', { question }).question);
		};
		expect(await lacks('edit_distance')).toBe('expected.answer is missing');
		expect(await lacks('edit_distance', '€€')).toBeUndefined();
		expect(await lacks('rouge_l', '€€')).toBe('expected.answer holds no word');
	});
});
