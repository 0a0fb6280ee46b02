import { validityPrefix } from '../gate/validity.ts';
import { builtInMetrics } from '../model/metric.ts';
import type { Change, GateResult, Offence, RuleResult, RunSummary, Verdict } from '../model/verdict.ts';
import { table } from './table.ts';
import { printable, type Style, type Terminal, wrap } from './terminal.ts';
import { formatDelta, formatMetric, plural } from './values.ts';

const shownQuestions = 10;
const marks = { pass: '✔', inconclusive: '?', fail: '✖' } as const;
const styles = { pass: 'good', inconclusive: 'unsure', fail: 'bad' } as const satisfies Record<string, Style>;
const verdictStyles = { DEPLOY: 'good', INCONCLUSIVE: 'unsure', 'NO-DEPLOY': 'bad' } as const;

/** A comparison and its verdict for a terminal: metrics, changed questions, rules, verdict. */
export function textGateResult(result: GateResult, terminal: Terminal): string {
	return [
		heading(result, terminal),
		metricsTable(result, terminal),
		changes(result, terminal),
		rulesTable(result.verdict.rules, terminal),
		...offences(result.verdict.rules, terminal),
		verdictLine(result.verdict, terminal),
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

/** One run's metrics for a terminal. */
export function textRun({ run, metrics, violations }: RunSummary, terminal: Terminal): string {
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
	if (found.length > 0) parts.push(['Violations', ...found].join('\n'));
	return parts.join('\n\n');
}

function heading({ suite, baseline, candidate }: GateResult, terminal: Terminal): string {
	const before = 'missing' in baseline ? 'no baseline' : baseline.run.target.name;
	const title = `${terminal.paint('bold', suite.name)}  ${before} → ${candidate.run.target.name}`;
	return `${title}  ${terminal.paint('dim', plural(candidate.run.planned, 'trial'))}`;
}

/** Reports show the scorers' and the built-in metrics; those of single checks stand in the JSON. */
function isHeadline(name: string, run: RunSummary['run']): boolean {
	return (
		builtInMetrics.some((info) => info.name === name) || run.scorers.some((scorer) => scorer.name === name)
	);
}

function metricsTable({ comparison, candidate }: GateResult, terminal: Terminal): string {
	const shown = comparison.filter(({ metric }) => isHeadline(metric, candidate.run));
	const right = 'right' as const;
	return table(
		[
			{ title: 'metric' },
			{ title: 'baseline', align: right },
			{ title: 'candidate', align: right },
			{ title: 'delta', align: right },
		],
		shown.map((delta) => [
			delta.metric,
			formatMetric(delta.baseline),
			formatMetric(delta.candidate),
			formatDelta(delta),
		]),
		terminal,
	);
}

function changes({ regressions, gains, baseline }: GateResult, terminal: Terminal): string {
	if ('missing' in baseline) return '';
	const line = `${plural(gains.length, 'question')} gained, ${regressions.length} lost`;
	const lost = regressions.slice(0, shownQuestions).map((change) => lostQuestion(change, terminal));
	const more = regressions.length - lost.length;
	return [line, ...lost, ...(more > 0 ? [`  and ${more} more (--json lists all)`] : [])].join('\n');
}

function lostQuestion(change: Change, terminal: Terminal): string {
	const reasons = printable(change.reasons.join('; '));
	const id = printable(change.questionId);
	const first = wrap(
		`${terminal.paint('bad', '−')} ${id}  ${terminal.paint('dim', change.traceId)}`,
		terminal,
		'  ',
	);
	return reasons === '' ? first : `${first}\n${wrap(reasons, terminal, '    ')}`;
}

function rulesTable(rules: readonly RuleResult[], terminal: Terminal): string {
	// What every gate checks of the records is one line as long as all is well with them.
	const sound = rules.filter(({ id, outcome }) => id.startsWith(validityPrefix) && outcome === 'pass');
	const shown = rules.filter((rule) => !sound.includes(rule));
	const cell = (outcome: RuleResult['outcome']) =>
		terminal.paint(styles[outcome], `${marks[outcome]} ${outcome}`);
	const rows = shown.map(({ outcome, id, tier, reason }) => [
		cell(outcome),
		printable(tier === 'advisory' ? `${id} (advisory)` : id),
		printable(reason),
	]);
	if (sound.length > 0) {
		const names = sound.map(({ id }) => id.slice(validityPrefix.length)).join(', ');
		rows.push([cell('pass'), 'records', names]);
	}
	return table(
		[{ title: 'outcome' }, { title: 'rule' }, { title: 'reason', flexible: true }],
		rows,
		terminal,
	);
}

function offences(rules: readonly RuleResult[], terminal: Terminal): string[] {
	return rules.flatMap(({ id, questions }) => {
		if (questions === undefined) return [];
		const shown = questions.slice(0, shownQuestions).map((offence) => offenceLine(offence, terminal));
		const more = questions.length - shown.length;
		const rest = more > 0 ? [`  and ${more} more (--json lists all)`] : [];
		return [
			[
				`${terminal.paint('bad', '✖')} ${printable(id)}: ${plural(questions.length, 'violation')}`,
				...shown,
				...rest,
			].join('\n'),
		];
	});
}

function offenceLine(
	{ questionId, traceId, check, category, severity, reason }: Offence,
	terminal: Terminal,
): string {
	const first = wrap(`${printable(questionId)}  ${terminal.paint('dim', traceId)}`, terminal, '  ');
	return `${first}\n${wrap(printable(`${severity} ${check}/${category}: ${reason}`), terminal, '    ')}`;
}

function verdictLine({ outcome, rules }: Verdict, terminal: Terminal): string {
	const word = terminal.paint(verdictStyles[outcome], terminal.paint('bold', outcome));
	const blocking = rules.filter((rule) => rule.tier === 'critical' && rule.outcome !== 'pass');
	if (blocking.length === 0) return `${word}  every critical rule passed`;
	const [first] = blocking;
	const others = blocking.length - 1;
	const rest = others > 0 ? ` (and ${plural(others, 'other rule')})` : '';
	return wrap(`${word}  ${printable(`${first?.id}: ${first?.reason}`)}${rest}`, terminal);
}
