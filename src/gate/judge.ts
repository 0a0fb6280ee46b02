import type { Pairing } from '../compare/pairing.ts';
import { groupUnits, positionsByGroup, type Units, unitsAt } from '../compare/units.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Metric, Metrics } from '../model/metric.ts';
import type { RuleResult } from '../model/verdict.ts';
import { type Condition, formOf } from './condition.ts';
import { judgeBounds } from './judge-bounds.ts';
import { judgePoint } from './judge-point.ts';
import { judgeLatency } from './loop-delay.ts';
import type { Rule } from './rule.ts';
import { ruleResult, waivedCondition } from './rule-result.ts';
import { missingPart, type Part, type Scope } from './scope.ts';
import { adjustSlices } from './slices.ts';

/** A run that rules are judged on, and its baseline. */
export interface Judged {
	readonly candidate: RunFacts;
	/** All of its questions. */
	readonly questions: Units;
	/** The baseline with its pairs, or why there is none to compare with. */
	readonly before:
		| { readonly baseline: RunFacts; readonly pairing: Pairing; readonly pairs: Units }
		| { readonly missingRun: string };
	readonly evaluatedAt: string;
	/** Of what is drawn at random. */
	readonly seed: number;
}

/** Judges one rule, slice by slice if it has any; nothing missing, too small or errored ever passes. */
export function judgeRule(rule: Rule, judged: Judged): RuleResult[] {
	const result = (part: Part, slice?: string, used = false): RuleResult => {
		const offences = offencesOf(rule, judged.candidate);
		const id = slice === undefined ? rule.id : `${rule.id} (${slice})`;
		return {
			...ruleResult({ ...rule, id }, part, judged.evaluatedAt, used),
			...(slice !== undefined && { slice }),
			...(offences.length > 0 && part.outcome !== 'pass' && { offences }),
		};
	};
	const own = judgeBy(rule, rule.condition, judged);
	if ('missing' in own) return [result(missingPart(own.missing))];
	const waived = waivedCondition(rule, judged.evaluatedAt);
	const byWaiver = waived && judgeBy(rule, waived, judged);
	const results = own.map(({ part, slice }, index) => {
		const other = byWaiver === undefined || 'missing' in byWaiver ? undefined : byWaiver[index]?.part;
		if (other === undefined || part.outcome === 'pass') return result(part, slice);
		return result(other, slice, other.outcome === 'pass');
	});
	const left = rule.per === undefined ? undefined : outsideSlices(rule.per, judged.candidate);
	return left === undefined ? results : [...results, result(missingPart(left))];
}

/** What one condition of a rule comes to, for all questions or each slice of them. */
function judgeBy(
	rule: Rule,
	condition: Condition,
	judged: Judged,
): { part: Part; slice?: string | undefined }[] | { readonly missing: string } {
	const scopes = scopesOf(rule, condition, judged);
	if ('missing' in scopes) return scopes;
	const parts = scopes.map(({ scope, slice }) => ({ part: judgeScope(scope), slice }));
	return rule.per === undefined ? parts : adjustSlices(parts, rule);
}

/** What keeps slices from being all of the questions: those that are in none are judged by none. */
function outsideSlices(key: string, { questions, samples }: RunFacts): string | undefined {
	const groups = samples?.tag(key);
	const left: string[] = [];
	for (let index = 0; index < questions.size; index++) {
		if (groups === undefined || groups.of(index) < 0) left.push(questions.ids.at(index));
	}
	if (left.length === 0) return undefined;
	return `${left.length} of ${questions.size} questions have no tag "${key}", so no slice judges them: ${left.slice(0, 3).join(', ')}`;
}

function offencesOf({ metric }: Rule, { offences }: RunFacts) {
	return offences.filter(
		({ kind, check }) => kind === metric.concern && (metric.check === undefined || check === metric.check),
	);
}

