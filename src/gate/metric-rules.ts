import { methodsFor, ungrouped } from '../compare/methods.ts';
import { oneOf } from '../config/issue-words.ts';
import type { MetricInfo } from '../model/metric.ts';
import { checkFault } from './check-fault.ts';
import { type Condition, eventsCondition, formOf, parseCheck, parseMargin } from './condition.ts';
import type { ReadRule } from './read-gate-file.ts';
import type { Grouping, Rule } from './rule.ts';
import type { GateFile } from './schema.ts';

type Entry = ReadRule['keys'];
type Wrong = (key: string, message: string) => void;

/** The keys of a rule that hold its conditions; a rule with several is shown as `<id>/<key>`, one by one. */
export const conditionKeys = ['max_events', 'check', 'non_inferior'] as const;

/** The rules of one entry, one for each of its conditions; `wrong` is told, by its key, of each that is none. */
export function metricRules(
	{ keys: entry, unread }: ReadRule,
	metric: MetricInfo,
	defaults: GateFile['defaults'],
	partId: (key: string) => string,
	wrong: Wrong,
): Rule[] {
	const given = {
		...(entry.max_events !== undefined && { max_events: eventsCondition(entry.max_events, metric.unit) }),
		...(entry.check !== undefined && { check: parseCheck(entry.check) }),
		...(entry.non_inferior !== undefined && { non_inferior: parseMargin(entry.non_inferior, metric.unit) }),
	};
	const conditions = new Map<string, Condition>();
	let whole = !conditionKeys.some((key) => unread.has(key));
	for (const [key, condition] of Object.entries(given)) {
		const fault = typeof condition === 'string' ? condition : checkFault(condition, metric);
		if (typeof condition === 'string' || fault !== undefined) {
			wrong(key, fault ?? String(condition));
			whole = false;
		} else {
			conditions.set(key, condition);
		}
	}
	// A condition that could not be read may be the one that the other keys are about.
	if (whole) checkBoundKeys(entry, [...conditions.values()], wrong);
	checkMethod(entry, metric, conditions, wrong);
	checkGrouping(entry, defaults, wrong);
	checkSlices(entry, defaults, wrong);
	const clusterBy = groupingOf(entry.cluster_by ?? defaults.cluster_by);
	return [...conditions].map(([key, condition]) => {
		const bounded = formOf(condition) !== undefined;
		return {
			id: partId(key),
			metric,
			condition,
			minSamples: entry.min_samples ?? defaults.min_samples,
			tier: entry.tier ?? defaults.tier,
			alpha: entry.alpha ?? defaults.alpha,
			...(bounded && entry.method !== undefined && { method: entry.method }),
			onMissing: entry.on_missing ?? defaults.on_missing,
			...(condition.kind !== 'events' && clusterBy !== undefined && { clusterBy }),
			...(entry.per !== undefined && { per: tagOf(entry.per) }),
			adjust: bounded && entry.per !== undefined ? (entry.adjust ?? 'holm') : 'none',
		};
	});
}

/** What says how bounds are computed would look as if it did something where there are none. */
function checkBoundKeys(entry: Entry, conditions: readonly Condition[], wrong: Wrong): void {
	if (conditions.some((condition) => formOf(condition) !== undefined)) return;
	for (const key of ['alpha', 'method', 'cluster_by'] as const) {
		if (entry[key] === undefined) continue;
		wrong(
			key,
			'is about bounds, and this rule has none; expected a check on lower or upper, or non_inferior',
		);
	}
	if (entry.adjust === 'holm' && entry.per !== undefined) {
		wrong(
			'adjust',
			'holm adjusts what bounds are tested by, and this rule has none; expected a check on lower or upper, or non_inferior',
		);
	}
}

function checkMethod(
	{ method }: Entry,
	metric: MetricInfo,
	conditions: ReadonlyMap<string, Condition>,
	wrong: Wrong,
): void {
	if (method === undefined) return;
	for (const condition of conditions.values()) {
		const form = formOf(condition);
		if (form === undefined) continue;
		const fitting = methodsFor(metric, form);
		if (fitting.includes(method)) continue;
		const apart = conditions.size > 1 ? ', or rules of their own for the conditions' : '';
		wrong(
			'method',
			`"${method}" does not fit "${condition.text}" of ${metric.name}; expected ${oneOf(fitting)}${apart}`,
		);
	}
}

function checkGrouping(
	{ method, cluster_by: own }: Entry,
	defaults: GateFile['defaults'],
	wrong: Wrong,
): void {
	const by = own ?? defaults.cluster_by;
	if (method === undefined || by === undefined || !ungrouped.has(method)) return;
	wrong(
		'method',
		`"${method}" takes each question for itself, and cluster_by groups them by ${by}; expected no method, or one that allows for groups`,
	);
}

function checkSlices(
	{ per, adjust, max_events: maxEvents, cluster_by: own }: Entry,
	{ cluster_by: clusterBy }: GateFile['defaults'],
	wrong: Wrong,
): void {
	if (per === undefined) {
		if (adjust !== undefined)
			wrong('adjust', 'is about the slices of `per`; expected e.g. `per: tag:lang` beside it');
		return;
	}
	if (maxEvents !== undefined) {
		wrong(
			'per',
			'has no slices for max_events, which counts what the whole run did; expected a rule of its own for max_events',
		);
	}
	if (per === (own ?? clusterBy)) {
		wrong(
			'per',
			`${per} groups the questions too, so each slice would be one group; expected another cluster_by`,
		);
	}
}

/** The tag's key of `tag:<key>`. */
export function tagOf(text: string): string {
	return text.slice('tag:'.length);
}

/** What `cluster_by` groups by; nothing where it is not said. */
export function groupingOf(text: string | undefined): Grouping | undefined {
	if (text === undefined) return undefined;
	return text === 'cluster' ? { by: 'cluster' } : { by: 'tag', key: tagOf(text) };
}
