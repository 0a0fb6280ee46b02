import { splitLines } from '../record/whole-lines.ts';
import { countSpans } from './count-spans.ts';
import { filterSpans, spansOf, type TraceRequest } from './otlp-json.ts';
import type { RecordedRequest } from './wire.ts';

/** As many as an SDK's batch processor sends at once. */
const maxSpans = 512;
const head = Buffer.from('{"resourceSpans":[');
const tail = Buffer.from(']}');
const comma = Buffer.from(',');

interface Line extends RecordedRequest {
	readonly bytes: Buffer;
}

/** Recorded lines that are sent as one request. */
export type Lines = readonly [Line, ...Line[]];

/** Lines of the spans file, and the byte where they end in it. */
export interface Batch {
	readonly lines: Lines;
	readonly end: number;
}

/** Groups whole lines, which begin at byte `start` of the file, into batches of about 512 spans; none goes past `mark`. */
export function* batchesOf(text: Buffer, start: number, mark: number | undefined): Generator<Batch> {
	let lines: Line[] = [];
	let spans = 0;
	let end = start;
	for (const bytes of splitLines(text)) {
		const line = { bytes, spans: countSpans(bytes) };
		const [first, ...more] = lines;
		if (first !== undefined && (spans + line.spans > maxSpans || end === mark)) {
			yield { lines: [first, ...more], end };
			lines = [];
			spans = 0;
		}
		lines.push(line);
		spans += line.spans;
		end += bytes.length + 1;
	}
	const [first, ...more] = lines;
	if (first !== undefined) yield { lines: [first, ...more], end };
}

/**
 * One request with the spans of all lines, byte for byte: each line is `{"resourceSpans":[…]}` and nothing else,
 * and such lists may be joined (a repeated field of protobuf).
 */
export function joinLines(lines: Lines): RecordedRequest {
	const [first, ...more] = lines;
	if (more.length === 0) return first;
	const parts: Buffer[] = [];
	for (const line of lines) {
		const list = inside(line);
		if (list.length > 0) parts.push(parts.length === 0 ? head : comma, list);
	}
	if (parts.length === 0) return first;
	parts.push(tail);
	return { bytes: Buffer.concat(parts), spans: lines.reduce((sum, { spans }) => sum + spans, 0) };
}

function inside({ bytes }: Line): Buffer {
	return bytes.subarray(head.length, bytes.length - tail.length);
}

/** The same spans in two requests: by line, and a single line by span; nothing when it has but one span. */
export function halve(lines: Lines): readonly [Lines, Lines] | undefined {
	const [line, ...more] = lines;
	const middle = lines.length >> 1;
	const [second, ...rest] = lines.slice(middle);
	if (more.length > 0 && second !== undefined) {
		return [
			[line, ...lines.slice(1, middle)],
			[second, ...rest],
		];
	}
	const request = JSON.parse(line.bytes.toString('utf8')) as TraceRequest;
	const spans = spansOf(request);
	if (spans.length < 2) return undefined;
	const early = new Set(spans.slice(0, spans.length >> 1));
	return [
		[
			lineOf(
				filterSpans(request, (span) => early.has(span)),
				early.size,
			),
		],
		[
			lineOf(
				filterSpans(request, (span) => !early.has(span)),
				spans.length - early.size,
			),
		],
	];
}

function lineOf(request: TraceRequest, spans: number): Line {
	return { bytes: Buffer.from(JSON.stringify(request)), spans };
}
