import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The text between the markers `<!-- name -->` and `<!-- /name -->` of a page; one without both, once each, is an error. */
export function blockOf(page: string, name: string): string {
	return cut(page, name).inside.trim();
}

/** A page with what stands between the markers of that name replaced; one without both, once each, is an error. */
export function withBlock(page: string, name: string, block: string): string {
	const { before, open, close, after } = cut(page, name);
	return `${before}${open}\n\n${block}\n\n${close}${after}`;
}

/** Writes a block into a page on disk, between its markers. */
export function writeBlock(file: URL, name: string, block: string): void {
	try {
		writeFileSync(file, withBlock(readFileSync(file, 'utf8'), name, block));
	} catch (error) {
		throw new Error(`${fileURLToPath(file)}: ${error instanceof Error ? error.message : error}`, {
			cause: error,
		});
	}
}

function cut(page: string, name: string) {
	const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const [before, rest, ...more] = page.split(open);
	const [inside, after, ...others] = rest?.split(close) ?? [];
	if (
		before === undefined ||
		inside === undefined ||
		after === undefined ||
		more.length + others.length > 0
	) {
		throw new Error(`expected one ${open} and one ${close} after it, to hold the figures between`);
	}
	return { before, open, inside, close, after };
}
