import type { Run } from '../model/run.ts';

type Numbers =
	| Uint8Array<ArrayBuffer>
	| Uint16Array<ArrayBuffer>
	| Uint32Array<ArrayBuffer>
	| Float64Array<ArrayBuffer>;

/** These numbers with room for `length` of them: the array itself, or its content in one at least twice as long, then 0. */
export function withRoom<Kind extends Numbers>(numbers: Kind, length: number): Kind {
	if (length <= numbers.length) return numbers;
	const room = Math.max(length, 2 * numbers.length);
	const Same = numbers.constructor as new (buffer: ArrayBuffer) => Kind;
	return new Same(numbers.buffer.transfer(room * numbers.BYTES_PER_ELEMENT));
}

/** The most numbers to make room for on a record's word alone: a plan that nobody filled must not take memory. */
const mostExpected = 2 ** 20;

/** How many trials of a run to make room for. */
export function expectedTrials({ planned }: { readonly planned: number }): number {
	return Math.min(planned, mostExpected);
}

/** How many questions of a run to make room for. */
export function expectedQuestions({ planned, repeats }: Pick<Run, 'planned' | 'repeats'>): number {
	return Math.min(Math.ceil(planned / repeats), mostExpected);
}

/** Counts that begin at 0: a byte for each until one of them needs more. */
export type Counts = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The counts with one more at a place that they have: the same array, or a wider one. */
export function withOneMore(counts: Counts, place: number): Counts {
	const count = (counts[place] as number) + 1;
	const wide = count > 0xff && counts instanceof Uint8Array ? Uint32Array.from(counts) : counts;
	wide[place] = count;
	return wide;
}
