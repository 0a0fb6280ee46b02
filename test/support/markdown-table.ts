/** The rows of each table of a Markdown text, by their column's name; a blank first cell is that of the row above. */
export function tablesOf(markdown: string): Record<string, string>[][] {
	const tables: Record<string, string>[][] = [];
	let head: string[] | undefined;
	let first = '';
	for (const line of markdown.split('\n')) {
		if (!line.startsWith('|')) {
			head = undefined;
			continue;
		}
		const cells = line
			.slice(1, line.lastIndexOf('|'))
			.split('|')
			.map((cell) => cell.trim());
		if (cells.every((cell) => /^:?-+:?$/.test(cell))) continue;
		if (head === undefined) {
			head = cells;
			tables.push([]);
			continue;
		}
		first = cells[0] || first;
		const row = head.map((name, at) => [name, at === 0 ? first : (cells[at] ?? '')] as const);
		tables.at(-1)?.push(Object.fromEntries(row));
	}
	return tables;
}
