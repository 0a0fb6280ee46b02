import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, expect } from 'vitest';
import type { ReceiverLimits } from '../../src/telemetry/request-limits.ts';
import { eventually } from '../support/cli.ts';
import { type ReceiverProcess, startReceiverProcess, type Talk } from '../support/receiver-process.ts';

export const MB = 1024 * 1024;
export const types = ['application/json', 'application/x-protobuf'] as const;
/** The whole process: Node itself, the heap that it may use, and the bodies under way. */
const mostBytes = 450 * MB;

/** A request of one span in JSON. */
export function goodRequest(span: object = {}): string {
	const good = {
		traceId: randomBytes(16).toString('hex'),
		spanId: randomBytes(8).toString('hex'),
		name: 'POST /answer',
		startTimeUnixNano: '1700000000000000000',
		endTimeUnixNano: '1700000000005000000',
	};
	return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...good, ...span }] }] }] });
}

/**
 * A receiver for a file of hostile tests: after each of them it runs, has recorded every span that it took once,
 * has stayed within its memory and takes a good request.
 */
export class AttackedReceiver {
	#process: ReceiverProcess | undefined;

	constructor(limits: Partial<ReceiverLimits> = {}) {
		beforeAll(async () => {
			this.#process = await startReceiverProcess(limits);
		});
		afterEach(async () => {
			const before = (await this.process.tally()).spans;
			// A client that is told to come again, or is not let in, does.
			await eventually(async () => (await this.post(goodRequest()).catch(() => 503)) === 200);
			const { spans, counted, peakBytes } = await this.process.tally();
			expect(spans).toBe(before + 1);
			expect(counted).toBe(spans);
			expect(peakBytes).toBeLessThan(mostBytes);
		});
	}

	get process(): ReceiverProcess {
		if (this.#process === undefined) throw new Error('the receiver has not been started');
		return this.#process;
	}

	dial(): Talk {
		return this.process.dial();
	}

	/** Posts a body and gives the status of the answer. */
	async post(
		body: string | Uint8Array<ArrayBufferLike>,
		type: string = types[0],
		headers: Record<string, string> = {},
	): Promise<number> {
		const response = await fetch(`${this.process.endpoint}/v1/traces`, {
			...{ method: 'POST', headers: { 'content-type': type, ...headers } },
			body: typeof body === 'string' ? body : Buffer.from(body),
		});
		expect(response.headers.get('content-type')).toBe(type);
		await response.arrayBuffer();
		return response.status;
	}
}
