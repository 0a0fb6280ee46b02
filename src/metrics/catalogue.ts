import { builtInMetrics, judgeMetrics, type MetricInfo } from '../model/metric.ts';
import type { Run } from '../model/run.ts';

type Graders = {
	readonly scorers: readonly Pick<Run['scorers'][number], 'name' | 'spends'>[];
	readonly checks: Run['checks'];
};

/** Every metric that a run with these scorers and checks has, in the order in which reports show them. */
export function metricCatalogue({ scorers, checks }: Graders): readonly MetricInfo[] {
	const byScorer = scorers.map(
		({ name }): MetricInfo => ({
			name,
			unit: 'score',
			better: 'higher',
			estimand: 'mean',
			concern: 'quality',
		}),
	);
	const byCheck = checks.flatMap(({ name, kind }): MetricInfo[] => [
		{
			name: `${kind}_violations.${name}`,
			unit: 'violations',
			better: 'lower',
			estimand: 'count',
			concern: kind,
			check: name,
		},
		{
			name: `${kind}_violation_rate.${name}`,
			unit: 'share',
			better: 'lower',
			estimand: 'proportion',
			concern: kind,
			check: name,
		},
	]);
	const spends = [...scorers, ...checks].some((grader) => grader.spends);
	return [...byScorer, ...builtInMetrics, ...(spends ? judgeMetrics : []), ...byCheck];
}
