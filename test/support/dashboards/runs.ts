import { dashboard, dashboardLink, labelVariable, suiteVariable } from './dashboard.ts';
import { buckets, type Json, lines, numbers, type Panel, panel, rows, table } from './panel.ts';

const baseline = 'test_suite_name="$suite", spangate_run_id="$baseline"';
const candidate = 'test_suite_name="$suite", spangate_run_id="$candidate"';
const both = 'test_suite_name="$suite", spangate_run_id=~"$baseline|$candidate"';

// A run is short and its series end with it: the last value within the range, never a rate alone.
const last = (metric: string, labels: string) => `last_over_time(${metric}{${labels}}[$__range])`;
const runMetric = (run: string) =>
	`max by (spangate_metric_name, spangate_metric_unit) (${last('spangate_run_metric', run)})`;

function passRate(run: string): string {
	const passed = `sum by (spangate_tag) (${last('spangate_tagged_trials_total', `${run}, spangate_passed="true"`)})`;
	const all = `sum by (spangate_tag) (${last('spangate_tagged_trials_total', run)})`;
	// A tag without any passed trial has no series of them: 0, and not left out.
	return `(${passed} or 0 * ${all}) / ${all}`;
}

const violationLabels =
	'spangate_check_name, spangate_check_kind, spangate_check_category, spangate_check_severity';
const violations = (run: string) =>
	`sum by (${violationLabels}) (${last('spangate_findings_total', `${run}, spangate_check_status="violated"`)})`;
const errored = (run: string) =>
	`sum by (spangate_check_name, spangate_check_kind) (${last('spangate_findings_total', `${run}, spangate_check_status="errored"`)})`;
const orZero = (one: string, other: string) => `(${one} or 0 * (${other}))`;

const latency = (run: string) =>
	buckets(`sum by (le) (${last('gen_ai_client_operation_duration_seconds_bucket', run)})`);

const share: Json = { unit: 'percentunit', decimals: 1 };

const bars = { options: { displayMode: 'basic', orientation: 'horizontal', showUnfilled: true } };

const tag = 'spangate_tag';
const sideBySide = { 'Value #A': 'Baseline', 'Value #B': 'Candidate', 'Value #C': 'Delta' };

const metricsTable: Panel = {
	...table(
		'Every metric, side by side',
		{ w: 14, h: 16 },
		rows({
			A: runMetric(baseline),
			B: runMetric(candidate),
			C: `${runMetric(candidate)} - ${runMetric(baseline)}`,
			D: `(${runMetric(candidate)} - ${runMetric(baseline)}) / (${runMetric(baseline)} != 0)`,
		}),
		{
			columns: {
				spangate_metric_name: 'Metric',
				spangate_metric_unit: 'Unit',
				...sideBySide,
				'Value #D': 'Relative',
			},
			hidden: ['Time'],
			sortBy: { column: 'Metric' },
			fields: { Relative: share },
		},
	),
	description:
		'The numbers that the terminal shows. A metric that could not be measured has no row in its column.',
};

