import { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import type { MetricInfo } from '../model/metric.ts';
import { baselineTerms } from './baseline-terms.ts';
import { conditionKeys, metricRules } from './metric-rules.ts';
import { remoteRule } from './remote-rule.ts';
import type { Gate, RemoteRule, Rule } from './rule.ts';
import { GateFile } from './schema.ts';
import { validityPrefix } from './validity-rule.ts';
import { withWaivers } from './waivers.ts';

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
	const { defaults, validity, baseline, rules: entries, waivers } = parsed.data;
	const wrongAt = (list: string, index: number, key: string, message: string) =>
		problems.add(file, yaml.locate([list, index, key]), `${list}.${index}.${key}: ${message}`);
	const metrics = new Map(catalogue.map((info) => [info.name, info]));
	const rules: (Rule | RemoteRule)[] = [];
	const partsOf = new Map<string, readonly string[]>();
	for (const [index, entry] of entries.entries()) {
		const wrong = (key: string, message: string) => wrongAt('rules', index, key, message);
		const keys = conditionKeys.filter((key) => entry[key] !== undefined);
		const partId = (key: string) => (keys.length > 1 ? `${entry.id}/${key}` : entry.id);
		const parts = keys.map(partId);
		for (const id of new Set([entry.id, ...parts])) {
			if (partsOf.has(id)) wrong('id', `"${id}" is used twice; a rule's id is unique`);
			partsOf.set(id, id === entry.id ? parts : [id]);
		}
		if (entry.id.startsWith(validityPrefix))
			wrong('id', `"${entry.id}": ids that begin with "${validityPrefix}" are those of the record checks`);
		if (entry.metric === undefined) {
			const rule = remoteRule(entry, defaults, wrong);
			if (rule !== undefined) rules.push(rule);
			continue;
		}
		const metric = metrics.get(entry.metric);
		if (metric === undefined) {
			const known = [...metrics.keys()].join(', ');
			wrong('metric', `unknown metric "${entry.metric}"; this suite measures: ${known}`);
			continue;
		}
		rules.push(...metricRules(entry, metric, defaults, partId, wrong));
	}
	if (rules.length > 0 && rules.every(({ tier }) => tier === 'advisory')) {
		problems.add(
			file,
			yaml.locate(['rules']),
			'every rule is advisory, so nothing could ever block; make one critical',
		);
	}
	const waived = withWaivers(rules, waivers, partsOf, (index, key, message) =>
		wrongAt('waivers', index, key, message),
	);
	problems.throwIfAny(file);
	return { file, text, rules: waived, validity, baseline: baselineTerms(baseline) };
}
