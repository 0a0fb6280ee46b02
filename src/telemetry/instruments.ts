import { type Meter, ValueType } from '@opentelemetry/api';
import { MetricName } from './names.ts';

/** Upper bounds are inclusive, so a perfect score falls into the last finite bucket. */
const scoreBounds = Array.from({ length: 20 }, (_, index) => (index + 1) / 20);
// The boundaries that the GenAI conventions advise.
const durationBounds = [
	...[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
];
const tokenBounds = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** Every instrument of spangate, once a process: its runs differ in their attributes. */
export type Instruments = ReturnType<typeof createInstruments>;

/**
 * Creates the instruments. Gauges bear no unit unless it is a real one: a Prometheus exporter would name those of
 * unit `1` `…_ratio`.
 */
export function createInstruments(meter: Meter) {
	const gauge = (name: string, description: string, unit = '') =>
		meter.createGauge(name, { description, unit });
	const histogram = (name: string, description: string, unit: string, bounds: number[]) =>
		meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: bounds } });
	const counter = (name: string, description: string, unit: string, valueType = ValueType.INT) =>
		meter.createObservableCounter(name, { description, unit, valueType });
	return {
		trials: counter(MetricName.trials, 'Finished trials', '{trial}'),
		taggedTrials: counter(MetricName.taggedTrials, 'Finished trials by tag of their question', '{trial}'),
		findings: counter(MetricName.findings, 'Findings of policy and safety checks', '{finding}'),
		cost: counter(MetricName.cost, 'What the target reported as its cost', 'USD', ValueType.DOUBLE),
		judgeCost: counter(
			MetricName.judgeCost,
			'What scorers and checks spent on models of their own',
			'USD',
			ValueType.DOUBLE,
		),
		score: histogram(MetricName.score, 'Scores in [0, 1]', '1', scoreBounds),
		operationDuration: histogram(
			MetricName.operationDuration,
			'How long the target took',
			's',
			durationBounds,
		),
		tokenUsage: histogram(MetricName.tokenUsage, 'Tokens of one answer', '{token}', tokenBounds),
		runStarted: gauge(MetricName.runStarted, 'When the run started, since 1970', 's'),
		runMetric: gauge(MetricName.runMetric, "A run's metric as reports show it"),
		verdict: gauge(MetricName.verdict, '1 DEPLOY, 0 INCONCLUSIVE, -1 NO-DEPLOY'),
		ruleOutcome: gauge(MetricName.ruleOutcome, '1 pass, 0 inconclusive, -1 fail'),
		ruleObserved: gauge(MetricName.ruleObserved, 'What a rule of the gate observed'),
		ruleLimit: gauge(MetricName.ruleLimit, 'The limit of a rule of the gate'),
	};
}
