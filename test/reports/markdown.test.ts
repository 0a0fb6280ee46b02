import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownGateResult, markdownRun } from '../../src/reports/markdown.ts';
import { factsOf, trial } from '../support/records.ts';
import { resultSaying, saying } from './hostile.ts';

/** The tables of a GFM text as rows of cells; a pipe that is escaped does not part cells, in code neither. */
function tables(markdown: string): string[][][] {
	const found: string[][][] = [];
	let open = false;
	for (const line of markdown.split(/\r\n|[\n\r\u0085\u2028\u2029]/)) {
		if (!line.startsWith('|')) {
			open = false;
			continue;
		}
		if (!open) found.push([]);
		open = true;
		const cells = line
			.replace(/^\|/, '')
			.replace(/\|$/, '')
			.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/);
		found.at(-1)?.push(cells.map((cell) => cell.trim()));
	}
	return found;
}

/** Fails unless the text has these tables, each row with as many cells as its head. */
function expectTables(markdown: string, count: number): string[][][] {
	const found = tables(markdown);
	expect(found).toHaveLength(count);
	for (const rows of found) for (const row of rows) expect(row).toHaveLength(rows[0]?.length ?? 0);
	return found;
}

const hostile =
	'| a | `b` \\| c\n## Fake heading\r\n<img src=x onerror=alert(1)> &lt; **bold** [link](http://x) \u2028| d \\';

describe('the readiness summary', () => {
	it('names verdict, what is missing, rules, violations and lost questions with traces', () => {
		const shown = markdownGateResult(resultSaying('why', '-1'));
		expect(shown).toMatch(/^# NO-DEPLOY: unit, candidate\n\n/);
		expect(shown).toContain(
			'## What is missing before it could ship\n\n- **safety** (fail): safety\\_violations is 1',
		);
		const [metrics, gate, violations, lost] = expectTables(shown, 4);
		expect(metrics?.[0]).toEqual(['metric', 'baseline', 'candidate', 'delta', '95 % interval']);
		expect(metrics).toContainEqual(['`pass_rate`', '100.0 %', '0.0 %', '−100.0 pp', '−100.0 to +12.3']);
		expect(gate?.[2]?.slice(0, 2)).toEqual(['**fail**', 'safety']);
		expect(violations).toContainEqual(['`pii/why`', '1']);
		expect(lost?.map(([question]) => question)).toEqual([
			'question',
			'---',
			'`lost-1`',
			'`failed-1`',
			'`unsafe-1`',
		]);
		expect(shown).toContain(
			`- \`unsafe-1\` (trace \`${trial({ question: 'unsafe-1' }).traceId}\`): high pii/why, why`,
		);
	});

	it('says that all passed only when it did', () => {
		expect(markdownGateResult(resultSaying('why', '-1'))).not.toContain('nothing is missing');
	});

	it('keeps a hostile question, id, reason or category in one cell, and makes no markup of it', () => {
		const plain = markdownGateResult(resultSaying('why', '-1'));
		const shown = markdownGateResult(resultSaying(hostile));
		const found = expectTables(shown, 4);
		expect(found.map((rows) => rows.length)).toEqual(tables(plain).map((rows) => rows.length));
		const headings = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('#'));
		expect(headings(shown)).toEqual(headings(plain));
		expect(shown).not.toMatch(/(?<!\\)<img/);
		expect(shown).not.toMatch(/(?<!\\)\[link/);
		expect(shown).not.toMatch(/(?<!\\)&lt;/);
		expect(shown).not.toMatch(/(?<!\\)\*\*bold/);
		expect(shown.split('\n')).toHaveLength(plain.split('\n').length);
	});

	it('keeps any text in one cell', () => {
		const unit = fc.constantFrom(...'|`\\\n\r\t <>&*_[]()#~ab\u0000\u001b\u0085\u2028');
		fc.assert(
			fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
				const found = expectTables(markdownGateResult(resultSaying(text || 'x', `-${text}`)), 4);
				expect(found[3]).toHaveLength(5);
				// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
				expect(found.flat(2).join('')).not.toMatch(/[\u0000-\u001f\u0085]/);
			}),
		);
	});

	it('says so when nothing was violated', () => {
		const facts = factsOf([trial()]);
		expect(markdownRun(facts.summary())).toContain('None of the candidate’s answers violated a check.');
	});
});

describe('a run’s summary', () => {
	it('gives each metric with n or with why it is missing', () => {
		const facts = factsOf([
			saying(hostile, { costUsd: undefined, findings: { pii: 'violated', secrets: 'ok', tone: 'ok' } }),
		]);
		const [metrics, violations, notPassed] = expectTables(markdownRun(facts.summary()), 3);
		expect(metrics).toContainEqual(['`pass_rate`', '0.0 %', '1']);
		expect(metrics).toContainEqual(['`cost_usd`', '–', '1 answer reported no cost']);
		expect(violations).toHaveLength(3);
		expect(notPassed).toHaveLength(3);
	});
});
