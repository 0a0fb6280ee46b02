import { validityPrefix } from '../gate/validity-rule.ts';
import type { GateResult, RuleResult } from '../model/verdict.ts';
import { fewClusters } from '../stats/clusters.ts';
import { mcnemar } from '../stats/paired-proportions.ts';
import { sources } from './sources.ts';
import { printable, type Terminal, wrap } from './terminal.ts';
import { plural } from './values.ts';

const marks = { pass: '✔', inconclusive: '?', fail: '✖' } as const;
const styles = { pass: 'good', inconclusive: 'unsure', fail: 'bad' } as const;

/** Every rule of a verdict with its numbers, its method and where that is described; of record checks those that do not pass. */
export function explainRules(result: GateResult, terminal: Terminal): string {
	return result.verdict.rules
		.filter(({ id, outcome }) => !id.startsWith(validityPrefix) || outcome !== 'pass')
		.map((rule) => explained(rule, result, terminal))
		.join('\n\n');
}

function explained(rule: RuleResult, result: GateResult, terminal: Terminal): string {
	const { id, outcome, tier, metric, check, reason, method } = rule;
	const limitText = rule.waiver?.used ? `${check}, waived to ${rule.waiver.limit}` : check;
	const title = `${terminal.paint(styles[outcome], `${marks[outcome]} ${outcome}`)}  ${terminal.paint('bold', printable(id))}${tier === 'advisory' ? ' (advisory)' : ''}  ${printable(metric)}: ${printable(limitText)}`;
	const lines = [
		printable(reason),
		numbersOf(rule),
		sizesOf(rule),
		`${method}: ${sources[method] ?? 'see src/gate/README.md'}`,
		discordance(rule, result),
		rule.waiver &&
			`waiver ${rule.waiver.state}: ${printable(rule.waiver.limit)} until ${rule.waiver.until}, by ${printable(rule.waiver.by)}: ${printable(rule.waiver.reason)}`,
	];
	return [
		wrap(title, terminal),
		...lines
			.filter((line) => line !== undefined && line !== '')
			.map((line) => wrap(line as string, terminal, '    ')),
	].join('\n');
}

/** What was seen, its bounds and the limit, all in the same terms. */
function numbersOf({ observed, lower, upper, alpha, limit, pValue }: RuleResult): string {
	const parts = [
		observed !== undefined && `observed ${digits(observed)}`,
		alpha !== undefined &&
			`bounds ${lower === undefined ? '−∞' : digits(lower)} and ${upper === undefined ? '∞' : digits(upper)} (α ${digits(alpha)} on each side)`,
		limit !== undefined && `limit ${digits(limit)}`,
		pValue !== undefined &&
			`p ${Number(pValue.toPrecision(2))} that chance alone would look so bad at the limit (adjusted over the slices)`,
	];
	return parts.filter((part) => part !== false).join(', ');
}

function sizesOf({ samples, questions, clusters, dropped, detectable }: RuleResult): string {
	const parts = [
		`n ${samples}${questions !== undefined && questions !== samples ? ` (${plural(questions, 'question')})` : ''}`,
		clusters !== undefined &&
			`in ${plural(clusters, 'group')}${clusters < fewClusters ? ', which are few to judge by' : ''}`,
		dropped !== undefined && `${plural(dropped.questions, 'question')} left out: ${dropped.why}`,
		detectable !== undefined &&
			`a true distance of ${digits(detectable)} from the limit would be shown with a power of 80 %`,
	];
	return parts.filter((part) => part !== false).join('; ');
}

/** Of shares of paired questions: in how many the runs differ, and how likely that is by chance. */
function discordance(
	{ metric, method, slice }: RuleResult,
	{ regressions, gains }: GateResult,
): string | undefined {
	const isPaired = method === 'Tango score' || method === 'Newcombe hybrid score';
	if (!isPaired || metric !== 'pass_rate' || slice !== undefined) return undefined;
	const pairs = { gained: gains.length, lost: regressions.length };
	if (pairs.gained + pairs.lost === 0) return 'no question differs between the runs';
	const { p } = mcnemar(pairs, 'mid-p');
	return `${pairs.gained} gained, ${pairs.lost} lost: were both as likely, so uneven a split would come with p ${Number(p.toPrecision(2))} (McNemar’s test, mid-p, two-sided; Fagerland, Lydersen & Laake 2013)`;
}

function digits(value: number): string {
	return String(Number(value.toPrecision(4))).replace('-', '−');
}
