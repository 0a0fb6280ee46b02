import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSpans } from '../../src/telemetry/count-spans.ts';
import { requestJson, spanJson } from '../support/spans-file.ts';
import { wireSpans } from '../support/stored-run.ts';

/** Texts that look like what is counted, as a target could answer them. */
const hostile = fc
	.array(
		fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.constantFrom(
				'"startTimeUnixNano":',
				'startTimeUnixNano":',
				'"startTimeUnixNano',
				'"',
				'\\',
				'\\"',
				':',
				'\n',
				'{"startTimeUnixNano":"1"}',
			),
		),
		{ maxLength: 6 },
	)
	.map((parts) => parts.join(''));

const span = fc.record({ text: hostile, name: hostile, key: hostile, event: hostile }).map((texts) => ({
	...spanJson(1, texts.text),
	name: texts.name,
	attributes: [
		{ key: texts.key, value: { stringValue: texts.text } },
		{ key: 'list', value: { arrayValue: { values: [{ stringValue: texts.key }] } } },
	],
	events: [{ name: texts.event, timeUnixNano: '1', attributes: [{ key: texts.text, value: {} }] }],
}));

describe('countSpans', () => {
	it('counts what parsing counts, whatever the texts say', () => {
		fc.assert(
			fc.property(fc.array(fc.array(span, { maxLength: 5 }), { maxLength: 4 }), (requests) => {
				const lines = requests.map((spans) => requestJson(spans));
				const parsed = lines.flatMap((line) => wireSpans(JSON.parse(line))).length;
				expect(countSpans(Buffer.from(lines.map((line) => `${line}\n`).join('')))).toBe(parsed);
			}),
		);
	});

	it('counts nothing in nothing', () => {
		expect(countSpans(Buffer.alloc(0))).toBe(0);
	});
});
