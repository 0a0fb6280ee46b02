import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { evidenceOfOtlp, spansOf } from '../../src/telemetry/otlp-json.ts';
import type { Json } from '../support/stored-run.ts';
import { json, startTakingReceiver } from './taking-receiver.ts';

const { taken, post, received } = await startTakingReceiver();
const ids = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
const times = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000005000000' };
const requestOf = (span: object) => ({
	resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, ...times, name: 'x', ...span }] }] }],
});

/** The only span that is recorded when this one is sent as JSON. */
async function recordedSpan(span: object): Promise<Json> {
	const [recorded] = spansOf(await received(JSON.stringify(requestOf(span)), json));
	return recorded;
}

async function recordedValue(value: object): Promise<Json> {
	return (await recordedSpan({ attributes: [{ key: 'a', value }] })).attributes[0].value;
}

describe('JSON', () => {
	test.each([
		[{ intValue: 7 }, { intValue: '7' }],
		[{ intValue: '-9223372036854775808' }, { intValue: '-9223372036854775808' }],
		[{ intValue: 1e300 }, { doubleValue: 1e300 }],
		[{ doubleValue: '1.5e3' }, { doubleValue: 1500 }],
		[{ doubleValue: null }, { doubleValue: 'NaN' }],
		[{ doubleValue: '-Infinity' }, { doubleValue: '-Infinity' }],
		[{ bytesValue: '-_8' }, { bytesValue: '+/8=' }],
		[{ stringValue: null, boolValue: false }, { boolValue: false }],
		[{ stringValue: '\ud800' }, { stringValue: '\ufffd' }],
		[{ arrayValue: { values: [] } }, { arrayValue: {} }],
		[{ newValue: { startTimeUnixNano: 1 } }, {}],
	])('has the attribute value %j recorded as %j', async (sent, recorded) => {
		expect(await recordedValue(sent)).toEqual(recorded);
	});

	test('reads defaults, nulls and what it does not know as absent', async () => {
		const sent = {
			...{ parentSpanId: '0000000000000000', traceState: '', kind: 0, droppedAttributesCount: '0' },
			...{
				attributes: [],
				events: null,
				links: [{ startTimeUnixNano: 1 }],
				status: { code: 0, deprecated: 1 },
			},
			...{ startTimeUnixNano: 1e18, unknown: { startTimeUnixNano: '1' } },
		};
		expect(await recordedSpan(sent)).toEqual({
			...{ ...ids, ...times, startTimeUnixNano: '1000000000000000000' },
			...{ name: 'x', links: [{}], status: {} },
		});
	});

	test('counts the last of equal keys', async () => {
		const twice = JSON.stringify(requestOf({})).replace('"name":"x"', '"name":"x","name":"y"');
		expect(spansOf(await received(twice, json))).toMatchObject([{ name: 'y' }]);
		const two = [1, 2].map((value) => ({ key: '__proto__', value: { intValue: value } }));
		const [span] = spansOf(await received(JSON.stringify(requestOf({ attributes: two })), json));
		const { attributes } = evidenceOfOtlp(span as never);
		expect(Object.entries(attributes)).toEqual([['__proto__', 2]]);
	});

	test('with structures is JSON text in evidence', async () => {
		const document = { kvlistValue: { values: [{ key: 'id', value: { stringValue: 'd1' } }] } };
		const nested = { arrayValue: { values: [{ intValue: 1 }, { doubleValue: 0.5 }] } };
		const list = [
			{ key: 'one', value: document },
			{ key: 'many', value: { arrayValue: { values: [document, nested, { boolValue: true }] } } },
			{ key: 'bytes', value: { bytesValue: 'AAE=' } },
		];
		const [span] = spansOf(await received(JSON.stringify(requestOf({ attributes: list })), json));
		expect(evidenceOfOtlp(span as never).attributes).toEqual({
			...{ one: '{"id":"d1"}', many: ['{"id":"d1"}', '[1,0.5]', true], bytes: 'AAE=' },
		});
	});

	test.each([
		['bytes that are not UTF-8', Buffer.from('{"x":"\xff"}', 'latin1'), 'not UTF-8'],
		['a negative time', { startTimeUnixNano: '-1' }, 'startTimeUnixNano'],
		['a negative number as time', { endTimeUnixNano: -1 }, 'nanoseconds from 0'],
		['a time past 64 bits', { endTimeUnixNano: '18446744073709551616' }, 'nanoseconds from 0'],
		['an enum by its name', { kind: 'SPAN_KIND_SERVER' }, 'kind'],
		[
			'an integer past 64 bits',
			{ attributes: [{ key: 'a', value: { intValue: '9223372036854775808' } }] },
			'"a"',
		],
		['a fraction as integer', { attributes: [{ key: 'a', value: { intValue: 1.5 } }] }, '64-bit integer'],
		['a double that is none', { attributes: [{ key: 'a', value: { doubleValue: '' } }] }, 'a double'],
		['two values', { attributes: [{ key: 'a', value: { intValue: 1, boolValue: true } }] }, 'one value'],
		['a list for a text', { attributes: [{ key: 'a', value: { stringValue: [] } }] }, 'a string'],
		['attributes as an object', { attributes: { a: 1 } }, 'a list'],
		['bytes that are not base64', { attributes: [{ key: 'a', value: { bytesValue: '%' } }] }, 'base64'],
		['an id in base64', { traceId: 'AAAAAAAAAAAAAAAAAAAAAA==' }, '16 bytes in hex'],
	])('with %s is refused', async (_, wrong, reason) => {
		const body = Buffer.isBuffer(wrong) ? wrong : JSON.stringify(requestOf(wrong));
		const answer = await post(body, json);
		expect(answer.status).toBe(400);
		expect(JSON.parse(answer.body.toString()).message).toContain(reason);
		expect(taken).toEqual([]);
	});

	test.each([
		['no end', { endTimeUnixNano: undefined }],
		['an end before its start', { endTimeUnixNano: '1' }],
		['no start', { startTimeUnixNano: 0 }],
		['an id of zeros', { spanId: '0000000000000000' }],
	])('spans with %s are refused, and the others taken', async (_, wrong) => {
		const [good, bad] = [requestOf({}), requestOf(wrong)];
		const body = JSON.stringify({ resourceSpans: [...bad.resourceSpans, ...good.resourceSpans] });
		const answer = await post(body, json);
		expect(answer.status).toBe(200);
		expect(JSON.parse(answer.body.toString())).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
		expect(taken).toHaveLength(1);
		expect(spansOf(taken[0] ?? {})).toMatchObject([{ ...ids, ...times }]);
	});
});
