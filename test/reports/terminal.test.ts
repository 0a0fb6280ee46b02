import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { table } from '../../src/reports/table.ts';
import { clip, printable, printableLines, widthOf, wrap } from '../../src/reports/terminal.ts';
import { bare, coloured } from './hostile.ts';

const pieces = [
	'a',
	'word',
	'é',
	'e\u0301',
	'漢字',
	'한국',
	'ｶﾅ',
	'😀',
	'👩‍👩‍👧',
	'❤️',
	'🇩🇪',
	' ',
	'-',
	'ж',
	'1️⃣',
	'ก็',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));
const solid = (shown: string) => shown.replace(/\s/g, '');

describe('widthOf', () => {
	it.each([
		['', 0],
		['plain', 5],
		['é', 1],
		['e\u0301', 1],
		['漢字', 4],
		['한국어', 6],
		['ＡＢ', 4],
		['ｶﾅ', 2],
		['😀', 2],
		['👍🏽', 2],
		['👩‍👩‍👧', 2],
		['🇩🇪', 2],
		['❤️', 2],
		['✔', 1],
		['−', 1],
		['█', 1],
		['\u001b[31mred\u001b[39m', 3],
	])('of %j is %d', (shown, width) => {
		expect(widthOf(shown)).toBe(width);
	});
});

describe('clip', () => {
	it('never takes more room, never splits a character, and takes all that fits', () => {
		fc.assert(
			fc.property(text, fc.integer({ min: 1, max: 30 }), (shown, width) => {
				const cut = clip(shown, width);
				if (cut !== shown) {
					expect(cut.endsWith('…')).toBe(true);
					expect(shown.startsWith(cut.slice(0, -1).trimEnd())).toBe(true);
				}
				expect(widthOf(cut)).toBeLessThanOrEqual(width);
				expect(cut.isWellFormed()).toBe(true);
				if (widthOf(shown) <= width) expect(cut).toBe(shown);
				else expect(widthOf(cut)).toBeGreaterThanOrEqual(width - 1);
			}),
		);
	});
});

describe('printable', () => {
	it.each([
		['a cursor escape', '\u001b[2Jgone', ' [2Jgone'],
		['an 8-bit escape', '\u009b2Jgone', ' 2Jgone'],
		['a title change', '\u001b]0;owned\u0007', ' ]0;owned '],
		['a carriage return', 'real\rfake', 'real fake'],
		['line ends of every kind', 'a\r\nb\u2028c\u2029d\u0085e', 'a b c d e'],
		['backspaces', 'ok\b\bno', 'ok no'],
		['a bidi override', 'a\u202egpj\u202c', 'a gpj '],
		['letters of any script', 'é 漢 😀 👩‍👩‍👧', 'é 漢 😀 👩‍👩‍👧'],
	])('of %s', (_, raw, shown) => {
		expect(printable(raw)).toBe(shown);
	});

	it('keeps the lines of a longer text, and nothing else that moves the cursor', () => {
		expect(printableLines('one\r\ntwo\n\n\u001b[1mthree\rfour')).toBe('one\ntwo\n\n [1mthree four');
	});
});

describe('wrap', () => {
	it('keeps every line within the width, and every character', () => {
		fc.assert(
			fc.property(text, fc.constantFrom(8, 20, 60), fc.constantFrom('', '    '), (shown, columns, indent) => {
				const wrapped = wrap(shown, bare(columns), indent);
				for (const line of wrapped.split('\n')) {
					expect(line.startsWith(indent)).toBe(true);
					expect(widthOf(line)).toBeLessThanOrEqual(columns);
				}
				// The wrapping composes characters (NFC); they look the same.
				expect(solid(wrapped).normalize()).toBe(solid(shown).normalize());
			}),
		);
	});

	it('breaks between words', () => {
		expect(wrap('one two three', bare(9), '  ')).toBe('  one two\n  three');
	});
});

describe('table', () => {
	const cell = fc.oneof(text, fc.constantFrom('x'.repeat(70), '漢'.repeat(50), 'trace '.repeat(20)));
	const columns = fc.array(
		fc.record({
			title: fc.constantFrom('metric', 'value', ''),
			align: fc.constantFrom('left' as const, 'right' as const),
		}),
		{ minLength: 1, maxLength: 5 },
	);
	const given = columns.chain((cols) =>
		fc.tuple(
			fc.constant(cols),
			fc.array(fc.array(cell, { minLength: cols.length, maxLength: cols.length }), {
				minLength: 1,
				maxLength: 4,
			}),
			fc.integer({ min: -1, max: cols.length - 1 }),
		),
	);

	it.each([60, 80, 120])('never exceeds %d columns and loses no character', (width) => {
		fc.assert(
			fc.property(given, ([cols, rows, flexible]) => {
				const made = table(
					cols.map((column, index) => ({ ...column, flexible: index === flexible })),
					rows,
					bare(width),
				);
				for (const line of made.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width);
				const count = (shown: string, char: string) => shown.split(char).length;
				for (const char of ['x', '漢', '😀', 'ж'])
					expect(count(made, char)).toBe(
						count([cols.map(({ title }) => title), ...rows].flat(2).join(''), char),
					);
				expect(made).not.toContain('…');
			}),
		);
	});

	it('lines its columns up, whatever their letters', () => {
		const made = table(
			[{ title: 'name' }, { title: 'value', align: 'right' }],
			[
				['漢字', '1'],
				['plain', '22'],
				['😀', '333'],
			],
			bare(60),
		);
		expect(made.split('\n').map(widthOf)).toEqual([12, 12, 12, 12]);
	});

	it('gives the flexible column what the others leave, and wraps in it', () => {
		const made = table(
			[{ title: 'rule' }, { title: 'reason', flexible: true }],
			[['latency', `it ${'is slow '.repeat(12)}`]],
			bare(60),
		);
		const lines = made.split('\n');
		expect(lines.length).toBeGreaterThan(2);
		for (const line of lines.slice(2)) expect(line).toMatch(/^ {9}\S/);
	});

	it('counts colours as nothing', () => {
		const rows = [['bad', 'y'.repeat(30)]];
		const cols = [{ title: 'outcome' }, { title: 'reason', flexible: true }];
		const painted = rows.map((row) => row.map((shown) => coloured(60).paint('bad', shown)));
		const withColours = table(cols, painted, coloured(60));
		// biome-ignore lint/suspicious/noControlCharactersInRegex: an SGR escape begins with one
		expect(withColours.replaceAll(/\u001b\[\d+m/g, '')).toBe(table(cols, rows, bare(60)));
	});
});
