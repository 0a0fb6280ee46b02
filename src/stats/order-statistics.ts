import { selectRanks } from './select-ranks.ts';

/** Up to so many values a sort costs less than it could spare. */
const fewToSort = 20_000;

/**
 * Values of which only the ranks that are asked for are put in order: bounds of a quantile need a few hundred of a
 * million, and a sort of all takes several times as long.
 */
export class OrderStatistics {
	readonly #values: Float64Array;
	/** Places from `#from` up to `#to` hold what a sort would put there. */
	#from = 0;
	#to = 0;

	/** The values are copied; NaN has no place among them. */
	constructor(values: Float64Array) {
		this.#values = values.slice();
		if (values.length > fewToSort) return;
		this.#values.sort();
		this.#to = values.length;
	}

	/** All values, those of the ranks (from 1) from `lower` to `upper` in order; the order of others means nothing. */
	between(lower: number, upper: number): Float64Array {
		const [first, last] = [Math.max(0, lower - 1), Math.min(this.#values.length, upper)];
		if (first >= last || (first >= this.#from && last <= this.#to)) return this.#values;
		// Wider than asked for: the next bounds mostly lie a little further out.
		const margin = last - first;
		const isNew = this.#from === this.#to;
		this.#from = Math.max(0, Math.min(first - margin, isNew ? first : this.#from));
		this.#to = Math.min(this.#values.length, Math.max(last + margin, isNew ? last : this.#to));
		selectRanks(this.#values, [this.#from + 1, this.#to]);
		this.#values.subarray(this.#from, this.#to).sort();
		return this.#values;
	}
}
