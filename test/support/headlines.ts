import { readFileSync } from 'node:fs';
import { coverageHeadline, qualityHeadline, simulateHeadline, speedHeadline } from './headline-words.ts';
import { blockOf, writeBlock } from './marked-block.ts';

/** A page with measured tables, between the markers of that name, and what README.md says of them. */
interface Measured {
	readonly page: URL;
	readonly block: string;
	readonly headline: (table: string) => string;
}

/** The page whose figures have headlines between markers of its own, `<!-- bench-headline -->` and its like. */
export const readme = new URL('../../README.md', import.meta.url);

/** Where the measured tables stand, by the name of their markers. */
export const measured: readonly Measured[] = [
	{ page: beside('bench'), block: 'bench', headline: speedHeadline },
	{ page: beside('simulate'), block: 'simulate', headline: simulateHeadline },
	{ page: beside('simulate'), block: 'coverage', headline: coverageHeadline },
	{ page: beside('checks'), block: 'check-quality', headline: qualityHeadline },
];

function beside(folder: string): URL {
	return new URL(`../${folder}/README.md`, import.meta.url);
}

/** The headline of a measured table as it stands in its page now. */
export function headlineOf({ page, block, headline }: Measured): string {
	const words = headline(blockOf(readFileSync(page, 'utf8'), block));
	if (/NaN|Infinity|undefined/.test(words) || words === '') {
		throw new Error(`${page.pathname}: the table ${block} lacks a figure that README.md names: ${words}`);
	}
	return words;
}

/** Writes a measured table into its page, and its headline into README.md. */
export function writeMeasured(block: string, table: string): void {
	const found = measured.find((each) => each.block === block);
	if (found === undefined) throw new Error(`no page has a block of the name ${block}`);
	writeBlock(found.page, block, table);
	writeBlock(readme, `${block}-headline`, headlineOf(found));
}

// After a merge of tables: the headlines again, without measuring.
if (import.meta.main) {
	for (const each of measured) writeBlock(readme, `${each.block}-headline`, headlineOf(each));
}