function judgeScope(scope: Scope): Part {
	const { rule, condition, candidate, baseline } = scope;
	const judge = (each: Scope) =>
		condition.kind === 'events' || (condition.kind === 'absolute' && condition.subject === 'value')
			? judgePoint(each, condition)
			: judgeBounds(each, condition);
	if (rule.metric.unit !== 'ms') return judge(scope);
	const compared = condition.kind === 'relative' && 'facts' in baseline ? baseline : undefined;
	return judgeLatency(
		{ run: candidate.run, metric: scope.after },
		compared && { run: compared.facts.run, metric: compared.metric },
		(after, before) =>
			judge({
				...scope,
				after: after.metric,
				baseline: compared && before ? { ...compared, metric: before.metric } : baseline,
				delay: { after: after.delayMs, before: before?.delayMs ?? 0 },
			}),
	);
}

interface SlicedScope {
	readonly scope: Scope;
	readonly slice?: string;
}

/** What the rule is judged on: all questions, or each slice of them. */
function scopesOf(
	rule: Rule,
	condition: Condition,
	{ candidate, questions, before, seed }: Judged,
): SlicedScope[] | { readonly missing: string } {
	const { name } = rule.metric;
	const ungrouped = formOf(condition) === undefined ? undefined : noGroups(rule, candidate);
	if (ungrouped !== undefined) return { missing: ungrouped };
	const compares = condition.kind === 'relative' && 'pairing' in before;
	const all = compares ? before.pairs : questions;
	const scope = (units: Units, after: Metrics, old: Metrics | undefined): Scope => ({
		rule,
		condition,
		candidate,
		after: own(after, name) ?? { missing: `the candidate has no metric ${name}` },
		baseline:
			'baseline' in before
				? {
						facts: before.baseline,
						metric: (old && own(old, name)) ?? { missing: `the baseline has no metric ${name}` },
					}
				: before,
		units: groupedBy(rule, units, candidate),
		unpaired: compares ? before.pairing.onlyBaseline.length + before.pairing.onlyCandidate.length : 0,
		seed,
	});
	if (rule.per === undefined) {
		const old = 'baseline' in before ? before.baseline.metrics() : undefined;
		return [{ scope: scope(all, candidate.metrics(), old) }];
	}
	const groups = candidate.samples?.tag(rule.per);
	if (groups === undefined || groups.names.length === 0) {
		return { missing: `no question has the tag "${rule.per}", by which ${rule.id} is judged` };
	}
	const key = rule.per;
	const positions = positionsByGroup(all, groups);
	return groups.names
		.map((value, number) => ({ slice: `${rule.per}=${value}`, value, number }))
		.sort((a, b) => (a.slice < b.slice ? -1 : 1))
		.map(({ slice, value, number }) => ({
			slice,
			scope: scope(
				unitsAt(all, positions[number] as Uint32Array),
				candidate.slice(key, value),
				'baseline' in before ? before.baseline.slice(key, value) : undefined,
			),
		}));
}

/** The units, grouped as the rule says. */
export function groupedBy({ clusterBy }: Rule, units: Units, { samples }: RunFacts): Units {
	if (clusterBy === undefined) return units;
	return groupUnits(units, clusterBy.by === 'cluster' ? samples?.clusters : samples?.tag(clusterBy.key));
}

/** A grouping that no question has would be none, and the bounds nearer than who wrote the rule believes. */
function noGroups({ id, clusterBy }: Rule, { samples }: RunFacts): string | undefined {
	if (clusterBy === undefined) return undefined;
	const isTag = clusterBy.by === 'tag';
	const groups = isTag ? samples?.tag(clusterBy.key) : samples?.clusters;
	if (groups !== undefined && groups.names.length > 0) return undefined;
	return `no question has ${isTag ? `the tag "${clusterBy.key}"` : 'a cluster'}, by which ${id} groups them`;
}

/** A scorer may be named like a member that every object has. */
function own(metrics: Metrics, name: string): Metric | undefined {
	return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}
