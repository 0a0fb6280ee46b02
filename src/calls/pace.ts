import { TokenBucket } from 'limiter';
import { orAborted, sleep } from './or-aborted.ts';

/** Requests, as a share of a minute's, that may go out at once after a rest: timers are too coarse for each alone. */
const burst = 1 / 600;
/** Tokens, as a share of a minute's, that a rest saves up. */
const saved = 1 / 6;

/** Lets calls go out one after the other, as fast as requests and tokens a minute allow. */
export class Pace {
	readonly #requests: TokenBucket | undefined;
	readonly #tokens: TokenBucket | undefined;
	/** The turn of whoever came last. */
	#last: Promise<void> = Promise.resolve();

	constructor({ rpm, tpm }: { readonly rpm?: number | undefined; readonly tpm?: number | undefined }) {
		this.#requests = bucketOf(rpm, burst);
		this.#tokens = bucketOf(tpm, saved);
		// The first request need not wait; tokens are known only when they are spent.
		if (this.#requests !== undefined) this.#requests.content = this.#requests.bucketSize;
	}

	/** true when nothing is limited. */
	get free(): boolean {
		return this.#requests === undefined && this.#tokens === undefined;
	}

	/** Waits, first come first served, until a request may go out that spends about so many tokens. */
	async turn(tokens: number, signal: AbortSignal): Promise<void> {
		const before = this.#last;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#last = promise;
		try {
			await orAborted(before, signal);
			for (let wait = this.#wait(tokens); wait > 0; wait = this.#wait(tokens)) {
				await sleep(wait, signal);
			}
			this.#requests?.tryRemoveTokens(1);
			this.spend(tokens);
		} finally {
			// Who leaves early must not let those behind overtake those before.
			void before.then(resolve);
		}
	}

	/** Takes tokens that were used, or, by a negative number, gives back those that were not; debts make the next wait. */
	spend(tokens: number): void {
		if (this.#tokens === undefined) return;
		this.#tokens.drip();
		this.#tokens.content -= tokens;
	}

	#wait(tokens: number): number {
		const request = this.#requests?.getWaitTime(1) ?? 0;
		const { bucketSize = 0 } = this.#tokens ?? {};
		// One that needs more than a bucket holds goes when it is full.
		const token = this.#tokens?.getWaitTime(Math.min(Math.max(1, tokens), bucketSize)) ?? 0;
		return Math.max(request, token);
	}
}

function bucketOf(perMinute: number | undefined, share: number): TokenBucket | undefined {
	if (perMinute === undefined) return undefined;
	const bucketSize = Math.max(1, perMinute * share);
	return new TokenBucket({ bucketSize, tokensPerInterval: perMinute, interval: 'minute' });
}
