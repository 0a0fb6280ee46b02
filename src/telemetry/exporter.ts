import { open } from 'node:fs/promises';
import pMap from 'p-map';
import { messageOf } from '../errors.ts';
import type { Delivery } from '../model/run.ts';
import { schemaVersion } from '../model/run.ts';
import { spansOf, type TraceRequest } from './otlp-json.ts';
import { openWire, type RecordedRequest, type Wire } from './wire.ts';

const chunkBytes = 1024 * 1024;
const requestsAtOnce = 4;
const retryEveryMs = 500;

/**
 * Sends a run's recorded spans, following the spans file from the last acknowledged place: memory is bounded
 * by one chunk however slow the backend is. Delivery is at least once: a request whose answer was lost is sent again.
 */
export class Exporter {
	readonly #file: string;
	readonly #wire: Wire;
	readonly #size: () => number;
	#offset = 0;
	#acknowledged = 0;
	#rejected = 0;
	#error: string | undefined;
	#deadline = Number.POSITIVE_INFINITY;
	#finishing = false;
	#wake = Promise.withResolvers<void>();
	readonly #loop: Promise<void>;

	/** Begins to follow the file; `size` says how much of it is whole lines on disk. */
	constructor(file: string, endpoint: string, size: () => number) {
		this.#file = file;
		this.#size = size;
		this.#wire = openWire(endpoint);
		this.#loop = this.#run().catch((error) => {
			this.#error = messageOf(error);
		});
	}

	/** Says that the file grew. */
	readonly notify = (): void => {
		this.#wake.resolve();
	};

	/** Waits until all is sent, or `timeoutMs` have passed, and gives the counts. */
	async finish(countsNow: () => { ended: number; recorded: number }, timeoutMs: number): Promise<Delivery> {
		this.#deadline = Date.now() + timeoutMs;
		this.#finishing = true;
		this.notify();
		const late = Promise.withResolvers<void>();
		const limit = setTimeout(late.resolve, timeoutMs);
		await Promise.race([this.#loop, late.promise]);
		clearTimeout(limit);
		// Counted now: spans can end while the backend is waited for.
		const counts = countsNow();
		const outstanding = counts.recorded - this.#acknowledged - this.#rejected;
		// A request can be tried again and again without a word until the time is up.
		const silence = outstanding > 0 ? `no answer within ${timeoutMs} ms of the last trial` : undefined;
		const error = this.#error ?? silence;
		return {
			...undelivered(counts),
			endpoint: this.#wire.endpoint,
			acknowledged: this.#acknowledged,
			rejected: this.#rejected,
			outstanding,
			acknowledgedBytes: this.#offset,
			...(error !== undefined && { error }),
		};
	}

	async #run(): Promise<void> {
		const handle = await open(this.#file, 'r');
		try {
			while (Date.now() < this.#deadline) {
				if (this.#offset < this.#size()) {
					const wanted = await this.#readLines(handle);
					const left = await this.#sendAll(wanted.requests);
					if (left === 0) this.#offset += wanted.bytes;
					else return;
				} else if (this.#finishing) {
					break;
				} else {
					await this.#wake.promise;
					this.#wake = Promise.withResolvers();
				}
			}
		} finally {
			await handle.close();
			await this.#wire.close();
		}
	}

	/** Sends each request until it is taken or refused; gives how many were still waiting at the deadline. */
	async #sendAll(requests: readonly RecordedRequest[]): Promise<number> {
		let waiting = requests;
		while (waiting.length > 0) {
			const left: RecordedRequest[] = [];
			await pMap(
				waiting,
				async (request) => {
					const sent = await this.#wire.send(request);
					if (sent.error !== undefined) this.#error = sent.error;
					if (sent.outcome === 'failed') left.push(request);
					else {
						const rejected = sent.outcome === 'refused' ? request.spans : sent.rejected;
						this.#rejected += rejected;
						this.#acknowledged += request.spans - rejected;
					}
				},
				{ concurrency: requestsAtOnce },
			);
			waiting = left;
			if (waiting.length > 0) {
				if (Date.now() + retryEveryMs >= this.#deadline) return waiting.length;
				await new Promise((resolve) => setTimeout(resolve, retryEveryMs).unref());
			}
		}
		return 0;
	}

	async #readLines(
		handle: Awaited<ReturnType<typeof open>>,
	): Promise<{ requests: RecordedRequest[]; bytes: number }> {
		// The file ends with a whole line at `size`; a single line may be longer than a chunk.
		const available = this.#size() - this.#offset;
		for (let length = Math.min(chunkBytes, available); ; length = Math.min(length * 2, available)) {
			const buffer = Buffer.allocUnsafe(length);
			const { bytesRead } = await handle.read(buffer, 0, length, this.#offset);
			const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1;
			if (end > 0) return { requests: splitLines(buffer.subarray(0, end)), bytes: end };
			if (length === available) throw new Error(`${this.#file}: no whole line before byte ${this.#size()}`);
		}
	}
}

function splitLines(buffer: Buffer): RecordedRequest[] {
	const requests: RecordedRequest[] = [];
	for (let start = 0; start < buffer.length; ) {
		const end = buffer.indexOf(0x0a, start);
		const bytes = buffer.subarray(start, end);
		requests.push({ bytes, spans: spanCount(bytes) });
		start = end + 1;
	}
	return requests;
}

/** The spans of a line that spangate wrote; its shape is known, so nothing but the count is read. */
function spanCount(line: Buffer): number {
	return spansOf(JSON.parse(line.toString('utf8')) as TraceRequest).length;
}

/** The counts of a run whose spans were recorded and not sent anywhere. */
export function undelivered({ ended, recorded }: { ended: number; recorded: number }): Delivery {
	return {
		schemaVersion,
		ended,
		recorded,
		acknowledged: 0,
		rejected: 0,
		outstanding: recorded,
		acknowledgedBytes: 0,
	};
}
