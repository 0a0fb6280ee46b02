import { validityPrefix } from '../gate/validity-rule.ts';
import type { Links } from '../model/links.ts';
import { builtInMetrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { GateResult, NotPassed, Offence, RuleResult, RunSummary, Verdict } from '../model/verdict.ts';
import { table } from './table.ts';
import { printable, type Style, type Terminal, widthOf, wrap } from './terminal.ts';
import {
	formatDelta,
	formatInterval,
	formatMetric,
	plural,
	repeatsSentence,
	trialsOf,
	unjudgedViolations,
} from './values.ts';

const shownQuestions = 10;
const shownLinks = 5;
const marks = { pass: '✔', inconclusive: '?', fail: '✖' } as const;
const styles = { pass: 'good', inconclusive: 'unsure', fail: 'bad' } as const satisfies Record<string, Style>;
const verdictStyles = { DEPLOY: 'good', INCONCLUSIVE: 'unsure', 'NO-DEPLOY': 'bad' } as const;

/** A comparison and its verdict for a terminal: metrics, changed questions, rules, verdict. */
export function textGateResult(result: GateResult, terminal: Terminal, links?: Links): string {
	return [
		heading(result, terminal),
		metricsTable(result, terminal),
		changes(result, terminal),
		...repeats(result, terminal),
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

/** Reports show the scorers' and the built-in metrics; those of single checks stand in the JSON. */
function isHeadline(name: string, run: RunSummary['run']): boolean {
	return (
		builtInMetrics.some((info) => info.name === name) || run.scorers.some((scorer) => scorer.name === name)
	);
}

function metricsTable({ comparison, candidate }: GateResult, terminal: Terminal): string {
	const shown = comparison.filter(({ metric }) => isHeadline(metric, candidate.run));
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

function changes({ regressions, gains, baseline }: GateResult, terminal: Terminal): string {
	if ('missing' in baseline) return '';
	return failures(
		`${plural(gains.length, 'question')} gained, ${regressions.length} lost`,
		regressions,
		terminal,
	);
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

function rulesTable(rules: readonly RuleResult[], terminal: Terminal): string {
	// What every gate checks of the records is one line as long as all is well with them.
	const sound = rules.filter(({ id, outcome }) => id.startsWith(validityPrefix) && outcome === 'pass');
	const cell = (outcome: RuleResult['outcome']) =>
		terminal.paint(styles[outcome], `${marks[outcome]} ${outcome}`);
	const slices = slicesOf(rules);
	const rows: string[][] = [];
	for (const rule of rules) {
		const { outcome, id, tier, reason } = rule;
		if (sound.includes(rule)) continue;
		const together = slices.get(rule);
		if (together !== undefined && outcome !== 'fail') {
			if (together[0] !== rule) continue;
			const names = together.map(({ slice = '' }) => slice.slice(slice.indexOf('=') + 1)).join(', ');
			rows.push([
				cell(outcome),
				printable(named(id.slice(0, id.lastIndexOf(' (')), tier)),
				printable(`${plural(together.length, 'slice')} (--explain shows each): ${names}`),
			]);
			continue;
		}
		rows.push([cell(outcome), printable(named(id, tier)), printable(reason)]);
	}
	if (sound.length > 0) {
		const names = sound.map(({ id }) => id.slice(validityPrefix.length)).join(', ');
		rows.push([cell('pass'), 'records', names]);
	}
	const columns = [{ title: 'outcome' }, { title: 'rule' }, { title: 'reason', flexible: true }];
	return [table(columns, rows, terminal), ...boundsNote(rules, terminal)].join('\n');
}

function named(id: string, tier: RuleResult['tier']): string {
	return tier === 'advisory' ? `${id} (advisory)` : id;
}

/** For each rule on a slice, those of the same rule and outcome, in their order. */
function slicesOf(rules: readonly RuleResult[]): ReadonlyMap<RuleResult, readonly RuleResult[]> {
	const byKind = new Map<string, RuleResult[]>();
	const groups = new Map<RuleResult, readonly RuleResult[]>();
	for (const rule of rules) {
		if (rule.slice === undefined) continue;
		const key = `${rule.outcome} ${rule.id.slice(0, rule.id.length - rule.slice.length)}`;
		const group = byKind.get(key) ?? [];
		group.push(rule);
		byKind.set(key, group);
		groups.set(rule, group);
	}
	return groups;
}

/** How sure "at least" and "at most" are, where a rule says them. */
function boundsNote(rules: readonly RuleResult[], terminal: Terminal): string[] {
	const levels = new Set(
		rules.flatMap(({ alpha }) => (alpha === undefined ? [] : [Number(((1 - alpha) * 100).toPrecision(6))])),
	);
	if (levels.size === 0) return [];
	const shown = [...levels].sort((a, b) => a - b).map((level) => `${level} %`);
	const note = `“at least” and “at most” are one-sided bounds of ${shown.join(' or ')}; “between” is both of them`;
	return ['', terminal.paint('dim', wrap(note, terminal))];
}

function offences(rules: readonly RuleResult[], terminal: Terminal): string[] {
	const told = new Set<string>();
	return rules.flatMap(({ id, metric, offences: found }) => {
		// Several conditions on one metric were broken by the same answers.
		if (found === undefined || told.has(metric)) return [];
		told.add(metric);
		const shown = found.slice(0, shownQuestions).map((offence) => offenceLine(offence, terminal));
		const more = found.length - shown.length;
		const rest = more > 0 ? [`  and ${more} more (--json lists all)`] : [];
		return [
			[
				`${terminal.paint('bad', '✖')} ${printable(id)}: ${plural(found.length, 'violation')}`,
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
