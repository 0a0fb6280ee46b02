import { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { RuleResult } from '../model/verdict.ts';
import { type Condition, eventsCondition, parseCheck, parseMargin } from './condition.ts';
import { GateFile } from './schema.ts';

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
		if (seen.has(entry.id)) wrong('id', `"${entry.id}" is used twice; a rule's id is unique`);
		seen.add(entry.id);
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
		const several = Object.keys(conditions).length > 1;
		for (const [key, condition] of Object.entries(conditions)) {
			if (typeof condition === 'string') {
				wrong(key, condition);
				continue;
			}
			rules.push({
				id: several ? `${entry.id}/${key}` : entry.id,
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
