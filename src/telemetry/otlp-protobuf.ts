import protobuf from 'protobufjs/minimal.js';
import { type Field, type MessageType, messages } from './otlp-proto.ts';
import { maxDepth, maxParts } from './request-limits.ts';

type Scalar = Exclude<Field['type'], MessageType>;
type Message = Record<string, unknown>;

/** https://protobuf.dev/programming-guides/encoding/#structure */
const Wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const wireOf: Readonly<Record<Scalar, number>> = {
	...{ bool: Wire.varint, int64: Wire.varint, uint32: Wire.varint, int32: Wire.varint },
	...{ fixed64: Wire.fixed64, double: Wire.fixed64, fixed32: Wire.fixed32 },
	...{ string: Wire.bytes, bytes: Wire.bytes, id: Wire.bytes },
};

const scalars: Readonly<Record<Scalar, (reader: protobuf.Reader) => unknown>> = {
	bool: (reader) => reader.int64().toString() !== '0',
	int64: (reader) => reader.int64().toString(),
	uint32: (reader) => reader.uint32(),
	int32: (reader) => reader.int32(),
	fixed32: (reader) => reader.fixed32(),
	fixed64: (reader) => reader.fixed64().toString(),
	double: (reader) => {
		const value = reader.double();
		return Number.isFinite(value) ? value : String(value);
	},
	// The reader's own strings take what is not UTF-8 and what ends too early.
	string: (reader) => utf8.decode(reader.bytes()),
	bytes: (reader) => Buffer.from(reader.bytes()).toString('base64'),
	id: (reader) => Buffer.from(reader.bytes()).toString('hex'),
};
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Source {
	readonly reader: protobuf.Reader;
	/** How many more messages there may be: an empty one takes two bytes on the wire and far more in memory. */
	left: number;
}

/** An `ExportTraceServiceRequest` in protobuf as its OTLP/JSON form; throws when the bytes are not one. */
export function decodeTraceRequest(bytes: Uint8Array): unknown {
	const source = { reader: protobuf.Reader.create(bytes), left: maxParts };
	return readMessage(source, 'ExportTraceServiceRequest', bytes.length, 1, {});
}

/** An `ExportTraceServiceResponse` in protobuf; without a partial success it is empty. */
export function encodeTraceResponse(partial?: { rejectedSpans: number; errorMessage: string }): Uint8Array {
	const writer = protobuf.Writer.create();
	if (partial !== undefined) {
		writer.uint32((1 << 3) | Wire.bytes).fork();
		writer.uint32((1 << 3) | Wire.varint).int64(partial.rejectedSpans);
		writer
			.uint32((2 << 3) | Wire.bytes)
			.string(partial.errorMessage)
			.ldelim();
	}
	return writer.finish();
}

/** A `google.rpc.Status` in protobuf, which OTLP/HTTP wants as the body of every 4xx and 5xx. */
export function encodeStatus(message: string): Uint8Array {
	return protobuf.Writer.create()
		.uint32((2 << 3) | Wire.bytes)
		.string(message)
		.finish();
}

function readMessage(source: Source, type: MessageType, end: number, depth: number, into: Message): Message {
	const { reader } = source;
	if (depth > maxDepth) throw new Error(`messages nested deeper than ${maxDepth}`);
	if (--source.left < 0) throw new Error(`more than ${maxParts} messages`);
	while (reader.pos < end) {
		const tag = reader.uint32();
		const [number, wire] = [tag >>> 3, tag & 7];
		const field = messages[type][number];
		if (number === 0) throw new Error(`${type}: a field with the number 0`);
		// A known number with another wire type is an unknown field too.
		if (field === undefined || wireTypeOf(field) !== wire) reader.skipType(wire);
		else readField(source, type, field, depth, into);
		// The reader knows the end of the bytes, not that of the message, and lets the last varint be cut off.
		const unfinished = wire === Wire.varint && (reader.buf[reader.pos - 1] ?? 0x80) >= 0x80;
		if (reader.pos > end || unfinished) throw new Error(`${type}: field ${number} is cut off`);
	}
	return into;
}

function readField(source: Source, type: MessageType, field: Field, depth: number, into: Message): void {
	const { name, repeated } = field;
	const present = into[name];
	// The last field of a oneof counts.
	if (type === 'AnyValue' && present === undefined) for (const other of Object.keys(into)) delete into[other];
	// A message that comes twice is merged.
	const value = readValue(source, type, field, depth, repeated ? undefined : present);
	if (!repeated) into[name] = value;
	else if (Array.isArray(present)) present.push(value);
	else into[name] = [value];
}

function readValue(source: Source, owner: MessageType, field: Field, depth: number, present: unknown) {
	const { reader } = source;
	if (isMessage(field.type)) {
		const length = reader.uint32();
		const end = reader.pos + length;
		if (end > reader.len) throw new Error(`${owner}.${field.name} is cut off`);
		return readMessage(source, field.type, end, depth + 1, (present as Message | undefined) ?? {});
	}
	try {
		return scalars[field.type](reader);
	} catch (error) {
		throw new Error(`${owner}.${field.name} is cut off or not a ${field.type}`, { cause: error });
	}
}

function wireTypeOf({ type }: Field): number {
	return isMessage(type) ? Wire.bytes : wireOf[type];
}

function isMessage(type: Field['type']): type is MessageType {
	return type in messages;
}
