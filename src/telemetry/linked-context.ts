import type { Context } from '@opentelemetry/api';

/**
 * A context that holds one value and knows the next: the API's own copies a Map for each value that is set, and a
 * trial sets seven. A lookup walks as many steps at most.
 */
export class LinkedContext implements Context {
	readonly #rest: Context;
	readonly #key: symbol;
	readonly #value: unknown;

	constructor(rest: Context, key: symbol, value: unknown) {
		this.#rest = rest;
		this.#key = key;
		this.#value = value;
	}

	getValue(key: symbol): unknown {
		return key === this.#key ? this.#value : this.#rest.getValue(key);
	}

	setValue(key: symbol, value: unknown): Context {
		return new LinkedContext(this, key, value);
	}

	deleteValue(key: symbol): Context {
		return new LinkedContext(this, key, undefined);
	}
}
