import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createTraceState, type SpanContext } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evidenceOfOtlp, spansOf } from '../../src/telemetry/otlp-json.ts';
import { sdkSpan } from './sdk-spans.ts';
import { binary, json, startTakingReceiver, statusMessage } from './taking-receiver.ts';

const { receiver, taken, post, received } = await startTakingReceiver();
const ids = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
const times = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000005000000' };

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 20 }),
	fc.constantFrom('"startTimeUnixNano":', 'startTimeUnixNano', '__proto__', '\\"startTimeUnixNano":0'),
);
const id = (bytes: number) =>
	fc
		.uint8Array({ minLength: bytes, maxLength: bytes })
		.filter((raw) => raw.some((byte) => byte > 0))
		.map((raw) => Buffer.from(raw).toString('hex'));
// JSON has one word, null, for all that are not finite: of these only NaN reads the same in both forms.
const number = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger());
const bytes = fc.uint8Array({ maxLength: 20 });
const { value } = fc.letrec((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4 },
		...[text, number, fc.boolean(), bytes, fc.constant(null)],
		fc.array(tie('value'), { maxLength: 4 }),
		fc.dictionary(text, tie('value'), { maxKeys: 4 }),
	),
}));
const attributes = fc.dictionary(text, value, { maxKeys: 5 }) as fc.Arbitrary<ReadableSpan['attributes']>;
const count = fc.nat();
const traceState = fc.constantFrom(undefined, createTraceState('vendor=a,other=b'));
const context = fc.record({
	...{ traceId: id(16), spanId: id(8), traceFlags: fc.constantFrom(0, 1), isRemote: fc.boolean() },
	traceState,
}) as fc.Arbitrary<SpanContext>;
const seconds = fc.integer({ min: 1, max: 4_000_000_000 });
const moment = fc.tuple(seconds, fc.integer({ min: 0, max: 999_999_999 }));
const link = fc.record({ context, attributes, droppedAttributesCount: count });
const event = fc.record({ time: moment, name: text, attributes, droppedAttributesCount: count });
const span = fc
	.tuple(
		fc.record({
			...{ name: text, kind: fc.integer({ min: 0, max: 4 }), attributes },
			...{ times: fc.tuple(moment, seconds), parentSpanContext: fc.option(context, { nil: undefined }) },
			status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }),
			...{ links: fc.array(link, { maxLength: 3 }), events: fc.array(event, { maxLength: 3 }) },
			resource: fc.record({ attributes, schemaUrl: text }),
			instrumentationScope: fc.record({ name: text, version: text, schemaUrl: text }),
			...{ droppedAttributesCount: count, droppedEventsCount: count, droppedLinksCount: count },
		}),
		context,
	)
	.map(
		([
			{
				times: [startTime, lasted],
				...rest
			},
			spanContext,
		]) => {
			const [start, nanoseconds] = startTime;
			return sdkSpan({ ...rest, startTime, endTime: [start + lasted, nanoseconds] } as object, spanContext);
		},
	);

describe('the two encodings', () => {
	test('say the same of any spans, which are recorded once each', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(span, { minLength: 1, maxLength: 3 }), async (spans) => {
				const written = JsonTraceSerializer.serializeRequest(spans) as Uint8Array;
				const ofJson = await received(written, json);
				const ofBinary = await received(
					ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array,
					binary,
				);
				expect(ofBinary).toEqual(ofJson);
				expect(spansOf(ofBinary)).toHaveLength(spans.length);
				expect(spansOf(ofBinary).map(evidenceOfOtlp)).toEqual(spansOf(ofJson).map(evidenceOfOtlp));
				expect(JSON.stringify(ofJson).split('"startTimeUnixNano":')).toHaveLength(spans.length + 1);
				// What is recorded is read again as it is.
				expect(await received(JSON.stringify(ofJson), json)).toEqual(ofJson);
			}),
			{ numRuns: 150 },
		);
	});

	test('keep every field', async () => {
		const entity = { schemaUrl: 'u', type: 'service', idKeys: ['a'], descriptionKeys: ['b'] };
		const named = [{ key: 'a', value: { stringValue: 'b' } }];
		const dropped = { droppedAttributesCount: 1 };
		const whole = {
			resourceSpans: [
				{
					resource: { attributes: named, ...dropped, entityRefs: [entity] },
					scopeSpans: [
						{
							scope: { name: 'n', version: 'v', attributes: named, ...dropped },
							spans: [
								{
									...{
										...ids,
										...times,
										name: 'x',
										kind: 5,
										traceState: 'a=b',
										parentSpanId: '0'.repeat(15) + 1,
									},
									...{
										flags: 257,
										attributes: named,
										...dropped,
										droppedEventsCount: 2,
										droppedLinksCount: 3,
									},
									events: [{ timeUnixNano: '1', name: 'e', attributes: named, ...dropped }],
									links: [{ ...ids, traceState: 'a=b', attributes: named, ...dropped, flags: 1 }],
									status: { code: 2, message: 'm' },
								},
							],
							schemaUrl: 's',
						},
					],
					schemaUrl: 'r',
				},
			],
		};
		expect(await received(JSON.stringify(whole), json)).toEqual(whole);
	});

	test.each([
		['gzip', gzipSync],
		['deflate', deflateSync],
		['br', brotliCompressSync],
	])('come packed with %s', async (encoding, pack) => {
		const unpacked = ProtobufTraceSerializer.serializeRequest([sdkSpan()]) as Uint8Array;
		const packed = { 'content-encoding': encoding };
		expect(await post(pack(unpacked), binary, packed)).toMatchObject({ status: 200 });
		expect(spansOf(taken[0] ?? {})).toMatchObject([{ name: 'POST /answer' }]);
		expect(await post('junk', binary, packed)).toMatchObject({ status: 400 });
	});

	test('are answered in their own form', async () => {
		expect(await post(Buffer.alloc(0), binary)).toEqual({ status: 200, body: Buffer.alloc(0) });
		const endless = sdkSpan({ endTime: [0, 0] });
		const partial = await post(
			ProtobufTraceSerializer.serializeRequest([endless, sdkSpan()]) as Uint8Array,
			binary,
		);
		expect(partial.status).toBe(200);
		expect(ProtobufTraceSerializer.deserializeResponse(partial.body)).toEqual({
			partialSuccess: { rejectedSpans: 1, errorMessage: expect.stringContaining('start before its end') },
		});
		expect(spansOf(taken.pop() ?? {})).toHaveLength(1);
		expect(receiver.lastRefusal()).toContain('1 of 2 spans');
		const unreadable = await post('\x0a', binary);
		expect(unreadable.status).toBe(400);
		expect(statusMessage(unreadable.body)).toContain('not OTLP/protobuf');
		const unknown = await post('', binary, { 'content-encoding': 'zstd' });
		expect(unknown.status).toBe(415);
		expect(statusMessage(unknown.body)).toContain('gzip');
	});
});
