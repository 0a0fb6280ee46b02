import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, test } from 'vitest';
import { AttackedReceiver, goodRequest, MB, types } from './attacked-receiver.ts';
import { sdkSpan } from './sdk-spans.ts';

const goodProtobuf = () => ProtobufTraceSerializer.serializeRequest([sdkSpan()]) as Uint8Array;

describe('a client that sends hostile bodies', { timeout: 60_000 }, () => {
	const receiver = new AttackedReceiver();
	const post = receiver.post.bind(receiver);

	test.each(types)('sends random bytes as %s', async (type) => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
				expect([200, 400]).toContain(await post(bytes, type));
			}),
			{ numRuns: 100 },
		);
	});

	test('cuts protobuf off at any byte', async () => {
		const whole = goodProtobuf();
		for (let length = 1; length < whole.length; length++) {
			expect(await post(whole.subarray(0, length), types[1]), `${length} bytes`).toBe(400);
		}
		expect(await post(whole, types[1])).toBe(200);
	});

	test('flips bits of protobuf', async () => {
		const whole = goodProtobuf();
		const bit = fc.nat({ max: whole.length * 8 - 1 });
		await fc.assert(
			fc.asyncProperty(fc.array(bit, { minLength: 1, maxLength: 4 }), async (bits) => {
				const bent = Uint8Array.from(whole);
				for (const at of bits) bent[at >> 3] = (bent[at >> 3] ?? 0) ^ (1 << (at & 7));
				expect([200, 400]).toContain(await post(bent, types[1]));
			}),
			{ numRuns: 300 },
		);
	});

	test('replaces bytes of JSON', async () => {
		const whole = Buffer.from(goodRequest({ attributes: [{ key: 'a', value: { intValue: '1' } }] }));
		const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }));
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
				const bent = Uint8Array.from(whole);
				for (const [at, byte] of changes) bent[at] = byte;
				expect([200, 400]).toContain(await post(bent));
			}),
			{ numRuns: 300 },
		);
	});

	test.each([
		['lists', `${'['.repeat(MB)}`],
		['closed lists', '['.repeat(MB) + ']'.repeat(MB)],
		['objects', `${'{"a":'.repeat(MB)}1${'}'.repeat(MB)}`],
		['an unknown field', `{"x":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
		['an attribute', goodRequest({ attributes: [{ key: 'a', value: nestedJson(100) }] })],
	])('nests JSON deeply: %s', async (_, body) => {
		expect(await post(body)).toBe(400);
	});

	test('nests protobuf deeply', async () => {
		expect(await post(nestedProtobuf(20), types[1])).toBe(200);
		expect(await post(nestedProtobuf(120), types[1])).toBe(400);
		expect(await post(nestedProtobuf(5_000), types[1])).toBe(400);
		// Groups, which are skipped, can be nested too.
		expect(await post(Buffer.alloc(MB, 0x13), types[1])).toBe(400);
	});

	test('fills 16 MB with as many parts as it can', async () => {
		const objects = `{"resourceSpans":[${'{},'.repeat(5 * MB)}{}]}`;
		expect(await post(objects)).toBe(400);
		expect(await post(`{"x":[${'[],'.repeat(5 * MB)}[]]}`)).toBe(400);
		// Empty ResourceSpans, each in two bytes.
		expect(await post(Buffer.from('0a00'.repeat(8 * MB - 1), 'hex'), types[1])).toBe(400);
		expect(await post(`{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(400_000)}{}]}]}]}`)).toBe(
			400,
		);
		const attributes = (value: string, count: number) =>
			goodRequest().replace('}]', `,"attributes":[${`{"key":"a","value":${value}},`.repeat(count)}{}]}]`);
		expect(await post(attributes('{"stringValue":1}', 200_000))).toBe(400);
		expect(await post(attributes('{"stringValue":"1"}', 200_000))).toBe(200);
		expect(await post(attributes('{"stringValue":"1"}', 300_000))).toBe(400);
	});

	test('sends 16 MB in one string', async () => {
		const span = {
			attributes: [{ key: 'a', value: { stringValue: '"startTimeUnixNano":'.repeat(600_000) } }],
		};
		expect(await post(goodRequest(span))).toBe(200);
	});

	test.each([
		['gzip', gzipSync(Buffer.alloc(100 * MB, ' '))],
		['br', brotliCompressSync(Buffer.alloc(100 * MB, ' '))],
	])('sends a %s bomb', async (encoding, bomb) => {
		expect(bomb.length).toBeLessThan(MB);
		for (const type of types) expect(await post(bomb, type, { 'content-encoding': encoding })).toBe(413);
	});
});

function nestedJson(depth: number): object {
	let value: object = { stringValue: 'x' };
	for (let level = 0; level < depth; level++) value = { arrayValue: { values: [value] } };
	return value;
}

/** A resource with an attribute that is a list in a list in a list. */
function nestedProtobuf(depth: number): Uint8Array {
	const bytes = (field: number, content: Uint8Array) =>
		protobuf.Writer.create()
			.uint32((field << 3) | 2)
			.bytes(content)
			.finish();
	let value: Uint8Array = Buffer.alloc(0);
	for (let level = 0; level < depth; level++) value = bytes(5, bytes(1, value));
	return bytes(1, bytes(1, bytes(1, bytes(2, value))));
}
