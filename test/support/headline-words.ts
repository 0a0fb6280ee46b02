import { tablesOf } from './markdown-table.ts';

type Rows = readonly Readonly<Record<string, string>>[];

/** What README.md says of the table of `npm run bench`: of each part what is there. */
export function speedHeadline(markdown: string): string {
	const tables = tablesOf(markdown);
	const having = (column: string) => tables.find(([row]) => row !== undefined && column in row) ?? [];
	return [
		speedWords(having('whole process')),
		gateWords(having('(e) gate')),
		startWords(having('start-up')),
		aimWords(having('met')),
	]
		.filter((words) => words !== undefined)
		.join(' ');
}

function speedWords(rows: Rows): string | undefined {
	const kind = (name: string) => rows.filter((row) => row['']?.includes(name));
	const recording = kind('(c)');
	const largest = recording.at(-1);
	if (largest === undefined) return undefined;
	const shares = (of: Rows) => range(of.map((row) => numberIn(row['of (b)'])));
	const graded = kind('(f)').at(-1);
	return `Of the pace at which OpenTelemetry’s SDK alone makes the same spans, spangate keeps ${shares(recording)} % while it records every question, and ${shares(kind('(d)'))} % while it exports them too. ${largest.questions} questions are recorded in ${largest['whole process']} and ${largest['peak memory']}${graded ? `; with every scorer and check at work it is ${graded['questions/s']}` : ''}.`;
}

function gateWords(rows: Rows): string | undefined {
	const largest = rows.at(-1);
	return largest && `The gate judges ${largest.pairs} pairs in ${largest['(e) gate']}.`;
}

function startWords(rows: Rows): string | undefined {
	const compare = rows.findLast((row) => row['start-up'] === '`compare`');
	return compare && `A \`compare\` of three questions takes ${compare.time}, the start included.`;
}

function aimWords(rows: Rows): string | undefined {
	if (rows.length === 0) return undefined;
	const met = rows.filter((row) => row.met === 'yes').length;
	return `${met} of ${rows.length} aims are met; the table says which are not.`;
}

/** What README.md says of the tables of `npm run simulate`. */
export function simulateHeadline(markdown: string): string {
	const [same = [], edge = [], worse = []] = tablesOf(markdown);
	const blocked = largest(same, 'FAIL %');
	const bare = largest(same, 'bare rule blocks %');
	const either = Math.max(Number(largest(edge, 'FAIL %')), Number(largest(edge, 'PASS %'))).toFixed(1);
	return `Of releases in which nothing changed the gate blocks at most ${blocked} %, the bare rule of other harnesses up to ${bare} %. Where the truth is exactly the limit, each of the two errors comes to ${either} % at most, with an α of 5 %. Of releases that are worse by twice the margin ${largest(worse, 'PASS %')} % pass at most.`;
}

/** What README.md says of the table of `npm run simulate -- --coverage`. */
export function coverageHeadline(markdown: string): string {
	const rows = (tablesOf(markdown)[0] ?? []).filter(({ bounds }) => !bounds?.includes('for display'));
	const worst = Math.max(
		...rows.flatMap((row) => [row['lower, worst %'], row['upper, worst %']].map(numberIn)),
	);
	return `The worst bound of all ${rows.length} methods over a grid of cases misses the truth ${worst} % of the time.`;
}

/** What README.md says of the table of `npm run check-quality`. */
export function qualityHeadline(markdown: string): string {
	// Those that nobody who made a check had seen.
	const rows = (tablesOf(markdown)[0] ?? []).filter((row) => row.cases === 'blind');
	const cases = rows.reduce((sum, row) => sum + numberIn(row['bad + good']) + secondIn(row['bad + good']), 0);
	const shares = (name: string) => range(rows.map((row) => numberIn(row[name])));
	return `On ${cases} cases written by somebody who had not seen them, the ${rows.length} safety checks without a model have a precision of ${shares('precision')} % and a recall of ${shares('recall')} %.`;
}

/** The largest figure of a column; one in parentheses is no error. */
function largest(rows: Rows, column: string): string {
	const figures = rows.map((row) => row[column] ?? '').filter((cell) => !cell.startsWith('('));
	return Math.max(...figures.flatMap((cell) => cell.split('·').map(numberIn))).toFixed(1);
}

function range(figures: readonly number[]): string {
	const [least, most] = [Math.min(...figures), Math.max(...figures)];
	return least === most ? `${least}` : `${least} to ${most}`;
}

function numberIn(cell = ''): number {
	return figuresIn(cell)[0] ?? Number.NaN;
}

function secondIn(cell = ''): number {
	return figuresIn(cell)[1] ?? Number.NaN;
}

function figuresIn(cell: string): number[] {
	return [...cell.matchAll(/\d[\d,]*(?:\.\d+)?/g)].map(([figure]) => Number(figure.replaceAll(',', '')));
}
