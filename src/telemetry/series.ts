import type { Attributes, Histogram, ObservableCounter } from '@opentelemetry/api';

/**
 * One run's totals of a counter, by a key for each set of attributes. They are kept here and read when metrics are
 * sent: the SDK hashes the attributes of every addition, which a hundred thousand trials a minute would feel.
 */
export class Totals {
	readonly #series = new Map<string, { readonly attributes: Attributes; total: number }>();

	constructor(counter: ObservableCounter) {
		counter.addCallback((result) => {
			for (const { attributes, total } of this.#series.values()) result.observe(total, attributes);
		});
	}

	/** Adds to the total of a key, whose attributes are asked for once. */
	add(key: string, amount: number, attributes: () => Attributes): void {
		const series = this.#series.get(key);
		if (series === undefined) this.#series.set(key, { attributes: attributes(), total: amount });
		else series.total += amount;
	}
}

/** One run's part of a histogram, by a key for each set of attributes, which is made once. */
export class Distribution {
	readonly #attributes = new Map<string, Attributes>();
	readonly #histogram: Histogram;

	constructor(histogram: Histogram) {
		this.#histogram = histogram;
	}

	/** Records a value under a key, whose attributes are asked for once. */
	record(key: string, value: number, attributes: () => Attributes): void {
		let known = this.#attributes.get(key);
		if (known === undefined) {
			known = attributes();
			this.#attributes.set(key, known);
		}
		this.#histogram.record(value, known);
	}
}

/** Lets the first so many different values pass and calls every further one `other`: a label must not grow without end. */
export class Bounded {
	readonly #seen = new Set<string>();
	readonly #most: number;

	constructor(most: number) {
		this.#most = most;
	}

	/** The value, or `other`. */
	of(value: string): string {
		if (this.#seen.has(value)) return value;
		if (this.#seen.size >= this.#most) return 'other';
		this.#seen.add(value);
		return value;
	}
}
