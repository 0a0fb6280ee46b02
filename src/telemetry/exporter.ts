import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pMapIterable } from 'p-map';
import { messageOf } from '../errors.ts';
import type { Delivery } from '../model/run.ts';
import { schemaVersion } from '../model/run.ts';
import { readWholeLines } from '../record/whole-lines.ts';
import { type Batch, batchesOf } from './batch.ts';
import { interruptedWaitMs } from './patience.ts';
import { Sender } from './sender.ts';

const requestsAtOnce = 3;
/** Read at once: about one request. */
const bytesAtOnce = 640 * 1024;
/** How many requests may be answered, or under way, behind one that is not; after a kill these are sent again. */
const maxAhead = 8;
/** How long a little is let grow before it is sent, and what is no longer a little. */
const gatherMs = 100;
const gatherBytes = 256 * 1024;
const saveEveryMs = 1_000;

/** The spans of a run so far; `late` ones came after their trial was over. */
interface Counts {
	readonly ended: number;
	readonly recorded: number;
	readonly late?: number;
}

/** Where an export goes on. */
interface Resumed {
	/** What was acknowledged before, by the same endpoint. */
	readonly from?: Delivery | undefined;
	/** Where the run's own spans end, when that is known already. */
	readonly runBytes?: number | undefined;
}

/**
 * Sends a run's recorded spans, following the spans file from the last acknowledged place: memory is bounded
 * by a few requests however slow the backend is. Delivery is at least once: a request whose answer was lost (time
 * out, a broken connection, a kill) is sent again, and so are, after a kill or the end of the wait, the few that were
 * answered before one that went earlier; until then those count as outstanding.
 */
export class Exporter {
	readonly #file: string;
	readonly #sender: Sender;
	readonly #size: () => number;
	readonly #stop = new AbortController();
	readonly #hurry = new AbortController();
	readonly #loop: Promise<void>;
	#offset: number;
	#acknowledged: number;
	#rejected: number;
	#runRejected: number;
	#runBytes: number | undefined;
	#rejection: string | undefined;
	#broken: string | undefined;
	#finishing = false;
	#ended = false;
	#grown = Promise.withResolvers<void>();
	#changed = Promise.withResolvers<void>();
	/** Called about every second in which something was acknowledged: the moment to write `delivery()` down. */
	onProgress: (() => void) | undefined;

