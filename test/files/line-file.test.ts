import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineFile } from '../../src/files/line-file.ts';
import { tempFolder, write } from '../support/records.ts';

const block = 256 * 1024;

/** Its lines, each of which is what stands between its first byte and its last. */
function linesOf(content: string | Uint8Array): { text: string; line: number }[] {
	const bytes = Buffer.from(content);
	const lines = new LineFile(`${write(tempFolder(), { 'a.jsonl': content })}/a.jsonl`);
	return [...lines].map(({ text, line, start, end }) => {
		const there = bytes.toString('utf8', start, end);
		expect(line === 1 ? there.replace(/^\uFEFF/, '') : there).toBe(text);
		return { text, line };
	});
}

/** What the lines are when the whole text is at hand; an empty one at the end is none. */
function splitWhole(text: string): { text: string; line: number }[] {
	const rows = text.replace(/^\uFEFF/, '').split('\n');
	if (rows.at(-1) === '') rows.pop();
	return rows.map((row, index) => ({ text: row, line: index + 1 }));
}

describe('the lines of a file', () => {
	it('are those of the whole text, wherever a block ends', () => {
		const piece = fc.oneof(
			fc.constantFrom('\n', '\r\n', '\n\n', '\uFEFF', 'é', '漢', '😀', '"'),
			fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.toWellFormed()),
		);
		// So many bytes before the pieces, so that these stand across the first block's end.
		const before = fc.integer({ min: block - 40, max: block + 2 });
		fc.assert(
			fc.property(before, fc.array(piece, { maxLength: 12 }), fc.boolean(), (length, pieces, oneLine) => {
				const text = `${'x'.repeat(oneLine ? length : length - 1)}${oneLine ? '' : '\n'}${pieces.join('')}`;
				expect(linesOf(text)).toEqual(splitWhole(text));
			}),
			{ numRuns: 150 },
		);
	});

	it.each<[string, string]>([
		['none at all', ''],
		['a byte order mark alone', '\uFEFF'],
		['one line without an end', '{}'],
		['a line that ends where a block does', `${'x'.repeat(block - 1)}\n{}`],
		['exactly two blocks', 'x'.repeat(2 * block - 1).concat('\n')],
		['a line of many blocks', `a\n${'é'.repeat(3 * block)}\nb\n`],
		['a character across two blocks', `${'x'.repeat(block - 2)}😀\n😀`],
	])('%s', (_, text) => {
		expect(linesOf(text)).toEqual(splitWhole(text));
	});

	it('are read from a regular file alone, since a pipe can be read but once', () => {
		const folder = tempFolder();
		mkdirSync(`${folder}/folder.jsonl`);
		expect(() => [...new LineFile(`${folder}/folder.jsonl`)]).toThrow(
			/cannot read the questions file: it is no/,
		);
		execFileSync('mkfifo', [`${folder}/pipe.jsonl`]);
		expect(() => [...new LineFile(`${folder}/pipe.jsonl`)]).toThrow(
			/cannot read the questions file: it is no/,
		);
	});
});
