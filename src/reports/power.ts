import type { Unit } from '../model/metric.ts';
import type { MarginPlan, PowerPlan } from '../model/power-plan.ts';
import { type Column, table } from './table.ts';
import { printable, type Terminal, wrap } from './terminal.ts';
import { formatMetric, plural } from './values.ts';

const right = 'right' as const;
const grouped = new Intl.NumberFormat('en');

/** A plan for a terminal: what it rests on, the questions that each margin needs, and what repeats would change. */
export function textPower(plan: PowerPlan, terminal: Terminal): string {
	return [
		heading(plan, terminal),
		wrap(basis(plan), terminal),
		marginsTable(plan, terminal),
		repeatsTable(plan, terminal),
		plan.notes.map((note) => wrap(printable(note), terminal)).join('\n'),
		wrap(reading(plan), terminal),
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

function heading({ suite, metric, run, baseline }: PowerPlan, terminal: Terminal): string {
	const title = `${terminal.paint('bold', printable(suite))}  ${printable(metric)}`;
	const runs = [...(baseline ? [baseline] : []), run];
	const name = runs.map(({ target }) => printable(target)).join(' → ');
	const ids = terminal.paint('dim', runs.map(({ id }) => `@${printable(id)}`).join(' '));
	return wrap(`${title}  ${name}  ${ids}`, terminal);
}

function basis({ questions, baseline, discordant, sd, unit }: PowerPlan): string {
	const pairs = `${questions} paired question${questions === 1 ? '' : 's'}`;
	if (discordant !== undefined) {
		const { gained, lost } = discordant;
		return `Of ${pairs} ${gained + lost} differ: ${gained} gained, ${lost} lost; planned as if as many were gained as lost.`;
	}
	const spread =
		sd === undefined ? '' : `; standard deviation ${baseline ? 'of a difference ' : ''}${inUnit(sd, unit)}`;
	return `${baseline ? pairs : plural(questions, 'question')}${spread}.`;
}

function marginsTable({ margins, detectable, questions, unit }: PowerPlan, terminal: Terminal): string {
	if (margins.length === 0 && detectable === undefined) return '';
	const relative = margins.some(({ margin }) => /x$/i.test(margin));
	const rows = margins.map((each) => [
		printable(each.margin),
		...(relative ? [inUnit(each.change, unit)] : []),
		count(each),
		enough(each, questions, terminal),
	]);
	if (detectable !== undefined) {
		rows.push([
			...(relative ? ['', inUnit(detectable, unit)] : [inUnit(detectable, unit)]),
			grouped.format(questions),
			'what the present set shows',
		]);
	}
	const columns: Column[] = [
		{ title: 'margin', align: right },
		...(relative ? [{ title: 'a question', align: right }] : []),
		{ title: 'questions needed', align: right },
		{ title: '', flexible: true },
	];
	return table(columns, rows, terminal);
}

function enough({ questions: needed }: MarginPlan, present: number, terminal: Terminal): string {
	if (needed === undefined) return '';
	return needed <= present
		? terminal.paint('good', '✔ the present set is enough')
		: `${grouped.format(needed - present)} more`;
}

function repeatsTable({ byRepeats, variance, unit, margins }: PowerPlan, terminal: Terminal): string {
	if (byRepeats === undefined || variance === undefined) return '';
	const columns: Column[] = [
		{ title: 'each asked', align: right },
		...margins.map(({ margin }) => ({ title: printable(margin), align: right })),
		{ title: 'the present set shows', align: right },
	];
	const rows = byRepeats.map(({ repeats, margins: plans, detectable }) => [
		repeats === 1 ? 'once' : `${repeats} times`,
		...plans.map(count),
		inUnit(detectable, unit),
	]);
	const { between, within } = variance;
	const share = between + within === 0 ? 0 : within / (between + within);
	return [
		wrap(
			`Variance between questions ${digits(between)}, within one ${digits(within)} (${(share * 100).toFixed(0)} % of one trial’s). Questions needed, by repeats:`,
			terminal,
		),
		table(columns, rows, terminal),
	].join('\n');
}

function count({ questions }: MarginPlan): string {
	return questions === undefined ? '–' : grouped.format(questions);
}

/** What the numbers promise, in a sentence. */
function reading({ alpha, power, method, baseline, margins }: PowerPlan): string {
	if (margins.length === 0) return '';
	const who =
		baseline === undefined
			? 'a run that is better than its limit by the margin'
			: 'a candidate that is truly as good as its baseline';
	return `With so many questions ${who} passes ${percent(power)} of the time (${method}, one-sided alpha ${alpha}${baseline === undefined ? '' : ', non_inferior by the margin'}).`;
}

function inUnit(value: number, unit: Unit): string {
	return unit === 'share'
		? `${(value * 100).toFixed(value < 0.001 ? 2 : 1)} pp`
		: formatMetric({ value, n: 0, unit });
}

function digits(value: number): string {
	return String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
	return `${Number((share * 100).toPrecision(4))} %`;
}
