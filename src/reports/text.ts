import type { Links } from '../model/links.ts';
import { builtInMetrics, judgeMetrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Delta, GateResult, NotPassed, RunSummary } from '../model/verdict.ts';
import { offences, rulesTable, verdictLine } from './rules-table.ts';
import { table } from './table.ts';
import { printable, type Terminal, widthOf, wrap } from './terminal.ts';
import {
	formatDelta,
	formatInterval,
	formatMetric,
	missingNotes,
	plural,
	repeatsSentence,
	stoppedNote,
	trialsOf,
	unjudgedViolations,
} from './values.ts';

const shownQuestions = 10;
const shownLinks = 5;

/** A comparison and its verdict for a terminal: metrics, changed questions, rules, verdict. */
export function textGateResult(result: GateResult, terminal: Terminal, links?: Links): string {
	return [
		heading(result, terminal),
		metricsTable(result, terminal),
		missing(result, terminal),
		changes(result, terminal),
		...repeats(result, terminal),
		stoppedEarly(result, terminal),
		rulesTable(result.verdict.rules, terminal),
		...offences(result.verdict.rules, terminal),
		...unjudgedViolations(result).map((note) => wrap(`${terminal.paint('unsure', '!')} ${note}`, terminal)),
		linkLines(links, terminal),
		verdictLine(result.verdict, terminal),
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

/** One run's metrics for a terminal. */
export function textRun(summary: RunSummary, terminal: Terminal, links?: Links): string {
	const { run, metrics, violations, notPassed } = summary;
	const rows = Object.entries(metrics)
		.filter(([name]) => isHeadline(name, run))
		.map(([name, metric]) => [
			name,
			formatMetric(metric),
			'missing' in metric ? printable(metric.missing) : `n = ${metric.n}`,
		]);
	const columns = [
		{ title: 'metric' },
		{ title: 'value', align: 'right' as const },
		{ title: '', flexible: true },
	];
	const found = Object.entries(violations).map(([what, count]) => `  ${printable(what)}  ${count}`);
	const title = `${terminal.paint('bold', run.suite.name)}  ${run.target.name}  ${terminal.paint('dim', `@${run.id}`)}`;
	const parts = [title, table(columns, rows, terminal)];
	const repeated = repeatsSentence(summary, printable);
	if (repeated !== undefined) parts.push(wrap(repeated, terminal));
	if (found.length > 0) parts.push(['Violations', ...found].join('\n'));
	if (notPassed.length > 0)
		parts.push(failures(`${plural(notPassed.length, 'question')} not passed`, notPassed, terminal));
	return [...parts, linkLines(links, terminal)].filter((part) => part !== '').join('\n\n');
}

function heading({ suite, baseline, candidate }: GateResult, terminal: Terminal): string {
	const after = candidate.run;
	const before = 'missing' in baseline ? undefined : baseline.run;
	// Two runs of one target are told apart by their ids.
	const name = (run: Run) => (before?.target.name === after.target.name ? `@${run.id}` : run.target.name);
	const title = `${terminal.paint('bold', suite.name)}  ${before ? name(before) : 'no baseline'} → ${name(after)}`;
	return `${title}  ${terminal.paint('dim', trialsOf(candidate.run))}`;
}

const headlines = [...builtInMetrics, ...judgeMetrics];

/** Reports show the scorers' and the built-in metrics; those of single checks stand in the JSON. */
function isHeadline(name: string, run: RunSummary['run']): boolean {
	return headlines.some((info) => info.name === name) || run.scorers.some((scorer) => scorer.name === name);
}

function shownDeltas({ comparison, candidate }: GateResult): Delta[] {
	return comparison.filter(({ metric }) => isHeadline(metric, candidate.run));
}

function metricsTable(result: GateResult, terminal: Terminal): string {
	const shown = shownDeltas(result);
	const right = 'right' as const;
	const hasIntervals = shown.some(({ interval }) => interval !== undefined);
	return table(
		[
			{ title: 'metric' },
			{ title: 'baseline', align: right },
			{ title: 'candidate', align: right },
			{ title: 'delta', align: right },
			...(hasIntervals ? [{ title: '95 % interval', align: right }] : []),
		],
		shown.map((delta) => [
			delta.metric,
			formatMetric(delta.baseline),
			formatMetric(delta.candidate),
			formatDelta(delta),
			...(hasIntervals ? [formatInterval(delta)] : []),
		]),
		terminal,
	);
}

/** Why a dash stands in the table, so that a scorer that errored is not taken for one that had nothing to say. */
function missing(result: GateResult, terminal: Terminal): string {
	return missingNotes(shownDeltas(result), 'run' in result.baseline)
		.map((note) => wrap(`${terminal.paint('dim', '–')} ${printable(note)}`, terminal))
		.join('\n');
}

function changes({ regressions, gains, baseline }: GateResult, terminal: Terminal): string {
	if ('missing' in baseline) return '';
	return failures(
		`${plural(gains.length, 'question')} gained (now passed), ${regressions.length} lost`,
		regressions,
		terminal,
	);
}

/** A reminder that a run which was stopped because of what it showed is no sample of the suite. */
function stoppedEarly(result: GateResult, terminal: Terminal): string {
	const note = stoppedNote(result);
	return note === undefined ? '' : wrap(`${terminal.paint('unsure', '!')} ${printable(note)}`, terminal);
}

/** What the repeats of each run show, a paragraph each. */
function repeats({ baseline, candidate }: GateResult, terminal: Terminal): string[] {
	const sides = { ...('run' in baseline && { baseline }), candidate };
	return Object.entries(sides).flatMap(([side, summary]) => {
		const sentence = repeatsSentence(summary, printable);
		return sentence === undefined ? [] : [wrap(`${side}, ${sentence}`, terminal)];
	});
}

/** A headline with the first questions that did not pass below it, each with its trace and why. */
function failures(headline: string, all: readonly NotPassed[], terminal: Terminal): string {
	const shown = all.slice(0, shownQuestions).map((each) => failure(each, terminal));
	const more = all.length - shown.length;
	return [headline, ...shown, ...(more > 0 ? [`  and ${more} more (--json lists all)`] : [])].join('\n');
}

function failure({ questionId, traceId, reasons }: NotPassed, terminal: Terminal): string {
	const first = wrap(
		`${terminal.paint('bad', '−')} ${printable(questionId)}  ${terminal.paint('dim', traceId)}`,
		terminal,
		'  ',
	);
	const why = printable(reasons.join('; '));
	return why === '' ? first : `${first}\n${wrap(why, terminal, '    ')}`;
}

/** Where to look at what did not pass; a link is never broken, since it is there to be clicked on. */
function linkLines(links: Links | undefined, terminal: Terminal): string {
	if (links === undefined) return '';
	const line = (name: string, link: string) => {
		const whole = `  ${name}  ${link}`;
		return widthOf(whole) <= terminal.columns ? whole : `${wrap(name, terminal, '  ')}\n    ${link}`;
	};
	const lines = links.questions
		.slice(0, shownLinks)
		.map(({ questionId, diff, jaeger, explore }) =>
			line(printable(questionId), diff ?? jaeger ?? explore ?? ''),
		);
	if (links.dashboard !== undefined) lines.push(line('dashboard', links.dashboard));
	return lines.length === 0 ? '' : ['Look at the traces', ...lines].join('\n');
}
