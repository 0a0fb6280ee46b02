/** A README with what stands between its bench markers replaced: see {@link withBlock}. */
export function withBench(readme: string, block: string): string {
	return withBlock(readme, 'bench', block);
}

/** A README with what stands between the markers of that name replaced; one without both, once each, is an error. */
export function withBlock(readme: string, name: string, block: string): string {
	const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const [before, inside, ...more] = readme.split(open);
	const [, after, ...others] = inside?.split(close) ?? [];
	if (before === undefined || after === undefined || more.length > 0 || others.length > 0) {
		throw new Error(
			`README.md: expected one ${open} and one ${close} after it, to write the figures between`,
		);
	}
	return `${before}${open}\n\n${block}\n\n${close}${after}`;
}
