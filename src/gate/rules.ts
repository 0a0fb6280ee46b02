import { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import type { MetricInfo } from '../model/metric.ts';
import { eventsCondition, neverFails, parseCheck, parseMargin } from './condition.ts';
import { prometheusRemote, tempoRemote } from './remote.ts';
import type { Gate, RemoteRule, Rule } from './rule.ts';
import { GateFile } from './schema.ts';
import { validityPrefix } from './validity.ts';

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
	const rules: (Rule | RemoteRule)[] = [];
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
		if (entry.metric === undefined) {
			const rule = remoteRule(entry, defaults, wrong);
			if (rule !== undefined) rules.push(rule);
			continue;
		}
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
				alpha: 0.05,
				onMissing: 'inconclusive',
				adjust: 'none',
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
	return { file, text, rules, validity, baseline: { same: ['suite'] } };
}

type Entry = GateFile['rules'][number];

/** A rule on a backend's answer, or nothing when something is wrong with it, which `wrong` was told. */
function remoteRule(
	entry: Entry,
	defaults: GateFile['defaults'],
	wrong: (key: string, message: string) => void,
): RemoteRule | undefined {
	const { id, prometheus, tempo, check, tier = defaults.tier } = entry;
	const source = prometheus === undefined ? 'tempo' : 'prometheus';
	for (const key of ['non_inferior', 'max_events', 'min_samples'] as const) {
		if (entry[key] === undefined) continue;
		const instead =
			key === 'min_samples'
				? `expected ${source === 'tempo' ? 'min_count' : 'min_total'} beside its query`
				: 'expected a check, e.g. "value <= 0.05"';
		wrong(key, `is for metrics of the run, and this rule asks ${source}; ${instead}`);
	}
	const condition = check === undefined ? undefined : parseCheck(check);
	if (typeof condition === 'string') wrong('check', condition);
	const remote = prometheus ? prometheusRemote(prometheus) : tempo && tempoRemote(tempo);
	if (remote !== undefined && 'message' in remote) wrong(source, `${remote.key}: ${remote.message}`);
	if (remote === undefined || 'message' in remote) return undefined;
	if (condition === undefined || typeof condition === 'string' || condition.kind !== 'absolute')
		return undefined;
	const metric = { name: source, concern: 'operations' } as const;
	return {
		id,
		metric,
		condition,
		remote,
		minSamples: remote.minTotal,
		tier,
		alpha: 0.05,
		onMissing: 'inconclusive',
	};
}
