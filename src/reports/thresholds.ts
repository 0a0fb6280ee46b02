import { methodLabel, methodNames, methodsFor } from '../compare/methods.ts';
import { durationText } from '../config/duration.ts';
import { formOf } from '../gate/condition.ts';
import type { Gate, Grouping, RemoteRule, Rule } from '../gate/rule.ts';
import { waiverState } from '../gate/waivers.ts';
import type { RemoteQuery } from '../model/answer.ts';
import type { WaiverResult } from '../model/verdict.ts';
import { table } from './table.ts';
import { printable, type Terminal, wrap } from './terminal.ts';

/** One condition that a release must keep, as `spangate thresholds --json` prints it. */
export interface Threshold {
	readonly id: string;
	readonly metric: string;
	readonly check: string;
	readonly query?: RemoteQuery;
	readonly quantile?: number;
	/** How it is judged, by its textbook name, unless the data ask for another method. */
	readonly method: string;
	/** The one-sided error of its bounds, where it is judged by bounds. */
	readonly alpha?: number;
	readonly per?: string;
	readonly adjust?: 'holm' | 'none';
	readonly cluster_by?: string;
	readonly min_samples: number;
	readonly on_missing: 'inconclusive' | 'fail';
	readonly tier: 'critical' | 'advisory';
	readonly waiver?: Omit<WaiverResult, 'used'>;
}

/** What a release must show, each rule in words; waivers are judged as of `now`, an ISO 8601 time. */
export function thresholdsOf({ rules }: Gate, now: string): Threshold[] {
	return rules.map((rule) => {
		const { id, metric, condition, minSamples, onMissing, tier, alpha, waiver } = rule;
		const bounded = formOf(condition) !== undefined;
		return {
			id,
			metric: metric.name,
			check: condition.text,
			...('remote' in rule ? askedOf(rule) : { method: methodOf(rule) }),
			...(bounded && { alpha }),
			...('per' in rule && rule.per !== undefined && { per: `tag:${rule.per}`, adjust: rule.adjust }),
			...('clusterBy' in rule && bounded && rule.clusterBy && { cluster_by: groupingText(rule.clusterBy) }),
			min_samples: minSamples,
			on_missing: onMissing,
			tier,
			...(waiver && {
				waiver: {
					until: waiver.until,
					by: waiver.by,
					reason: waiver.reason,
					limit: waiver.condition.text,
					state: waiverState(waiver, now),
				},
			}),
		};
	});
}

function askedOf({ condition, remote }: RemoteRule): Pick<Threshold, 'query' | 'quantile' | 'method'> {
	const { query, quantile } = remote;
	if (quantile !== undefined) return { query, quantile, method: 'bucket edges' };
	return { query, method: condition.subject === 'value' ? 'point estimate' : methodNames['clopper-pearson'] };
}

function methodOf({ metric, condition, method }: Rule): string {
	if (condition.kind === 'events') return 'count';
	const form = formOf(condition);
	const name = form && (method ?? methodsFor(metric, form)[0]);
	return name === undefined ? 'point estimate' : methodLabel(name, metric);
}

function groupingText(grouping: Grouping): string {
	return grouping.by === 'cluster' ? 'cluster' : `tag:${grouping.key}`;
}

/** A terminal narrower than this has no room for a column of methods: those of bounds stand with the thresholds. */
const wide = 100;

/** The rules as a table, then what holds meanwhile, and what every gate demands. */
export function thresholdsText(
	thresholds: readonly Threshold[],
	{ validity, baseline }: Pick<Gate, 'validity' | 'baseline'>,
	terminal: Terminal,
): string {
	const alphas = new Set(thresholds.flatMap(({ alpha }) => alpha ?? []));
	const [alpha] = alphas;
	const inColumn = terminal.columns >= wide;
	const columns = [
		{ title: 'rule' },
		{ title: 'metric' },
		{ title: 'threshold', flexible: true },
		...(inColumn ? [{ title: 'method' }] : []),
		{ title: 'samples', align: 'right' as const },
		{ title: 'tier' },
	];
	const rows = thresholds.map((each) => {
		const method =
			each.alpha === undefined || alphas.size === 1 ? each.method : `${each.method}, α ${each.alpha}`;
		const check = [checkOf(each), ...termsOf(each)].join(', ');
		return [
			printable(each.id),
			printable(each.metric),
			printable(inColumn || each.alpha === undefined ? check : `${check} (${method})`),
			...(inColumn ? [method] : []),
			`>= ${each.min_samples}`,
			each.tier,
		];
	});
	const lines = [
		...(alphas.size === 1 ? [`Bounds: one-sided, each wrong with a chance of at most ${alpha} (α).`] : []),
		...thresholds.flatMap(waiverLine),
		...baselineLine(baseline),
		alwaysLine(validity),
	];
	return [table(columns, rows, terminal), '', ...lines.map((line) => wrap(line, terminal))].join('\n');
}

/** A rule's check and, of a rule that asks a backend, what it asks. */
function checkOf({ check, query, quantile }: Threshold): string {
	if (query === undefined) return check;
	const asked =
		'buckets' in query
			? `p${Number(((quantile ?? 0) * 100).toPrecision(4))} of ${query.buckets}`
			: query.value;
	const window =
		'windowS' in query && query.windowS !== undefined ? `, over ${durationText(query.windowS)}` : '';
	return `${check} of ${asked}${window}`.replace(/\s+/g, ' ');
}

function termsOf({ per, adjust, cluster_by: clusterBy, on_missing: onMissing }: Threshold): string[] {
	return [
		...(per === undefined ? [] : [`per ${per}${adjust === 'holm' ? ' (Holm)' : ''}`]),
		...(clusterBy === undefined ? [] : [`clustered by ${clusterBy}`]),
		...(onMissing === 'fail' ? ['missing is fail'] : []),
	];
}

function waiverLine({ id, waiver }: Threshold): string[] {
	if (waiver === undefined) return [];
	const { until, by, reason, limit, state } = waiver;
	const what =
		state === 'in force'
			? `in force until ${until}: ${limit} in place of the rule’s limit`
			: `expired on ${until}: the rule’s limit holds, not ${limit}`;
	return [printable(`Waiver of ${id}, ${what} (by ${by}: ${reason}).`)];
}

function baselineLine({ maxAgeS, same }: Gate['baseline']): string[] {
	const others = same.filter((part) => part !== 'suite');
	const terms = [
		...(maxAgeS === undefined ? [] : [`at most ${durationText(maxAgeS)} old`]),
		...(others.length === 0 ? [] : [`made with the same ${others.join(', ')}`]),
	];
	return terms.length === 0 ? [] : [`A baseline is compared with only if it is ${terms.join(' and ')}.`];
}

function alwaysLine({ max_error_rate, min_paired, spans }: Gate['validity']): string {
	return (
		'Always: the whole suite asked, every planned trial recorded, the same suite and repeats in both runs, ' +
		`at most ${percent(max_error_rate)} failed trials, at least ${percent(min_paired)} of the questions in both runs` +
		`${spans === undefined ? '' : ', every span of both runs acknowledged by a trace backend'}.`
	);
}

function percent(share: number): string {
	return `${Number((share * 100).toPrecision(12))} %`;
}
