import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	coverageHeadline,
	qualityHeadline,
	simulateHeadline,
	speedHeadline,
} from '../support/headline-words.ts';
import { headlineOf, measured, readme } from '../support/headlines.ts';
import { blockOf } from '../support/marked-block.ts';

describe('the headlines of README.md', () => {
	const text = readFileSync(readme, 'utf8');

	it.each(measured)('are those of the table $block (node test/support/headlines.ts writes them)', (each) => {
		expect(blockOf(text, `${each.block}-headline`)).toBe(headlineOf(each));
	});
});

describe('a headline', () => {
	it('of the bench names the shares of all sizes, the largest size, and the aims that are met', () => {
		const table = `
| questions |                             | questions/s | of (b) | whole process | peak memory |
| --------- | --------------------------- | ----------- | ------ | ------------- | ----------- |
| 10,000    | (b) OTel SDK                | 30,000/s    | 100 %  |               |             |
|           | (c) recording               | 20,000/s    | 62 %   | 0.9 s         | 206 MB      |
|           | (d) recording and exporting | 10,000/s    | 38 %   | 1.2 s         | 255 MB      |
| 100,000   | (c) recording               | 20,000/s    | 52 %   | 4.3 s         | 232 MB      |
|           | (d) recording and exporting | 10,000/s    | 41 %   | 5.8 s         | 289 MB      |

| reach | met    |
| ----- | ------ |
| one   | yes    |
| two   | **no** |
`;
		const words = speedHeadline(table);
		expect(words).toContain('keeps 52 to 62 % while it records every question, and 38 to 41 %');
		expect(words).toContain('100,000 questions are recorded in 4.3 s and 232 MB.');
		expect(words).toContain('1 of 2 aims are met');
	});

	it('of the simulation names the worst of each error, and leaves out what is none', () => {
		const head = '| releases | FAIL % | PASS % | bare rule blocks % |\n| --- | --- | --- | --- |\n';
		const words = simulateHeadline(
			[
				`${head}| a | 1.6 · 0.6 | (63.5 · 9.0) | 26.8 · 15.6 |`,
				`${head}| a | 3.2 · 5.2 | 2.9 · 4.8 | 42.2 |\n| b | (94.7) | 0.7 | 90.2 |`,
				`${head}| a | 97.1 | 0.3 | 99.9 |`,
			].join('\n\n'),
		);
		expect(words).toContain('blocks at most 1.6 %, the bare rule of other harnesses up to 26.8 %');
		expect(words).toContain('comes to 5.2 % at most');
		expect(words).toContain('0.3 % pass at most');
	});

	it('of the coverage leaves out bounds that judge nothing', () => {
		const head = '| bounds | lower, worst % | upper, worst % |\n| --- | --- | --- |\n';
		const rows = '| t | 5.7 (around 0.8, n 1000) | 5.3 (n 60) |\n| Wilson, for display | 12.7 (99 %) | 1.0 |';
		expect(coverageHeadline(head + rows)).toContain(
			'all 1 methods over a grid of cases misses the truth 5.7 %',
		);
	});

	it('of the checks counts the blind cases and names both ranges', () => {
		const head = '| check | cases | bad + good | precision | recall |\n| --- | --- | --- | --- | --- |\n';
		const rows = [
			'| `a` 2 | blind | 57 + 43 | 95.7 % (85.5 to 99.5) | 78.9 % |',
			'| `a` 2 | seen | 7 + 3 | 100.0 % | 99.0 % |',
			'| `b` 1 | blind | 1 + 2 | 76.4 % | 80.0 % (1 to 2) |',
		];
		const words = qualityHeadline(head + rows.join('\n'));
		expect(words).toContain('On 103 cases');
		expect(words).toContain('the 2 safety checks');
		expect(words).toContain('a precision of 76.4 to 95.7 % and a recall of 78.9 to 80 %');
	});
});