/** The dashboard that compares two runs of a suite. */
export function runsDashboard(): Json {
	return dashboard({
		uid: 'spangate-runs',
		title: 'Runs',
		description: 'Two runs of a suite side by side: metrics, tags, latency, cost, violations',
		variables: [
			suiteVariable,
			labelVariable(
				'baseline',
				'Baseline',
				'spangate_run_started_seconds{test_suite_name="$suite", spangate_run_role!="candidate"}, spangate_run_id',
				'A run id; the newest first',
			),
			labelVariable(
				'candidate',
				'Candidate',
				'spangate_run_started_seconds{test_suite_name="$suite", spangate_run_role!="baseline"}, spangate_run_id',
				'A run id; the newest first',
			),
		],
		links: [
			dashboardLink('Questions of the candidate', 'spangate-questions', { suite: 'suite', run: 'candidate' }),
			dashboardLink('Questions of the baseline', 'spangate-questions', { suite: 'suite', run: 'baseline' }),
			dashboardLink('Gate', 'spangate-gate', { suite: 'suite', run: 'candidate' }),
		],
		rows: [
			{
				title: 'Metrics',
				panels: [
					metricsTable,
					panel(
						'stat',
						'Trials',
						{ w: 10, h: 5 },
						numbers(
							`sum by (spangate_target, spangate_passed) (${last('spangate_trials_total', both)})`,
							'{{spangate_target}} passed={{spangate_passed}}',
						),
						{ options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'none' } },
					),
					panel(
						'stat',
						'Failed trials',
						{ w: 10, h: 3 },
						numbers(
							`sum by (spangate_target) (${last('spangate_trials_total', `${both}, spangate_trial_result="failed"`)}) or 0 * sum by (spangate_target) (${last('spangate_trials_total', both)})`,
							'{{spangate_target}}',
						),
						{
							options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value' },
							fieldConfig: {
								defaults: {
									thresholds: {
										mode: 'absolute',
										steps: [
											{ color: 'green', value: null },
											{ color: 'red', value: 1 },
										],
									},
								},
								overrides: [],
							},
						},
					),
					panel(
						'stat',
						'Cost',
						{ w: 5, h: 4 },
						numbers(
							`sum by (spangate_target) (${last('spangate_cost_USD_total', both)})`,
							'{{spangate_target}}',
						),
						{
							options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'none' },
							fieldConfig: { defaults: { unit: 'currencyUSD', decimals: 4 }, overrides: [] },
						},
					),
					panel(
						'stat',
						'Tokens',
						{ w: 5, h: 4 },
						numbers(
							`sum by (spangate_target, gen_ai_token_type) (${last('gen_ai_client_token_usage_sum', both)})`,
							'{{spangate_target}} {{gen_ai_token_type}}',
						),
						{
							options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'none' },
							fieldConfig: { defaults: { unit: 'short' }, overrides: [] },
						},
					),
					panel(
						'timeseries',
						'Pass rate, run after run',
						{ w: 10, h: 4 },
						lines(
							'max by (spangate_target) (last_over_time(spangate_run_metric{test_suite_name="$suite", spangate_metric_name="pass_rate"}[$__interval]))',
							'{{spangate_target}}',
						),
						{
							fieldConfig: {
								defaults: {
									unit: 'percentunit',
									max: 1,
									custom: { drawStyle: 'line', showPoints: 'always', pointSize: 6, spanNulls: true },
								},
								overrides: [],
							},
						},
					),
				],
			},
			{
				title: 'Tags',
				panels: [
					table(
						'Pass rate by tag',
						{ w: 24, h: 9 },
						rows({
							A: passRate(baseline),
							B: passRate(candidate),
							C: `(${passRate(candidate)}) - (${passRate(baseline)})`,
							D: `sum by (spangate_tag) (${last('spangate_tagged_trials_total', candidate)})`,
						}),
						{
							columns: { [tag]: 'Tag', ...sideBySide, 'Value #D': 'Trials of the candidate' },
							hidden: ['Time'],
							sortBy: { column: 'Delta' },
							fields: { Baseline: share, Candidate: share, Delta: share },
						},
					),
				],
			},
			{
				title: 'Violations',
				panels: [
					{
						...table(
							'Violations by check and category',
							{ w: 16, h: 8 },
							rows({
								A: orZero(violations(baseline), violations(candidate)),
								B: orZero(violations(candidate), violations(baseline)),
								C: `${orZero(violations(candidate), violations(baseline))} - ${orZero(violations(baseline), violations(candidate))}`,
							}),
							{
								columns: {
									spangate_check_name: 'Check',
									spangate_check_kind: 'Kind',
									spangate_check_category: 'Category',
									spangate_check_severity: 'Severity',
									...sideBySide,
								},
								hidden: ['Time'],
								sortBy: { column: 'Candidate', descending: true },
							},
						),
						description: 'Empty when neither run violated anything. Which questions: see Questions.',
					},
					{
						...table(
							'Checks that errored',
							{ w: 8, h: 8 },
							rows({
								A: orZero(errored(baseline), errored(candidate)),
								B: orZero(errored(candidate), errored(baseline)),
							}),
							{
								columns: {
									spangate_check_name: 'Check',
									spangate_check_kind: 'Kind',
									'Value #A': 'Baseline',
									'Value #B': 'Candidate',
								},
								hidden: ['Time'],
							},
						),
						description:
							'What a check could not judge is neither safe nor unsafe, and no gate rule passes on it.',
					},
				],
			},
			{
				title: 'Latency',
				panels: [
					panel('bargauge', 'Baseline: answers by latency (s)', { w: 6, h: 12 }, latency(baseline), bars),
					panel('bargauge', 'Candidate: answers by latency (s)', { w: 6, h: 12 }, latency(candidate), bars),
					{
						...panel(
							'timeseries',
							'Questions: p95 so far, and traces',
							{ w: 12, h: 12 },
							lines(
								`histogram_quantile(0.95, sum by (le, spangate_target) (last_over_time(traces_span_metrics_duration_milliseconds_bucket{span_name="question", ${both}}[$__interval])))`,
								'{{spangate_target}}',
								{ exemplar: true },
							),
							{
								fieldConfig: {
									defaults: {
										unit: 'ms',
										min: 0,
										custom: { drawStyle: 'line', showPoints: 'always', spanNulls: true },
									},
									overrides: [],
								},
							},
						),
						description:
							'From the spans of whole questions, scoring included; estimated from buckets, so the table above is exact and this is not. A diamond is a question: a click opens its trace.',
					},
				],
			},
		],
	});
}
