import { randomBytes } from 'node:crypto';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, test } from 'vitest';
import { spansOf } from '../../src/telemetry/otlp-json.ts';
import { binary, startTakingReceiver, statusMessage } from './taking-receiver.ts';

const { taken, post, received } = await startTakingReceiver();
const ids = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };

describe('protobuf', () => {
	type Part = (writer: protobuf.Writer) => unknown;
	const message = (...parts: readonly Part[]): Uint8Array => {
		const writer = protobuf.Writer.create();
		for (const part of parts) part(writer);
		return writer.finish();
	};
	const bytesField =
		(field: number, content: Uint8Array | string): Part =>
		(writer) =>
			writer.uint32((field << 3) | 2).bytes(Buffer.from(content as string));
	const spanParts = [
		bytesField(1, Buffer.from(ids.traceId, 'hex')),
		bytesField(2, Buffer.from(ids.spanId, 'hex')),
		((writer) => writer.uint32((7 << 3) | 1).fixed64(1)) satisfies Part,
		((writer) => writer.uint32((8 << 3) | 1).fixed64(2)) satisfies Part,
	];
	/** A request of one span with these fields. */
	const request = (...parts: readonly Part[]) =>
		message(bytesField(1, message(bytesField(2, message(bytesField(2, message(...spanParts, ...parts)))))));
	const attribute = (...value: readonly Part[]): Part =>
		bytesField(9, message(bytesField(1, 'a'), bytesField(2, message(...value))));
	/** Its last byte, that of a number, says that there is more. */
	const cutOff = Uint8Array.from(request(attribute((writer) => writer.uint32(3 << 3).uint32(0xfffffff))));
	cutOff.fill(0xff, cutOff.length - 1);
	const spanOf = async (...parts: readonly Part[]) => spansOf(await received(request(...parts), binary))[0];

	test('fields that are not known, or not of their type, are skipped', async () => {
		const skipped: Part[] = [
			(writer) => writer.uint32((99 << 3) | 0).uint32(1),
			(writer) => writer.uint32((98 << 3) | 1).fixed64(1),
			bytesField(97, 'x'),
			(writer) => writer.uint32((96 << 3) | 5).fixed32(1),
			// A group with a field in it, and a name that is a number.
			(writer) =>
				writer
					.uint32((95 << 3) | 3)
					.uint32(8)
					.uint32(1)
					.uint32((95 << 3) | 4),
			(writer) => writer.uint32((5 << 3) | 0).uint32(1),
		];
		expect(await spanOf(...skipped)).toEqual({
			...{ ...ids, name: '', startTimeUnixNano: '1', endTimeUnixNano: '2' },
		});
	});

	test('the parts of a message are merged, and the last value of a oneof counts', async () => {
		const status = [
			bytesField(15, message(bytesField(2, 'why'))),
			bytesField(
				15,
				message((writer) => writer.uint32((3 << 3) | 0).uint32(2)),
			),
		];
		const values = [
			bytesField(1, 'text'),
			((writer) => writer.uint32((3 << 3) | 0).int64(-5)) satisfies Part,
		];
		expect(await spanOf(...status, attribute(...values))).toMatchObject({
			status: { message: 'why', code: 2 },
			attributes: [{ key: 'a', value: { intValue: '-5' } }],
		});
		expect((await spanOf(attribute(...values)))?.attributes).toEqual([
			{ key: 'a', value: { intValue: '-5' } },
		]);
	});

	test.each([
		[Number.NaN, 'NaN'],
		[Number.POSITIVE_INFINITY, 'Infinity'],
		[Number.NEGATIVE_INFINITY, '-Infinity'],
		[0.1, 0.1],
		[3, 3],
	])('the double %d is recorded as %j', async (sent, recorded) => {
		const span = await spanOf(attribute((writer) => writer.uint32((4 << 3) | 1).double(sent)));
		expect(span?.attributes).toEqual([{ key: 'a', value: { doubleValue: recorded } }]);
	});

	test('entities of a resource are kept', async () => {
		const entity = message(
			...['u', 'service', 'k', 'd'].map((content, index) => bytesField(index + 1, content)),
		);
		const resource = bytesField(1, message(bytesField(3, entity)));
		const body = message(
			bytesField(1, message(resource, bytesField(2, message(bytesField(2, message(...spanParts)))))),
		);
		expect(await received(body, binary)).toMatchObject({
			resourceSpans: [
				{
					resource: {
						entityRefs: [{ schemaUrl: 'u', type: 'service', idKeys: ['k'], descriptionKeys: ['d'] }],
					},
				},
			],
		});
	});

	test.each([
		['a text that is not UTF-8', request(bytesField(5, Buffer.from([0xff]))), 'Span.name'],
		['an id of another length', request(bytesField(4, Buffer.alloc(4, 1))), '8 bytes in hex'],
		['the field number 0', Buffer.from([0x00, 0x01]), 'number 0'],
		['a field that ends outside of its message', Buffer.from('0a020a7f', 'hex'), 'cut off'],
		['an endless number', Buffer.alloc(11, 0xff), 'not OTLP/protobuf'],
		['a last number that is cut off', cutOff, 'cut off'],
		['a group that does not end', Buffer.from([0x0b]), 'not OTLP/protobuf'],
	])('%s is refused', async (_, body, reason) => {
		const answer = await post(body, binary);
		expect(answer.status).toBe(400);
		expect(statusMessage(answer.body)).toContain(reason);
		expect(taken).toEqual([]);
	});
});
