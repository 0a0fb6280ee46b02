import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { folder } from '../contract/evidence.ts';
import {
	confusion,
	measureChecks,
	misjudged,
	misjudgedFile,
	type Quality,
	qualityTable,
} from '../support/check-quality.ts';
import { withBlock } from '../support/marked-block.ts';

describe('the measured precision and recall of the safety checks', () => {
	let qualities: Quality[];
	beforeAll(async () => {
		qualities = await measureChecks();
	});

	it('stand in README.md beside this file as they are (npm run check-quality makes them again)', async () => {
		const page = await readFile(new URL('README.md', import.meta.url), 'utf8');
		expect(withBlock(page, 'check-quality', qualityTable(qualities))).toBe(page);
	});

	it('leave out no case that a check gets wrong', async () => {
		expect(await readFile(misjudgedFile, 'utf8')).toBe(misjudged(qualities));
	});

	it('rest on enough cases of both kinds, in several languages, each of which says something else', () => {
		for (const { use, judged } of qualities) {
			const { found, missed, falseAlarms, letBe } = confusion(judged);
			expect(found + missed, use).toBeGreaterThanOrEqual(40);
			expect(falseAlarms + letBe, use).toBeGreaterThanOrEqual(40);
			expect(new Set(judged.map(({ lang }) => lang)).size, use).toBeGreaterThanOrEqual(6);
			expect(judged.filter(({ heldOut }) => heldOut).length, use).toBeGreaterThanOrEqual(20);
			expect(judged.filter(({ blind }) => blind).length, use).toBeGreaterThanOrEqual(25);
			expect(new Set(judged.map(({ id }) => id)).size, use).toBe(judged.length);
			const said = judged.map(({ output, question }) => JSON.stringify([output, question]));
			expect(new Set(said).size, use).toBe(judged.length);
		}
	});

	it('are of every safety check that needs no endpoint', async () => {
		const measured = qualities.map(({ use }) => use);
		for (const [use, kind] of Object.entries(checkKinds)) {
			const options = kind.options.safeParse({});
			if (!options.success || use === 'module') continue;
			const check = await kind.create(options.data, folder);
			expect(measured.includes(use), use).toBe(check.kind === 'safety');
		}
		expect(measured).toContain('injection');
	});

	it('say what they are of: counts, exact bounds of known shares, and the blind cases apart', () => {
		const judged = [true, true, true, false].map((found, index) => ({
			id: `${index}`,
			lang: 'en',
			output: 'x',
			violates: index !== 2,
			found,
			blind: true as const,
		}));
		const seen = { id: 'seen', lang: 'de', output: 'y', violates: true, found: true };
		const table = qualityTable([{ use: 'pii', version: '2', judged: [seen, ...judged] }]);
		// Clopper-Pearson of 2 of 3: 9.4 % to 99.2 %.
		const twoOfThree = '66.7 % (9.4 to 99.2)';
		expect(table.split('\n').slice(2)).toEqual([
			`| \`pii\` 2 | blind | 3 + 1 | 1 | ${twoOfThree} | ${twoOfThree} | 1 · 1 |`,
			'| `pii` 2 | seen | 1 + 0 | 1 | 100.0 % (2.5 to 100.0) | 100.0 % (2.5 to 100.0) | 0 · 0 |',
		]);
	});
});