	/** Begins to follow the file; `size` says how much of it is whole lines on disk. */
	constructor(file: string, endpoint: string, size: () => number, { from, runBytes }: Resumed = {}) {
		this.#file = file;
		this.#size = size;
		this.#offset = from?.acknowledgedBytes ?? 0;
		this.#acknowledged = from?.acknowledged ?? 0;
		this.#rejected = from?.rejected ?? 0;
		this.#runRejected = from?.runRejected ?? 0;
		this.#runBytes = runBytes;
		if (this.#rejected > 0) this.#rejection = from?.error;
		this.#sender = new Sender(endpoint, this.#stop.signal, this.#tell);
		this.#loop = this.#run().catch((error) => {
			this.#broken = messageOf(error);
		});
	}

	/** How far into the file every span is acknowledged or rejected, in bytes. */
	get acknowledgedBytes(): number {
		return this.#offset;
	}

	/** Says that the file grew. */
	readonly notify = (): void => {
		this.#grown.resolve();
	};

	/** Says that the run's own spans, all of them on disk, end here, and what follows is the gate's. */
	mark(): void {
		this.#runBytes = this.#size();
	}

	/**
	 * Waits until all that is on disk by now is acknowledged or rejected; false when it is not by `deadline`
	 * (milliseconds since 1970) or, once `interrupt` is aborted, a second later. Sending goes on meanwhile.
	 */
	async drain(deadline: number, interrupt?: AbortSignal): Promise<boolean> {
		const target = this.#size();
		this.#hurry.abort();
		this.notify();
		return this.#until(() => this.#offset >= target, deadline, interrupt);
	}

	/** Waits until all is sent, `timeoutMs` have passed or `interrupt` was a second ago; ends the sending; gives the counts. */
	async finish(countsNow: () => Counts, timeoutMs: number, interrupt?: AbortSignal): Promise<Delivery> {
		this.#finishing = true;
		this.#hurry.abort();
		this.notify();
		await this.#until(() => this.#ended, Date.now() + timeoutMs, interrupt);
		this.#stop.abort();
		this.notify();
		await this.#loop;
		// Counted now: spans can end while the backend is waited for.
		const delivery = this.delivery(countsNow());
		// A request can be tried again and again without a word until the time is up.
		const silence = delivery.outstanding > 0 ? 'no answer came in time' : undefined;
		const error = delivery.error ?? silence;
		return { ...delivery, ...(error !== undefined && { error }) };
	}

	/** What became of the spans so far: never more than was acknowledged. */
	delivery(counts: Counts): Delivery {
		const outstanding = counts.recorded - this.#acknowledged - this.#rejected;
		// A failure that a later try made good is none.
		const failure = this.#broken ?? this.#sender.failure;
		const errors = [this.#rejection, outstanding > 0 ? failure : undefined].filter(Boolean);
		return {
			...undelivered(counts, this.#runBytes),
			endpoint: this.#sender.endpoint,
			acknowledged: this.#acknowledged,
			rejected: this.#rejected,
			outstanding,
			acknowledgedBytes: this.#offset,
			runRejected: this.#runRejected,
			...(errors.length > 0 && { error: errors.join('; ') }),
		};
	}

	async #until(done: () => boolean, deadline: number, interrupt?: AbortSignal): Promise<boolean> {
		let limit = deadline;
		const shorten = (): void => {
			limit = Math.min(limit, Date.now() + interruptedWaitMs);
			this.#tell();
		};
		if (interrupt?.aborted) shorten();
		else interrupt?.addEventListener('abort', shorten, { once: true });
		while (!done() && !this.#ended && Date.now() < limit && !this.#isPausedPast(limit)) {
			const timer = setTimeout(this.#tell, limit - Date.now());
			await this.#changed.promise;
			clearTimeout(timer);
		}
		interrupt?.removeEventListener('abort', shorten);
		return done();
	}

	/** The backend wants to be left alone for longer than there is time, and no answer is awaited. */
	#isPausedPast(limit: number): boolean {
		return this.#sender.idleUntil > limit && this.#offset < this.#size();
	}

	readonly #tell = (): void => {
		this.#changed.resolve();
		this.#changed = Promise.withResolvers();
	};

	async #run(): Promise<void> {
		let saved = this.#offset;
		const save = (): void => {
			if (saved === this.#offset) return;
			saved = this.#offset;
			this.onProgress?.();
		};
		const saving = setInterval(save, saveEveryMs).unref();
		try {
			// In the file's order, so that what is counted is all that stands before a place.
			const delivered = pMapIterable(
				this.#batches(),
				// An answered one that waits for those before it keeps no lines.
				async ({ lines, end }) => ({ end, outcome: await this.#sender.deliver(lines) }),
				{ concurrency: requestsAtOnce, backpressure: maxAhead },
			);
			for await (const { end, outcome } of delivered) {
				if (outcome === undefined) break;
				this.#offset = end;
				this.#acknowledged += outcome.acknowledged;
				this.#rejected += outcome.rejected;
				this.#rejection = outcome.error ?? this.#rejection;
				if (this.#runBytes === undefined || end <= this.#runBytes) {
					this.#runRejected += outcome.rejected;
				}
				this.#tell();
			}
		} finally {
			clearInterval(saving);
			// Whatever ended this, the file is let go of.
			this.#stop.abort();
			this.notify();
			this.#sender.close();
			this.#ended = true;
			this.#tell();
		}
	}

	async *#batches(): AsyncGenerator<Batch> {
		const file = await open(this.#file, 'r');
		try {
			for (let at = this.#offset; !this.#stop.signal.aborted; ) {
				const size = this.#size();
				if (at < size) {
					if (size - at < gatherBytes) await this.#gather();
					const text = await readWholeLines(file, at, this.#size(), bytesAtOnce);
					if (text.length === 0) throw new Error(`${this.#file}: no whole line from byte ${at} on`);
					yield* batchesOf(text, at, this.#runBytes);
					at += text.length;
				} else if (this.#finishing) {
					return;
				} else {
					await this.#grown.promise;
					this.#grown = Promise.withResolvers();
				}
			}
		} finally {
			await file.close();
		}
	}

	async #gather(): Promise<void> {
		const { signal } = this.#hurry;
		if (!signal.aborted) await sleep(gatherMs, undefined, { signal }).catch(() => {});
	}
}

/** The counts of a run whose spans were recorded and not sent anywhere; its own end at byte `runBytes`. */
export function undelivered({ ended, recorded, late = 0 }: Counts, runBytes?: number): Delivery {
	return {
		schemaVersion,
		ended,
		recorded,
		acknowledged: 0,
		rejected: 0,
		outstanding: recorded,
		acknowledgedBytes: 0,
		late,
		...(runBytes !== undefined && { runBytes }),
		runRejected: 0,
	};
}
