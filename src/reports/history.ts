import type { History, HistoryEntry, HistoryMetric } from '../model/history.ts';
import { type Column, table } from './table.ts';
import { printable, type Style, type Terminal, widthOf, wrap } from './terminal.ts';
import { formatMetric } from './values.ts';

const gap = 2;
const verdictStyles = {
	DEPLOY: 'good',
	INCONCLUSIVE: 'unsure',
	'NO-DEPLOY': 'bad',
} as const satisfies Record<string, Style>;
/** No break between the two. */
const promoted = '★\u00a0@baseline';
/** The longest name of a metric that its column can have as its title. */
const longestTitle = 16;

/** A column, how it shows a run, and its place among those that are left out where the terminal is narrow. */
interface Shown extends Column {
	readonly cell: (entry: HistoryEntry) => string;
	readonly dropped?: number;
}

/** The history of a suite for a terminal, oldest run first: a row for each, and what must be known beside the numbers. */
export function textHistory(history: History, terminal: Terminal): string {
	const { columns, missing } = columnsThatFit(columnsOf(history, terminal), history.runs, terminal);
	const rows = history.runs.flatMap((entry, at) => {
		const before = history.runs[at - 1];
		const row = columns.map(({ cell }) => cell(entry));
		if (before === undefined || before.suiteDigest === entry.suiteDigest) return [row];
		const mark = terminal.paint('unsure', '── the suite changed');
		return [columns.map(({ flexible }) => (flexible ? mark : '')), row];
	});
	return [
		heading(history, terminal),
		table(columns, rows, terminal),
		notes(history, missing)
			.map((note) => wrap(note, terminal))
			.join('\n'),
		...problems(history, terminal),
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

function heading({ suite, runs }: History, terminal: Terminal): string {
	const count = `${runs.length} ${runs.length === 1 ? 'run' : 'runs, oldest first'}`;
	return `${terminal.paint('bold', printable(suite))}  ${count}`;
}

function columnsOf(history: History, terminal: Terminal): Shown[] {
	const right = 'right' as const;
	const metric = (name: string) => (entry: HistoryEntry) => formatMetric(metricOf(entry, name));
	return [
		{ title: 'when', dropped: 0, cell: ({ startedAt }) => startedAt.slice(0, 16).replace('T', ' ') },
		{
			title: 'run',
			flexible: true,
			cell: ({ id, tags, baseline }) =>
				[
					`@${printable(id)}`,
					...(baseline ? [terminal.paint('good', promoted)] : []),
					...tags.filter((tag) => tag !== 'baseline').map((tag) => `@${tag}`),
				].join(' '),
		},
		{ title: 'target', dropped: 1, cell: ({ target }) => printable(target) },
		{ title: 'asked', align: right, dropped: 5, cell: asked },
		mainColumn(history, terminal),
		...(history.metric === 'latency_p95_ms'
			? []
			: [{ title: 'p95', align: right, dropped: 3, cell: metric('latency_p95_ms') }]),
		...(history.metric === 'cost_per_success'
			? []
			: [{ title: '$/success', align: right, dropped: 2, cell: metric('cost_per_success') }]),
		{ title: 'safety', align: right, dropped: 6, cell: violations('safety_violations') },
		{ title: 'policy', align: right, dropped: 4, cell: violations('policy_violations') },
		{ title: 'verdict', cell: (entry) => verdict(entry, terminal) },
	];
}

/** The metric that the history is about, with its interval where there is one. */
function mainColumn({ metric, runs }: History, terminal: Terminal): Shown {
	const shown = runs.map((entry) => metricOf(entry, metric));
	const isShare = shown.some((each) => each !== undefined && 'unit' in each && each.unit === 'share');
	const name = widthOf(metric) > longestTitle ? 'metric' : printable(metric);
	return {
		title: isShare ? `${name} %` : name,
		align: 'right',
		cell: (entry) => {
			if (entry.state !== 'complete') return terminal.paint('unsure', entry.state);
			const found = metricOf(entry, metric);
			if (found === undefined || 'missing' in found) return '–';
			const { unit, lower, upper, interval } = found;
			const number = (value: number) =>
				unit === 'share' ? (value * 100).toFixed(1) : formatMetric({ value: short(value), n: 0, unit });
			// Of a pair of bounds the unit is read once.
			const bare = (value: number | undefined, open: string) =>
				value === undefined ? open : number(value).replace(/ ms$|^\$/, '');
			return interval === undefined
				? number(found.value)
				: `${number(found.value)} ${bare(lower, '−∞')}–${bare(upper, '∞')}`;
		},
	};
}

/** Three digits, or the whole number: more of them than an interval bears out would only take room. */
function short(value: number): number {
	return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** A scorer may be named like a member that every object has. */
function metricOf({ metrics }: HistoryEntry, name: string): HistoryMetric | undefined {
	return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

/** `120`, `10/120` where only some of the questions were asked, `120×3` where each was asked three times. */
function asked({ questions, suiteQuestions, repeats }: HistoryEntry): string {
	const share = questions === suiteQuestions ? `${questions}` : `${questions}/${suiteQuestions}`;
	return repeats === 1 ? share : `${share}×${repeats}`;
}

function violations(name: string): (entry: HistoryEntry) => string {
	return (entry) => {
		const found = metricOf(entry, name);
		if (found !== undefined && 'missing' in found && found.atLeast) return `≥${found.atLeast}`;
		return formatMetric(found);
	};
}

function verdict(entry: HistoryEntry, terminal: Terminal): string {
	if (entry.verdictProblem !== undefined) return terminal.paint('unsure', 'unreadable');
	return entry.verdict === undefined ? '–' : terminal.paint(verdictStyles[entry.verdict], entry.verdict);
}

/** Leaves out columns, the least needed first, until a run's id stands on one line. */
function columnsThatFit(
	all: readonly Shown[],
	runs: readonly HistoryEntry[],
	terminal: Terminal,
): { columns: readonly Shown[]; missing: readonly Shown[] } {
	// Of the flexible column the id counts alone: the tags may wrap below it.
	const widthIn = ({ title, flexible, cell }: Shown) =>
		Math.max(
			widthOf(title),
			...runs.map((entry) => widthOf(flexible ? `@${printable(entry.id)}` : cell(entry))),
		);
	const widths = new Map(all.map((column) => [column, widthIn(column)]));
	let columns = all;
	const width = () => columns.reduce((sum, each) => sum + (widths.get(each) ?? 0) + gap, -gap);
	const droppable = all
		.filter(({ dropped }) => dropped !== undefined)
		.sort((a, b) => (a.dropped ?? 0) - (b.dropped ?? 0));
	for (const each of droppable) {
		if (width() <= terminal.columns) break;
		columns = columns.filter((column) => column !== each);
	}
	return { columns, missing: all.filter((column) => !columns.includes(column)) };
}

function notes({ metric, runs }: History, missing: readonly Shown[]): string[] {
	const shown = runs.map((entry) => metricOf(entry, metric));
	const intervals = new Set(shown.flatMap((each) => each?.interval ?? []));
	const repeated = runs.some(({ repeats }) => repeats > 1);
	const changed = runs.some(({ suiteDigest }) => suiteDigest !== runs[0]?.suiteDigest);
	const part = runs.find(({ questions, suiteQuestions }) => questions !== suiteQuestions);
	// A run's id tells the others.
	const lacking = missing.filter(({ title }) => title !== 'when' && title !== 'target');
	return [
		intervals.size === 0
			? `${metric}: no interval is made for it here.`
			: `${metric} with its 95 % interval (${[...intervals].join(', ')}, over questions${repeated ? '; repeats of a question are no new evidence' : ''}).`,
		...(changed ? ['Where the suite changed, the numbers before and after are not comparable.'] : []),
		...(part === undefined
			? []
			: [
					`asked ${asked(part)}: ${part.questions} of the suite’s ${part.suiteQuestions} questions, which is not comparable with all of them.`,
				]),
		...(runs.some(({ baseline }) => baseline) ? ['★ the promoted baseline.'] : []),
		...(lacking.length === 0
			? []
			: [`Not shown at this width: ${lacking.map(({ title }) => title).join(', ')} (--json has all).`]),
	].map(printable);
}

function problems({ runs }: History, terminal: Terminal): string[] {
	const lines = runs.flatMap(({ id, state, problem, verdictProblem }) => [
		...(problem === undefined ? [] : [`@${id} is ${state}: ${problem}`]),
		...(verdictProblem === undefined
			? []
			: [`@${id} keeps a verdict that cannot be read: ${verdictProblem}`]),
	]);
	return lines.length === 0 ? [] : [lines.map((line) => wrap(printable(line), terminal)).join('\n')];
}
