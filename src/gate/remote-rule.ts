import { remoteCheckFault } from './check-fault.ts';
import { type AbsoluteCondition, parseCheck } from './condition.ts';
import type { ReadRule } from './read-gate-file.ts';
import { prometheusRemote, type Remote, tempoRemote } from './remote.ts';
import type { RemoteRule } from './rule.ts';
import type { GateFile } from './schema.ts';

type Entry = ReadRule['keys'];
type Wrong = (key: string, message: string) => void;

const ofRunsOnly = [
	'non_inferior',
	'max_events',
	'method',
	'per',
	'adjust',
	'cluster_by',
	'min_samples',
] as const;

/** A rule on a backend's answer, or nothing when something is wrong with it, which `wrong` is told by its key. */
export function remoteRule(
	{ keys: entry, unread }: ReadRule,
	defaults: GateFile['defaults'],
	wrong: Wrong,
): RemoteRule | undefined {
	const { id, prometheus, tempo, tier = defaults.tier } = entry;
	const source = prometheus === undefined && !unread.has('prometheus') ? 'tempo' : 'prometheus';
	for (const key of ofRunsOnly) {
		if (entry[key] === undefined) continue;
		wrong(key, `is for metrics of the run, and this rule asks ${source}; ${insteadOf(key, source)}`);
	}
	const remote = prometheus ? prometheusRemote(prometheus) : tempo && tempoRemote(tempo);
	if (remote !== undefined && 'message' in remote) wrong(source, `${remote.key}: ${remote.message}`);
	const condition = parsedCheck(entry, wrong);
	if (id === undefined || condition === undefined || remote === undefined || 'message' in remote)
		return undefined;
	return {
		id,
		metric: { name: source, concern: 'operations' },
		condition,
		remote,
		minSamples: remote.minTotal,
		tier,
		alpha: entry.alpha ?? defaults.alpha,
		onMissing: entry.on_missing ?? defaults.on_missing,
	};
}

function parsedCheck(entry: Entry, wrong: Wrong): AbsoluteCondition | undefined {
	if (entry.check === undefined) return undefined;
	const condition = parseCheck(entry.check);
	// Of a source that could not be read nobody knows what it has bounds of.
	const isKnown = entry.prometheus !== undefined || entry.tempo !== undefined;
	const fault = typeof condition === 'string' || !isKnown ? undefined : boundsFault(condition, entry);
	if (typeof condition === 'string' || fault !== undefined) {
		wrong('check', fault ?? String(condition));
		return undefined;
	}
	if (entry.alpha !== undefined && condition.subject === 'value')
		wrong('alpha', 'is the error of a bound, and this rule has none; expected a check on lower or upper');
	return condition;
}

function insteadOf(key: (typeof ofRunsOnly)[number], source: Remote['query']['source']): string {
	switch (key) {
		case 'min_samples':
			return `expected ${source === 'tempo' ? 'min_count' : 'min_total'} beside its query`;
		case 'method':
			return 'the bounds of a share that a backend gives are by Clopper-Pearson';
		case 'per':
		case 'adjust':
		case 'cluster_by':
			return 'expected the slices in its query';
		case 'non_inferior':
		case 'max_events':
			return 'expected a check, e.g. "value <= 0.05"';
	}
}

/** Bounds need a count out of a count, at one time; a number without its spread says nothing of how sure it is. */
function boundsFault(condition: AbsoluteCondition, { prometheus }: Entry): string | undefined {
	const { subject, operator, limit, text } = condition;
	if (subject === 'value') return undefined;
	const fault =
		prometheus === undefined
			? 'Tempo gives no share with its total'
			: prometheus.buckets !== undefined
				? 'buckets have none: a limit outside of the quantile’s bucket is proven, one inside is inconclusive'
				: prometheus.window !== undefined
					? 'the worst of the shares in a window has none; expected no window, and the time in the queries'
					: undefined;
	if (fault === undefined) return remoteCheckFault(condition);
	return (
		`"${text}": bounds are those of a share that Prometheus gives, with value and total and without a window, ` +
		`and ${fault}; else "value ${operator} ${limit}"`
	);
}
