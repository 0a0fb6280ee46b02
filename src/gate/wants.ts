import type { SampleWants } from '../metrics/keep.ts';
import { columnsOf } from '../metrics/trial-values.ts';
import type { Run } from '../model/run.ts';
import type { Gate } from './rule.ts';

/** What must be kept of each question of a run, so that the rules of a gate can be judged and its scores compared. */
export function samplesFor({ rules }: Pick<Gate, 'rules'>, { scorers }: Pick<Run, 'scorers'>): SampleWants {
	const columns = new Set(['pass_rate', ...scorers.map(({ name }) => name)]);
	const tags = new Set<string>();
	let clusters = false;
	for (const rule of rules) {
		if ('remote' in rule) continue;
		for (const column of columnsOf(rule.metric)) columns.add(column);
		if (rule.per !== undefined) tags.add(rule.per);
		if (rule.clusterBy?.by === 'tag') tags.add(rule.clusterBy.key);
		if (rule.clusterBy?.by === 'cluster') clusters = true;
	}
	return { columns, tags, clusters };
}
