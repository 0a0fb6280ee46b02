import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { root } from '../support/cli.ts';
import { type Page, pages } from '../support/pages.ts';

const all = pages();

/** A Markdown text without what stands in fenced blocks, which is no Markdown. */
function prose(text: string): string {
	return text.replace(/^(```+)[\s\S]*?^\1$/gm, '');
}

/** Where the links of a page lead, as they are written. */
function linksOf({ text }: Page): string[] {
	return [...prose(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, to = '']) => to);
}

/** The anchors that a repository's host gives the headings of a page. */
function anchorsOf({ text }: Page): Set<string> {
	const seen = new Map<string, number>();
	const anchors = new Set<string>();
	for (const [, heading = ''] of prose(text).matchAll(/^#{1,6} (.+)$/gm)) {
		const shown = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
		const anchor = shown.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
		const before = seen.get(anchor) ?? 0;
		seen.set(anchor, before + 1);
		anchors.add(before === 0 ? anchor : `${anchor}-${before}`);
	}
	return anchors;
}

/** Every link of these pages that leads nowhere, with its page. */
function broken(of: readonly Page[]): string[] {
	const byFile = new Map(of.map((page) => [page.file, page]));
	return of.flatMap((page) =>
		linksOf(page)
			.filter((to) => !/^https?:\/\//.test(to) && !resolves(page, to))
			.map((to) => `${page.file}: ${to}`),
	);

	function resolves({ file }: Page, to: string): boolean {
		const [path = '', anchor] = to.split('#');
		const target = path === '' ? file : join(dirname(file), path);
		if (!byFile.has(target) && !existsSync(join(root, target))) return false;
		const page = byFile.get(target);
		return anchor === undefined || (page !== undefined && anchorsOf(page).has(anchor));
	}
}

describe('the pages', () => {
	it('have no link that leads nowhere', () => {
		expect(all.flatMap(linksOf).length).toBeGreaterThan(50);
		expect(broken(all)).toEqual([]);
	});

	it('can all be reached from README.md', () => {
		const byFile = new Map(all.map((page) => [page.file, page]));
		const reached = new Set<string>();
		const walk = (file: string): void => {
			const page = byFile.get(file);
			if (page === undefined || reached.has(file)) return;
			reached.add(file);
			for (const to of linksOf(page)) walk(join(dirname(file), to.split('#')[0] || '.'));
		};
		walk('README.md');
		const own = all.map(({ file }) => file).filter((file) => !file.startsWith('test/fixtures/'));
		expect(own.filter((file) => !reached.has(file))).toEqual([]);
	});

	it('are named by paths within the repository', () => {
		const outside = all.flatMap((page) =>
			linksOf(page).filter((to) => to.startsWith('/') || join(dirname(page.file), to).startsWith('..')),
		);
		expect(outside).toEqual([]);
	});
});

describe('a link', () => {
	const text =
		'# One, two: `three`?\n\n## Again\n\n## Again\n\n```md\n## No heading\n[no link](nowhere.md)\n```\n';
	it.each(['#one-two-three', '#again-1', 'b.md', 'b.md#there', 'https://example.com/x', '../package.json'])(
		'%s is good',
		(to) => {
			const page = { file: 'src/a.md', text: `${text}[x](${to})` };
			expect(broken([page, { file: 'src/b.md', text: '# There' }])).toEqual([]);
		},
	);

	it.each(['#one', '#no-heading', 'c.md', 'b.md#here', '../package.json#name'])('%s is broken', (to) => {
		const page = { file: 'src/a.md', text: `${text}[x](${to})` };
		expect(broken([page, { file: 'src/b.md', text: '# There' }])).toEqual([`src/a.md: ${to}`]);
	});
});
