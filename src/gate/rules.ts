import { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import type { MetricInfo } from '../model/metric.ts';
import { meant } from '../model/strict.ts';
import { baselineTerms } from './baseline-terms.ts';
import { entryName } from './entry-name.ts';
import { conditionKeys, groupingOf, metricRules, tagOf } from './metric-rules.ts';
import { checkTags, type TaggedQuestion, type TagUse } from './question-tags.ts';
import { type ReadRule, readGateFile } from './read-gate-file.ts';
import { remoteRule } from './remote-rule.ts';
import type { Gate, RemoteRule, Rule } from './rule.ts';
import { RuleIds } from './rule-ids.ts';
import { RuleEntry, sources } from './schema.ts';
import { withWaivers } from './waivers.ts';

/**
 * Parses a gate file's text; throws one config error with every problem and its line. Where the questions that it is
 * to judge are known, slices and groups that they do not have are problems too.
 */
export function parseGate(
	text: string,
	file: string,
	catalogue: readonly MetricInfo[],
	questions?: Iterable<TaggedQuestion>,
): Gate {
	const problems = new Problems();
	const yaml = parseYaml(text, file, problems);
	problems.throwIfAny(file);
	const nameOf = (path: readonly PropertyKey[]) => entryName(yaml.value, path);
	const read = readGateFile(yaml.value, (error, at) => problems.addZod(file, error, yaml.locate, at, nameOf));
	const wrongAt = (path: readonly PropertyKey[], message: string) =>
		problems.add(file, yaml.locate(path), `${nameOf(path)}: ${message}`);
	const { defaults, validity, baseline, rules: entries, waivers } = read;
	const metrics = new Map(catalogue.map((info) => [info.name, info]));
	const rules: (Rule | RemoteRule)[] = [];
	const ids = new RuleIds((index) => yaml.locate(['rules', index, 'id']));
	for (const [index, entry] of entries.entries()) {
		if (entry === undefined) continue;
		const { keys } = entry;
		const wrong = (key: string, message: string) => wrongAt(['rules', index, key], message);
		checkNeeds(entry, (message) => wrongAt(['rules', index], message));
		const given = conditionKeys.filter((key) => isGiven(entry, key));
		const partId = (key: string) => (given.length > 1 ? `${keys.id}/${key}` : String(keys.id));
		if (keys.id !== undefined) ids.add(keys.id, given.map(partId), index, wrong);
		if (isGiven(entry, 'prometheus') || isGiven(entry, 'tempo')) {
			const rule = isGiven(entry, 'metric') ? undefined : remoteRule(entry, defaults, wrong);
			if (rule !== undefined) rules.push(rule);
			continue;
		}
		if (keys.metric === undefined) continue;
		const metric = metrics.get(keys.metric);
		if (metric === undefined) wrong('metric', unknownMetric(keys.metric, [...metrics.keys()]));
		else rules.push(...metricRules(entry, metric, defaults, partId, wrong));
	}
	const isAdvisory = (entry: ReadRule | undefined) =>
		entry !== undefined && !entry.unread.has('tier') && (entry.keys.tier ?? defaults.tier) === 'advisory';
	if (entries.length > 0 && entries.every(isAdvisory)) {
		problems.add(
			file,
			yaml.locate(['rules']),
			'every rule is advisory, so nothing could ever block; make one critical',
		);
	}
	const known = { parts: ids.parts, complete: entries.every((entry) => entry?.keys.id !== undefined) };
	const waived = withWaivers(rules, waivers, known, (index, key, message) =>
		wrongAt(['waivers', index, key], message),
	);
	if (questions !== undefined) checkTags(tagUses(read, wrongAt), questions);
	problems.sortByLine(0);
	problems.throwIfAny(file);
	return { file, text, rules: waived, validity, baseline: baselineTerms(baseline) };
}

/** Whether a rule has a key, be it a wrong one. */
function isGiven({ keys, unread }: ReadRule, key: keyof ReadRule['keys']): boolean {
	return keys[key] !== undefined || unread.has(key);
}

/** Refuses a rule that judges nothing, or by nothing, unless a misspelt key is likely what it lacks. */
function checkNeeds(entry: ReadRule, wrong: (message: string) => void): void {
	const known = Object.keys(RuleEntry.shape);
	const misspelt = new Set([...entry.unread].map((key) => (known.includes(key) ? key : meant(key, known))));
	const judged = sources.filter((key) => isGiven(entry, key));
	if (judged.length > 1 || (judged.length === 0 && !sources.some((key) => misspelt.has(key))))
		wrong('needs exactly one of `metric`, `prometheus` and `tempo`: what is judged');
	if (!conditionKeys.some((key) => isGiven(entry, key) || misspelt.has(key)))
		wrong('needs a condition: `check`, `non_inferior` or `max_events`');
}

function unknownMetric(name: string, known: readonly string[]): string {
	const near = meant(name, known);
	const instead = near === undefined ? '' : `did you mean \`${near}\`? `;
	return `unknown metric "${name}"; ${instead}this suite measures: ${known.join(', ')}`;
}

function tagUses(
	{ defaults, rules }: ReturnType<typeof readGateFile>,
	wrongAt: (path: readonly PropertyKey[], message: string) => void,
): TagUse[] {
	const uses: TagUse[] = [];
	const group = (by: string | undefined, path: readonly PropertyKey[]) => {
		const grouping = groupingOf(by);
		if (grouping === undefined) return;
		const tag = grouping.by === 'tag' ? grouping.key : undefined;
		uses.push({ key: 'cluster_by', tag, wrong: (message) => wrongAt(path, message) });
	};
	group(defaults.cluster_by, ['defaults', 'cluster_by']);
	for (const [index, entry] of rules.entries()) {
		const { per, cluster_by: by } = entry?.keys ?? {};
		group(by, ['rules', index, 'cluster_by']);
		if (per === undefined) continue;
		const path = ['rules', index, 'per'];
		uses.push({ key: 'per', tag: tagOf(per), wrong: (message) => wrongAt(path, message) });
	}
	return uses;
}
