const open = '<!-- bench -->';
const close = '<!-- /bench -->';

/** A README with what stands between its bench markers replaced; one without both markers, once each, is an error. */
export function withBench(readme: string, block: string): string {
	const [before, inside, ...more] = readme.split(open);
	const [, after, ...others] = inside?.split(close) ?? [];
	if (before === undefined || after === undefined || more.length > 0 || others.length > 0) {
		throw new Error(
			`README.md: expected one ${open} and one ${close} after it, to write the figures between`,
		);
	}
	return `${before}${open}\n\n${block}\n\n${close}${after}`;
}
