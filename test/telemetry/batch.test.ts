import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, batchesOf, halve, joinLines, type Lines } from '../../src/telemetry/batch.ts';
import { requestJson, spanJson } from '../support/spans-file.ts';
import { idOf, wireSpans } from '../support/stored-run.ts';

let index = 0;
const span = fc.string({ unit: 'binary' }).map((text) => spanJson(++index, text));
const line = fc.oneof(
	{ weight: 8, arbitrary: fc.array(span, { maxLength: 6 }).map((spans) => requestJson(spans)) },
	fc.constant('{"resourceSpans":[]}'),
);
const lines = fc.array(line, { minLength: 1, maxLength: 8 });

function textOf(written: readonly string[]): Buffer {
	return Buffer.from(written.map((each) => `${each}\n`).join(''));
}

function parse(bytes: Uint8Array) {
	return JSON.parse(Buffer.from(bytes).toString('utf8'));
}

function idsOf(batch: Lines): string[] {
	return wireSpans(parse(joinLines(batch).bytes)).map(idOf);
}

describe('batches of lines', () => {
	it('hold every line once, in order, with the place where each batch ends', () => {
		fc.assert(
			fc.property(lines, fc.nat(100), (written, start) => {
				const batches = [...batchesOf(textOf(written), start, undefined)];
				expect(batches.flatMap((batch) => batch.lines.map(({ bytes }) => bytes.toString()))).toEqual(written);
				expect(batches.at(-1)?.end).toBe(start + textOf(written).length);
			}),
		);
	});

	it('end at the mark, and after about 512 spans', () => {
		const written = Array.from({ length: 7 }, (_, first) =>
			requestJson(Array.from({ length: 200 }, (_, each) => spanJson(first * 200 + each))),
		);
		const shape = (batches: Iterable<Batch>) =>
			[...batches].map((batch) => batch.lines.reduce((sum, { spans }) => sum + spans, 0));
		expect(shape(batchesOf(textOf(written), 0, undefined))).toEqual([400, 400, 400, 200]);
		const mark = textOf(written.slice(0, 3)).length;
		expect(shape(batchesOf(textOf(written), 0, mark))).toEqual([400, 200, 400, 400]);
	});

	it('joined are one request with the same content', () => {
		fc.assert(
			fc.property(lines, (written) => {
				for (const batch of batchesOf(textOf(written), 0, undefined)) {
					const { bytes, spans } = joinLines(batch.lines);
					const expected = batch.lines.flatMap((each) => parse(each.bytes).resourceSpans);
					expect(parse(bytes)).toEqual({ resourceSpans: expected });
					expect(wireSpans(parse(bytes))).toHaveLength(spans);
				}
			}),
		);
	});

	it('halved again and again are single spans, none lost and none twice', () => {
		const singles = (batch: Lines): string[] => {
			const halves = halve(batch);
			if (halves === undefined) return idsOf(batch);
			return halves.flatMap(singles);
		};
		fc.assert(
			fc.property(lines, (written) => {
				for (const batch of batchesOf(textOf(written), 0, undefined)) {
					expect(singles(batch.lines)).toEqual(idsOf(batch.lines));
				}
			}),
		);
	});
});
