import { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { SpanAttribute } from '../model/evidence.ts';

/** An attribute's value: one of the fields, or none. Integers are decimal text; a double can be `NaN`, `Infinity` or `-Infinity`. */
export interface AnyValue {
	stringValue?: string | undefined;
	boolValue?: boolean | undefined;
	intValue?: string | undefined;
	doubleValue?: number | string | undefined;
	arrayValue?: { values?: AnyValue[] | undefined } | undefined;
	kvlistValue?: { values?: KeyValue[] | undefined } | undefined;
	bytesValue?: string | undefined;
}

/** One attribute. */
export interface KeyValue {
	key: string;
	value?: AnyValue | undefined;
}

/**
 * The attributes of a span, an event, a link, a scope or a resource. Most of a request is attributes, and a schema of
 * a dozen optional fields costs ten times what looking at the one field that is there does.
 */
export const Attributes = z
	.unknown()
	.transform((raw, context): KeyValue[] | undefined => {
		try {
			return readList(raw, readKeyValue);
		} catch (error) {
			context.addIssue({ code: 'custom', message: messageOf(error) });
			return z.NEVER;
		}
	})
	.optional();

type Json = Readonly<Record<string, unknown>>;

const readers = new Map<string, (raw: unknown) => AnyValue>([
	['stringValue', (raw) => ({ stringValue: readText(raw) })],
	['boolValue', (raw) => (typeof raw === 'boolean' ? { boolValue: raw } : wrong('true or false', raw))],
	['intValue', readInteger],
	['doubleValue', (raw) => ({ doubleValue: readDouble(raw) })],
	['arrayValue', (raw) => ({ arrayValue: readValues(raw, readValue) })],
	['kvlistValue', (raw) => ({ kvlistValue: readValues(raw, readKeyValue) })],
	['bytesValue', (raw) => ({ bytesValue: readBytes(raw) })],
]);

function readKeyValue(raw: unknown): KeyValue {
	const { key, value } = readObject(raw);
	const name = key === undefined || key === null ? '' : readText(key);
	if (value === undefined || value === null) return { key: name };
	try {
		return { key: name, value: readValue(value) };
	} catch (error) {
		throw new Error(`"${name}": ${messageOf(error)}`);
	}
}

function readValue(raw: unknown): AnyValue {
	let value: AnyValue | undefined;
	for (const [name, given] of Object.entries(readObject(raw))) {
		const read = readers.get(name);
		// JSON has no NaN: the SDK for JavaScript writes null. Any other null is no value.
		if (read === undefined || given === undefined || (given === null && name !== 'doubleValue')) continue;
		if (value !== undefined) throw new Error('expected one value, got several');
		value = read(given);
	}
	return value ?? {};
}

function readValues<Item>(raw: unknown, read: (raw: unknown) => Item): { values?: Item[] } {
	const values = readList(readObject(raw).values, read);
	return values === undefined ? {} : { values };
}

function readList<Item>(raw: unknown, read: (raw: unknown) => Item): Item[] | undefined {
	if (raw === undefined || raw === null) return undefined;
	if (!Array.isArray(raw)) return wrong('a list', raw);
	return raw.length === 0 ? undefined : raw.map((item) => read(item));
}

function readObject(raw: unknown): Json {
	if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Json;
	return wrong('an object', raw);
}

function readText(raw: unknown): string {
	// JSON can escape halves of surrogate pairs, which protobuf cannot hold.
	return typeof raw === 'string' ? raw.toWellFormed() : wrong('a string', raw);
}

function readInteger(raw: unknown): AnyValue {
	if (typeof raw === 'string' && /^-?\d{1,19}$/.test(raw)) {
		const exact = BigInt(raw);
		if (isInt64(exact)) return { intValue: String(exact) };
	}
	if (Number.isInteger(raw)) {
		// The SDK for JavaScript calls every whole number an integer, 1e300 too, but sends that as a double in protobuf.
		const exact = BigInt(raw as number);
		return isInt64(exact) ? { intValue: String(exact) } : { doubleValue: raw as number };
	}
	return wrong('a 64-bit integer', raw);
}

function isInt64(value: bigint): boolean {
	return BigInt.asIntN(64, value) === value;
}

function readDouble(raw: unknown): number | string {
	if (raw === null) return 'NaN';
	if (raw === 'NaN' || raw === 'Infinity' || raw === '-Infinity') return raw;
	const isDecimal = typeof raw === 'string' && /^[-+]?\d+(\.\d*)?([eE][-+]?\d+)?$/.test(raw);
	const value = isDecimal ? Number(raw) : raw;
	return typeof value === 'number' && Number.isFinite(value) ? value : wrong('a double', raw);
}

function readBytes(raw: unknown): string {
	if (typeof raw !== 'string' || !/^[\w+/-]*={0,2}$/.test(raw)) return wrong('bytes in base64', raw);
	return Buffer.from(raw, 'base64').toString('base64');
}

function wrong(expected: string, raw: unknown): never {
	throw new Error(`expected ${expected}, got ${JSON.stringify(raw)?.slice(0, 80)}`);
}

/** Attributes as scorers and checks see them; of two with one key the last counts. */
export function attributesOf(attributes: readonly KeyValue[] | undefined): Record<string, SpanAttribute> {
	const entries: [string, SpanAttribute][] = [];
	for (const { key, value } of attributes ?? []) {
		const plain = value && plainValue(value);
		if (plain !== undefined) entries.push([key, plain]);
	}
	// Not by assignment, to which the key `__proto__` means something else.
	return Object.fromEntries(entries);
}

function plainValue(value: AnyValue): SpanAttribute | undefined {
	if (value.arrayValue !== undefined) {
		return (value.arrayValue.values ?? []).map(scalar).filter((item) => item !== undefined);
	}
	return scalar(value);
}

/** Evidence holds no structures: a list in a list, and an object, are JSON text. */
function scalar(value: AnyValue): string | number | boolean | undefined {
	const plain = jsonOf(value);
	return typeof plain === 'object' ? JSON.stringify(plain) : plain;
}

type Plain = string | number | boolean | undefined | Plain[] | { [key: string]: Plain };

function jsonOf(value: AnyValue): Plain {
	if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(jsonOf);
	if (value.kvlistValue !== undefined) {
		const pairs = value.kvlistValue.values ?? [];
		return Object.fromEntries(pairs.map((pair) => [pair.key, pair.value && jsonOf(pair.value)]));
	}
	if (value.intValue !== undefined) return Number(value.intValue);
	if (value.doubleValue !== undefined) return Number(value.doubleValue);
	return value.stringValue ?? value.boolValue ?? value.bytesValue;
}
