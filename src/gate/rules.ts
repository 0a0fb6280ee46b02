import { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { RuleResult } from '../model/verdict.ts';
import { type Condition, eventsCondition, neverFails, parseCheck, parseMargin } from './condition.ts';
import { GateFile } from './schema.ts';
import { validityPrefix } from './validity.ts';

/** One condition of one rule, ready to be judged. */
export interface Rule {
	readonly id: string;
	readonly metric: MetricInfo;
	readonly condition: Condition;
	readonly minSamples: number;
	readonly tier: RuleResult['tier'];
}

/** A gate file, parsed and checked against the metrics that its runs have. */
export interface Gate {
	readonly file: string;
	readonly text: string;
	readonly rules: readonly Rule[];
	readonly validity: GateFile['validity'];
}

/** The keys of a rule that hold its conditions; a rule with several is shown as `<id>/<key>`, one by one. */
const conditionKeys = ['max_events', 'check', 'non_inferior'] as const;

/** Parses a gate file's text; throws one config error with every problem and its line. */
export function parseGate(text: string, file: string, catalogue: readonly MetricInfo[]): Gate {
	const problems = new Problems();
	const yaml = parseYaml(text, file, problems);
	problems.throwIfAny(file);
	const parsed = GateFile.safeParse(yaml.value ?? {});
	if (!parsed.success) {
		problems.addZod(file, parsed.error, yaml.locate);
		problems.throwIfAny(file);
		throw new Error('unreachable: an invalid gate has problems');
	}
	const { defaults, validity, rules: entries } = parsed.data;
	const metrics = new Map(catalogue.map((info) => [info.name, info]));
	const rules: Rule[] = [];
	const seen = new Set<string>();
	for (const [index, entry] of entries.entries()) {
		const wrong = (key: string, message: string) =>
			problems.add(file, yaml.locate(['rules', index, key]), `rules.${index}.${key}: ${message}`);
		const parts = conditionKeys.filter((key) => entry[key] !== undefined);
		const partId = (key: string) => (parts.length > 1 ? `${entry.id}/${key}` : entry.id);
		for (const id of new Set([entry.id, ...parts.map(partId)])) {
			if (seen.has(id)) wrong('id', `"${id}" is used twice; a rule's id is unique`);
			seen.add(id);
		}
		if (entry.id.startsWith(validityPrefix))
			wrong('id', `"${entry.id}": ids that begin with "${validityPrefix}" are those of the record checks`);
		const metric = metrics.get(entry.metric);
		if (metric === undefined) {
			wrong(
				'metric',
				`unknown metric "${entry.metric}"; this suite measures: ${[...metrics.keys()].join(', ')}`,
			);
			continue;
		}
		const conditions = {
			...(entry.max_events !== undefined && { max_events: eventsCondition(entry.max_events, metric.unit) }),
			...(entry.check !== undefined && { check: parseCheck(entry.check) }),
			...(entry.non_inferior !== undefined && { non_inferior: parseMargin(entry.non_inferior, metric.unit) }),
		};
		for (const [key, condition] of Object.entries(conditions)) {
			const fault = typeof condition === 'string' ? condition : neverFails(condition, metric);
			if (typeof condition === 'string' || fault !== undefined) {
				wrong(key, fault ?? String(condition));
				continue;
			}
			rules.push({
				id: partId(key),
				metric,
				condition,
				minSamples: entry.min_samples ?? defaults.min_samples,
				tier: entry.tier ?? defaults.tier,
			});
		}
	}
	if (rules.length > 0 && rules.every(({ tier }) => tier === 'advisory')) {
		problems.add(
			file,
			yaml.locate(['rules']),
			'every rule is advisory, so nothing could ever block; make one critical',
		);
	}
	problems.throwIfAny(file);
	return { file, text, rules, validity };
}
