import { CircuitOpenError } from './errors.ts';

/** How long an open circuit lets no call through, in milliseconds; then one may try. */
const restMs = 30_000;

/** Whether an endpoint is plainly down: so many calls failed one after the other, with none answered in between. */
export class Circuit {
	readonly #name: string;
	readonly #where: string;
	readonly #limit: number;
	readonly #onOpen: (error: CircuitOpenError) => void;
	#streak = 0;
	/** When its first failure came. */
	#since = 0;
	#lastReason = '';
	#answered = false;
	#openedAt: number | undefined;
	#trying = false;

	/** `limit` false never opens; `onOpen` is called each time that it does; of `url` errors say the origin. */
	constructor(
		name: string,
		limit: number | false,
		onOpen: (error: CircuitOpenError) => void = () => {},
		url?: string,
	) {
		this.#name = name;
		this.#where = url !== undefined && URL.canParse(url) ? ` (${new URL(url).origin})` : '';
		this.#limit = limit === false ? Infinity : limit;
		this.#onOpen = onOpen;
	}

	/** true when the calls that ended last failed as those of an endpoint that is down do. */
	get failing(): boolean {
		return this.#streak > 0 && this.#limit < Infinity;
	}

	/** true when calls failed so, and none was ever answered. */
	get neverAnswered(): boolean {
		return this.failing && !this.#answered;
	}

	get isOpen(): boolean {
		return this.#openedAt !== undefined;
	}

	/** Who counts as down, and why, for whoever reads it. */
	get reason(): string {
		const calls = this.#streak === 1 ? 'the last call' : `the last ${this.#streak} calls`;
		return `${this.#name} counts as down: ${calls} failed and none was answered in between; last: ${this.#lastReason}${this.#where}`;
	}

	/** Throws a CircuitOpenError while the endpoint is to be left alone. */
	assertClosed(): void {
		if (this.#openedAt === undefined) return;
		if (performance.now() - this.#openedAt < restMs) throw this.#error();
		// One may try; those that come with it wait for the next rest.
		this.#openedAt = performance.now();
		this.#trying = true;
	}

	/**
	 * Notes that the endpoint answered, if only with a refusal, what it was asked at `askedAt`, a time of performance.now().
	 * What was asked before the failing began says nothing of it; an open circuit closes only by a call that was to try.
	 */
	succeed(askedAt: number): void {
		this.#answered = true;
		if (this.isOpen ? !this.#trying : askedAt < this.#since) return;
		this.#streak = 0;
		this.#openedAt = undefined;
		this.#trying = false;
	}

	/** Notes a failure that may mean that it is down. */
	fail(reason: string): void {
		if (this.#streak++ === 0) this.#since = performance.now();
		this.#lastReason = reason;
		if (this.#streak < this.#limit || this.isOpen) return;
		this.#openedAt = performance.now();
		this.#onOpen(this.#error());
	}

	#error(): CircuitOpenError {
		return new CircuitOpenError(this.reason);
	}
}
