import type { Unit } from '../model/metric.ts';
import type { MarginPlan, PowerPlan, RulePlan } from '../model/power-plan.ts';
import { type Column, table } from './table.ts';
import { printable, type Terminal, widthOf, wrap } from './terminal.ts';
import { formatMetric, plural } from './values.ts';

const right = 'right' as const;
const grouped = new Intl.NumberFormat('en');

/** A plan for a terminal: what it rests on, the questions that the gate and each margin need, and what repeats would change. */
export function textPower(plan: PowerPlan, terminal: Terminal): string {
	return [
		heading(plan, terminal),
		wrap(basis(plan), terminal),
		rulesTable(plan, terminal),
		marginsTable(plan, terminal),
		repeatsPart(plan, terminal),
		plan.notes.map((note) => wrap(printable(note), terminal)).join('\n'),
		powerSentences(plan)
			.map((sentence) => wrap(sentence, terminal))
			.join('\n'),
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

function heading({ suite, metric, run, baseline }: PowerPlan, terminal: Terminal): string {
	const runs = baseline ? { baseline, candidate: run } : { run };
	const widest = Math.max(...Object.keys(runs).map(widthOf));
	const lines = Object.entries(runs).map(([role, { id, target }]) => {
		const of = target === role ? '' : `  (${printable(target)})`;
		return wrap(`${role.padEnd(widest)}  @${printable(id)}${of}`, terminal);
	});
	const title = `${terminal.paint('bold', printable(suite))}  ${printable(metric)}`;
	return [wrap(title, terminal), ...lines].join('\n');
}

function basis(plan: PowerPlan): string {
	const { questions, baseline, discordant, mean, sd, unit, provided } = plan;
	if (discordant !== undefined) {
		const { gained, lost } = discordant;
		const differ = `${gained + lost} ${gained + lost === 1 ? 'differs' : 'differ'}`;
		return `Of ${plural(questions, 'paired question')} ${differ}: ${gained} gained, ${lost} lost; planned as if as many were gained as lost.`;
	}
	const count = plural(questions, baseline ? 'paired question' : 'question');
	const spread =
		sd === undefined ? '' : `; standard deviation ${baseline ? 'of a difference ' : ''}${inUnit(sd, unit)}`;
	if (baseline !== undefined) return `${count}${spread}.`;
	if (provided === 'no violation occurs') return `None of ${count} had a violation.`;
	const value = formatMetric({ value: mean, n: 0, unit });
	if (provided !== undefined) return `${count}, each with the value ${value}.`;
	if (isShareOfOne(plan)) return `${count}; planned for a true rate of ${value}, which is the run’s.`;
	return `${count}; mean ${value}${spread}.`;
}

function rulesTable({ rules, questions, power }: PowerPlan, terminal: Terminal): string {
	if (rules.length === 0) return '';
	const rows = rules.map((rule) => [
		printable(rule.id),
		printable(rule.condition),
		count(rule),
		rule.problem ?? rested(rule, questions, power, terminal),
	]);
	const columns: Column[] = [
		{ title: 'rule' },
		{ title: 'condition' },
		{ title: 'questions needed', align: right },
		{ title: '', flexible: true },
	];
	return table(columns, rows, terminal);
}

/** What the questions there are would do for a rule. */
function rested(rule: RulePlan, questions: number, power: number, terminal: Terminal): string {
	if (rule.per !== undefined) return `for each value of tag:${printable(rule.per)}`;
	const { chance } = rule;
	const shown = enough(rule, questions, terminal);
	return chance === undefined || chance >= power
		? shown
		: `${shown === '' ? '' : `${shown}; `}now it would pass ${percent(chance, 2)} of the time`;
}

function marginsTable(plan: PowerPlan, terminal: Terminal): string {
	const { margins, detectable, questions, unit, rules, better } = plan;
	if (margins.length === 0 && detectable === undefined) return '';
	const relative = margins.some(({ margin }) => /x$/i.test(margin));
	const ofOne = isShareOfOne(plan);
	// From 0 or 1 on, the margin is the limit.
	const named = !(ofOne && plan.provided !== undefined);
	const rowOf = (margin: string, change: number, ...rest: string[]) => [
		...(named ? [margin] : []),
		...(relative ? [inUnit(change, unit)] : []),
		...(ofOne ? [limitOf(plan, change)] : []),
		...rest,
	];
	const rows = margins.map((each) =>
		rowOf(printable(each.margin), each.change, count(each), enough(each, questions, terminal)),
	);
	if (detectable !== undefined) {
		const margin = relative ? '' : inUnit(detectable, unit);
		rows.push(rowOf(margin, detectable, grouped.format(questions), 'what the present set shows'));
	}
	const columns: Column[] = [
		...(named ? [{ title: 'margin', align: right }] : []),
		...(relative ? [{ title: 'a question', align: right }] : []),
		...(ofOne ? [{ title: better === 'lower' ? 'rate below' : 'rate above', align: right }] : []),
		{ title: 'questions needed', align: right },
		{ title: '', flexible: true },
	];
	const other = rules.length === 0 ? '' : 'Other margins:\n';
	return `${other}${table(columns, rows, terminal)}`;
}

function enough({ questions: needed }: Pick<MarginPlan, 'questions'>, present: number, terminal: Terminal) {
	if (needed === undefined) return '';
	return needed <= present
		? terminal.paint('good', '✔ the present set is enough')
		: `${grouped.format(needed - present)} more`;
}

function repeatsPart({ byRepeats, variance, unit, margins }: PowerPlan, terminal: Terminal): string {
	if (byRepeats === undefined || variance === undefined) return '';
	const { between, within } = variance;
	if (within === 0) {
		return wrap('Repeats would not help: each question came out the same each time.', terminal);
	}
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
	const share = percent(within / (between + within), 2);
	return [
		wrap(
			`Of how much single trials vary, ${share} is chance from one trial of a question to the next, which repeats average out; the rest is that questions differ, for which only more questions help. Questions needed, by repeats:`,
			terminal,
		),
		table(columns, rows, terminal),
	].join('\n');
}

function count({ questions }: Pick<MarginPlan, 'questions'>): string {
	return questions === undefined ? '–' : grouped.format(questions);
}

/** What the numbers of a plan promise and by which method, a sentence for each kind of promise. */
function powerSentences(plan: PowerPlan): string[] {
	const ofMargins = plan.margins.length === 0 ? [] : [marginsSentence(plan)].filter((each) => each !== '');
	// Of a pair the rules that compare are of the margins' kind; so are, of one run, the others.
	const isAlike = ({ value, method, provided }: RulePlan) =>
		(value === undefined) === (plan.baseline !== undefined) &&
		method === plan.method &&
		provided === plan.provided;
	const others = plan.rules.filter(
		(rule) => rule.problem === undefined && !(isAlike(rule) && rule.alpha === plan.alpha),
	);
	return [...new Set([...others.map((rule) => ruleSentence(rule, plan)), ...ofMargins])];
}

function marginsSentence(plan: PowerPlan): string {
	const { alpha, power, method, baseline, margins, provided, questions, mean, unit } = plan;
	if (provided !== undefined) {
		const told = margins.filter((each) => each.questions !== undefined);
		const example = told.findLast((each) => (each.questions ?? 0) > questions) ?? told[0];
		if (example === undefined) return '';
		const { change, margin } = example;
		const needed = count(example);
		const shows =
			baseline !== undefined
				? `${needed} pairs show a change for the worse of less than ${printable(margin)}`
				: isShareOfOne(plan)
					? `${needed} questions show a rate ${side(plan)} ${limitOf(plan, change)}`
					: `${needed} questions show a value less than ${inUnit(change, unit)} worse`;
		return `If ${provided}, ${shows} (${method}, one-sided alpha ${alpha}). How often that comes true cannot be told: nothing varied.`;
	}
	const often = `${percent(power)} of the time`;
	if (baseline !== undefined) {
		return `With so many questions a candidate that is truly as good as its baseline passes ${often} (${method}, one-sided alpha ${alpha}, non_inferior by the margin).`;
	}
	const how = `(${method}, one-sided alpha ${alpha})`;
	return isShareOfOne(plan)
		? `With so many questions a run whose true rate is ${formatMetric({ value: mean, n: 0, unit })} shows it to be ${side(plan)} the limit ${often} ${how}.`
		: `With so many questions a run that is better than its limit by the margin passes ${often} ${how}.`;
}

function ruleSentence(
	{ id, method, alpha, value, provided }: RulePlan,
	{ power, unit, run }: PowerPlan,
): string {
	const how = `(${method}, one-sided alpha ${alpha})`;
	if (provided !== undefined) {
		return `Rule ${id}: if ${provided}, so many questions pass it ${how}. How often that comes true cannot be told.`;
	}
	const who =
		value === undefined
			? 'a candidate that is truly as good as its baseline'
			: `a run whose true value is ${formatMetric({ value, n: 0, unit })}, that of @${printable(run.id)},`;
	return `Rule ${id}: with so many questions ${who} passes ${percent(power)} of the time ${how}.`;
}

/** Whether what is planned is the share of one run, judged by Clopper-Pearson's bound. */
function isShareOfOne({ baseline, unit, method }: PowerPlan): boolean {
	return baseline === undefined && unit === 'share' && method === 'Clopper-Pearson';
}

/** The limit that lies so far on the worse side of the run's share; a dash where there is none. */
function limitOf({ better, mean }: PowerPlan, change: number): string {
	const limit = better === 'lower' ? mean + change : mean - change;
	return limit > 0 && limit < 1 ? percent(limit, 3) : '–';
}

function side({ better }: PowerPlan): string {
	return better === 'lower' ? 'below' : 'above';
}

/** A value or a change in the metric's unit; one of shares in percentage points. */
function inUnit(value: number, unit: Unit): string {
	return unit === 'share'
		? `${(value * 100).toFixed(value < 0.001 ? 2 : 1)} pp`
		: formatMetric({ value, n: 0, unit });
}

/** A share in percent, with so many digits. */
function percent(share: number, digits = 4): string {
	return `${Number((share * 100).toPrecision(digits))} %`;
}
