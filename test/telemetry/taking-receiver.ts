import protobuf from 'protobufjs/minimal.js';
import { afterAll, beforeEach, expect } from 'vitest';
import { spansOf, type TraceRequest } from '../../src/telemetry/otlp-json.ts';
import { startReceiver } from '../../src/telemetry/receiver.ts';

export const json = 'application/json';
export const binary = 'application/x-protobuf';

/** A receiver whose only run takes everything; it goes when the file's tests are over. */
export async function startTakingReceiver() {
	const taken: TraceRequest[] = [];
	const receiver = await startReceiver([
		{
			addRequest(request) {
				taken.push(request);
				return spansOf(request).length;
			},
		},
	]);
	afterAll(() => receiver.close());
	beforeEach(() => {
		taken.splice(0);
	});

	async function post(body: string | Uint8Array, type: string, headers: Record<string, string> = {}) {
		const response = await fetch(`${receiver.endpoint}/v1/traces`, {
			...{ method: 'POST', headers: { 'content-type': type, ...headers } },
			body: typeof body === 'string' ? body : Buffer.from(body),
		});
		expect(response.headers.get('content-type')).toBe(type);
		return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
	}

	/** What a record would hold of a request that is taken. */
	async function received(body: string | Uint8Array, type: string): Promise<TraceRequest> {
		expect(await post(body, type)).toMatchObject({ status: 200 });
		return JSON.parse(JSON.stringify(taken.pop()));
	}

	return { receiver, taken, post, received };
}

/** The message of a `google.rpc.Status`. */
export function statusMessage(body: Uint8Array): string {
	const reader = protobuf.Reader.create(body);
	expect(reader.uint32()).toBe((2 << 3) | 2);
	return reader.string();
}
