import type { History, HistoryEntry, HistoryMetric } from '../model/history.ts';
import { columnsThatFit, type RowColumn, table } from './table.ts';
import { printable, type Style, type Terminal, widthOf, wrap } from './terminal.ts';
import { formatMetric } from './values.ts';

const verdictStyles = {
	DEPLOY: 'good',
	INCONCLUSIVE: 'unsure',
	'NO-DEPLOY': 'bad',
} as const satisfies Record<string, Style>;
/** No break between the two. */
const promoted = '★\u00a0@baseline';
/** The longest name of a metric that its column can have as its title. */
const longestTitle = 24;
/** What marks the rows whose interval is made by another method than most. */
const marks = ['*', '†', '‡'];

type Shown = RowColumn<HistoryEntry>;

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
			// The tags may wrap below it.
			whole: ({ id }) => `@${printable(id)}`,
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
		...(history.metric === 'safety_violations'
			? []
			: [{ title: 'safety', align: right, dropped: 6, cell: violations('safety_violations') }]),
		...(history.metric === 'policy_violations'
			? []
			: [{ title: 'policy', align: right, dropped: 4, cell: violations('policy_violations') }]),
		{ title: 'verdict', cell: (entry) => verdict(entry, terminal) },
	];
}

/** The metric that the history is about, with its interval in brackets where there is one. */
function mainColumn(history: History, terminal: Terminal): Shown {
	const { metric, runs } = history;
	const shown = runs.map((entry) => metricOf(entry, metric));
	const isShare = shown.some((each) => each !== undefined && 'unit' in each && each.unit === 'share');
	const name = widthOf(metric) > longestTitle ? 'metric' : printable(metric);
	const methods = methodsOf(history);
	const perTrial = isPerTrial(history);
	return {
		title: isShare ? `${name} %` : perTrial ? `${name}/trial` : name,
		align: 'right',
		cell: (entry) => {
			if (entry.stoppedBy !== undefined)
				return terminal.paint('unsure', `stopped early ${entry.completed}/${entry.planned}`);
			if (entry.state !== 'complete') return terminal.paint('unsure', entry.state);
			const found = metricOf(entry, metric);
			if (found === undefined) return '–';
			if ('missing' in found) return found.atLeast ? `≥${found.atLeast}` : '–';
			const { interval, rate } = found;
			const text = cellOf(found, perTrial ? entry.completed : 1);
			const at = methods.indexOf(interval ?? '');
			// Without a mark, the room of one, so that the numbers stand in line.
			const mark = methods.length < 2 ? '' : (marks[at - 1] ?? '\u00a0');
			return `${rate === undefined ? '' : `${formatMetric(found)}, `}${text}${mark}`;
		},
	};
}

/** A value with its interval, or a part of it: of a count of violations, the rate of questions with one. */
function cellOf(
	{ value, unit, lower, upper, interval, rate }: Extract<HistoryMetric, { value: number }>,
	parts: number,
): string {
	const percent = unit === 'share' || rate !== undefined;
	const number = (given: number) =>
		percent ? (given * 100).toFixed(1) : formatMetric({ value: short(given / parts), n: 0, unit });
	// Of a pair of bounds the unit is read once.
	const bare = (bound: number | undefined, open: string) =>
		bound === undefined ? open : number(bound).replace(/ ms$|^\$/, '');
	const shown = number(rate ?? value) + (rate === undefined ? '' : ' %');
	return interval === undefined ? shown : `${shown} (${bare(lower, '−∞')}–${bare(upper, '∞')})`;
}

/** The methods of the intervals, the one of most runs first. */
function methodsOf({ metric, runs }: History): string[] {
	const counts = new Map<string, number>();
	for (const entry of runs) {
		const method = metricOf(entry, metric)?.interval;
		if (method !== undefined) counts.set(method, (counts.get(method) ?? 0) + 1);
	}
	return [...counts].sort(([, a], [, b]) => b - a).map(([method]) => method);
}

/** Sums of runs with unlike numbers of trials are told for each trial. */
function isPerTrial({ estimand, runs }: History): boolean {
	const complete = runs.filter(({ state }) => state === 'complete');
	return estimand === 'total' && complete.some(({ completed }) => completed !== complete[0]?.completed);
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

function notes(history: History, missing: readonly Shown[]): string[] {
	const { metric, runs } = history;
	const changed = runs.some(({ suiteDigest }) => suiteDigest !== runs[0]?.suiteDigest);
	const part = runs.find(({ questions, suiteQuestions }) => questions !== suiteQuestions);
	// A run's id tells the others.
	const lacking = missing.filter(({ title }) => title !== 'when' && title !== 'target');
	return [
		intervalNote(history),
		...(isPerTrial(history)
			? [`${metric} is shown for each trial, since the runs have unlike numbers of them.`]
			: []),
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

function intervalNote(history: History): string {
	const { metric, estimand, runs } = history;
	const [most, ...others] = methodsOf(history);
	if (most === undefined) return `${metric}: no interval is made for it here.`;
	const marked = others.map((method, at) => `; ${marks[at] ?? ''} ${method}`);
	// Shares of repeats are means, and no counts of successes.
	const why =
		estimand === 'proportion' && others.length > 0 ? ', where questions were asked several times' : '';
	const what = estimand === 'count' ? `${metric}, beside it the percentage of questions with one` : metric;
	const repeated = runs.some(({ repeats }) => repeats > 1);
	return `${what} with its 95 % interval over questions (${most}${marked.join('')}${why})${repeated ? '; repeats of a question are no new evidence' : ''}.`;
}

function problems({ runs }: History, terminal: Terminal): string[] {
	const lines = runs.flatMap(({ id, state, stoppedBy, problem, verdictProblem }) => [
		...(problem === undefined
			? []
			: [
					stoppedBy === undefined
						? `@${id} is ${state}: ${problem}`
						: `@${id} was stopped early, at ${problem}: rule ${stoppedBy} had failed whatever the rest would say.`,
				]),
		...(verdictProblem === undefined
			? []
			: [`@${id} keeps a verdict that cannot be read: ${verdictProblem}`]),
	]);
	return lines.length === 0 ? [] : [lines.map((line) => wrap(printable(line), terminal)).join('\n')];
}
