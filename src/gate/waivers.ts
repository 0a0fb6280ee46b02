import { checkFault, remoteCheckFault } from './check-fault.ts';
import { type AbsoluteCondition, type Condition, parseCheck, parseMargin } from './condition.ts';
import type { ReadGateFile } from './read-gate-file.ts';
import type { RemoteRule, Rule, Waiver } from './rule.ts';
import { validityPrefix } from './validity-rule.ts';

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
const dayMs = 86_400_000;

/** Whether a waiver stands in for its rule at that time: until its last day is over in UTC, and never at no time. */
export function waiverState({ until }: Pick<Waiver, 'until'>, evaluatedAt: string): 'in force' | 'expired' {
	const at = isoTime.test(evaluatedAt) ? Date.parse(evaluatedAt) : Number.NaN;
	return at < Date.parse(`${until}T00:00:00Z`) + dayMs ? 'in force' : 'expired';
}

/** The ids of a gate file, those of rules that could not be read among them. */
export interface KnownIds {
	/** For every id, those of the rule's conditions. */
	readonly parts: ReadonlyMap<string, readonly string[]>;
	/** false when the id of a rule could not be read. */
	readonly complete: boolean;
}

/**
 * The rules with the waivers of a gate file, as far as those could be read; `wrong` is told of every waiver that is
 * none, by its index and key.
 */
export function withWaivers(
	rules: readonly (Rule | RemoteRule)[],
	entries: ReadGateFile['waivers'],
	known: KnownIds,
	wrong: (index: number, key: string, message: string) => void,
): (Rule | RemoteRule)[] {
	const waivers = new Map<string, Waiver>();
	const named = new Set<string>();
	for (const [index, entry] of entries.entries()) {
		const { rule: name, limit, until, by, reason } = entry?.keys ?? {};
		if (name === undefined) continue;
		const unfit = nameFault(name, known);
		if (unfit !== undefined) {
			wrong(index, 'rule', unfit);
			continue;
		}
		if (named.has(name)) wrong(index, 'rule', `"${name}" is waived twice; expected one waiver a rule`);
		named.add(name);
		const rule = rules.find(({ id }) => id === name);
		if (rule === undefined) continue;
		if (rule.condition.kind === 'events') {
			wrong(
				index,
				'rule',
				`"${name}": a waiver never covers max_events; who must let a violation pass changes the rule itself`,
			);
			continue;
		}
		if (limit === undefined) continue;
		const condition = standIn(limit, rule, rule.condition);
		if (typeof condition === 'string') {
			wrong(index, 'limit', condition);
			continue;
		}
		if (until === undefined || by === undefined || reason === undefined) continue;
		waivers.set(name, { until, by, reason, condition });
	}
	return rules.map((rule) => {
		const waiver = waivers.get(rule.id);
		return waiver === undefined ? rule : { ...rule, waiver };
	});
}

function nameFault(name: string, { parts, complete }: KnownIds): string | undefined {
	const conditions = parts.get(name);
	if (conditions === undefined) {
		if (!complete) return undefined;
		return name.startsWith(validityPrefix)
			? `"${name}": a waiver never covers the record checks, without which no rule means anything; expected the id of a rule`
			: `there is no rule "${name}"; expected one of: ${[...new Set([...parts.values()].flat())].join(', ')}`;
	}
	if (conditions.length <= 1) return undefined;
	const waivable = conditions.filter((id) => !id.endsWith('/max_events'));
	return `"${name}" has several conditions, and a waiver covers one; expected ${waivable.join(' or ')}`;
}

/** The condition that stands in for a rule's: of the same kind, and laxer; else a sentence that says what is wrong. */
function standIn(
	text: string,
	rule: Rule | RemoteRule,
	own: Exclude<Condition, { kind: 'events' }>,
): Condition | string {
	if (own.kind === 'absolute') return laxerCheck(text, rule, own);
	const [, given] = /^\s*non_inferior\s+(.*)$/s.exec(text) ?? [];
	const wanted = `expected a laxer margin of the kind of the rule's own, "${own.text}"`;
	// Only metrics of a run are compared with a baseline's.
	if (given === undefined || 'remote' in rule) return `"${text}": ${wanted}`;
	const condition = parseMargin(given, rule.metric.unit);
	if (typeof condition === 'string') return condition;
	if (condition.kind !== 'relative' || condition.form !== own.form) return `"${text}": ${wanted}`;
	return condition.margin > own.margin ? condition : noLaxer(text, own);
}

function laxerCheck(text: string, rule: Rule | RemoteRule, own: AbsoluteCondition): Condition | string {
	const condition = parseCheck(text);
	const side = own.operator.startsWith('<') ? '<' : '>';
	const wanted = `expected a laxer limit of the kind of the rule's own, "${own.text}"`;
	if (typeof condition === 'string') return `"${text}": ${wanted}`;
	if (condition.subject !== own.subject || !condition.operator.startsWith(side))
		return `"${text}": ${wanted}`;
	const fault = 'remote' in rule ? remoteCheckFault(condition) : checkFault(condition, rule.metric);
	if (fault !== undefined) return fault;
	const laxer = side === '<' ? condition.limit > own.limit : condition.limit < own.limit;
	return laxer ? condition : noLaxer(text, own);
}

function noLaxer(text: string, own: Condition): string {
	return `"${text}" allows no more than the rule's own "${own.text}"; expected a laxer limit`;
}
