import { dashboard, dashboardLink, labelVariable, suiteVariable } from './dashboard.ts';
import { buckets, type Json, lines, numbers, panel, spans, table, tempo } from './panel.ts';

const run = 'test_suite_name="$suite", spangate_run_id="$run"';
const question = 'name = "question" && span.spangate.run.id = "$run"';
const score = 'span."spangate.score.$scorer"';

const search = (condition: string, fields: string[]) =>
	spans(`{ ${question}${condition} } | select(${fields.join(', ')})`);

// Labels and flags, which TraceQL compares exactly. A score of exactly 1 travels as an integer, which a
// comparison with 0.8 does not find: scores are shown here and never searched for.
const outcome = [
	'span.spangate.question.id',
	'span.test.case.result.status',
	score,
	'span.spangate.policy.status',
	'span.spangate.safety.status',
	'span.spangate.question.repeat',
];

// By the names under which Grafana's data source shows them.
const columns = {
	'Span ID': 'Open the trace',
	'spangate.question.id': 'Question',
	'test.case.result.status': 'Result',
	Duration: 'Duration',
	'spangate.policy.status': 'Policy',
	'spangate.safety.status': 'Safety',
	'spangate.question.repeat': 'Repeat',
	'Start time': 'Started',
};
const hidden = ['Trace Service', 'Trace Name', 'Name', 'spangate.run.id', 'spangate.passed'];

/** The dashboard that lists a run's questions, each with its trace. */
export function questionsDashboard(): Json {
	return dashboard({
		uid: 'spangate-questions',
		title: 'Questions',
		description: 'The questions of one run by outcome, score and latency; a click opens the trace',
		variables: [
			suiteVariable,
			labelVariable(
				'run',
				'Run',
				'spangate_run_started_seconds{test_suite_name="$suite"}, spangate_run_id',
				'A run id; the newest first',
			),
			labelVariable(
				'scorer',
				'Scorer',
				'spangate_score_count{test_suite_name="$suite"}, spangate_scorer_name',
				'Whose score the tables show',
			),
		],
		links: [
			dashboardLink('Runs', 'spangate-runs', { suite: 'suite', candidate: 'run' }),
			dashboardLink('Gate', 'spangate-gate', { suite: 'suite', run: 'run' }),
		],
		rows: [
			{
				title: 'The run',
				panels: [
					panel(
						'stat',
						'Questions by outcome',
						{ w: 6, h: 7 },
						numbers(
							`sum by (spangate_passed) (last_over_time(spangate_trials_total{${run}}[$__range]))`,
							'passed={{spangate_passed}}',
						),
						{ options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'none' } },
					),
					panel(
						'bargauge',
						'Scores of $scorer',
						{ w: 6, h: 7 },
						buckets(
							`sum by (le) (last_over_time(spangate_score_bucket{${run}, spangate_scorer_name="$scorer"}[$__range]))`,
						),
						{ options: { displayMode: 'basic', orientation: 'horizontal', showUnfilled: true } },
					),
					panel(
						'timeseries',
						'Traces in Tempo, by outcome',
						{ w: 12, h: 7 },
						[
							{
								refId: 'A',
								datasource: tempo,
								queryType: 'traceql',
								query: `{ ${question} } | count_over_time() by (span.spangate.passed)`,
								metricsQueryType: 'range',
							},
						],
						{
							fieldConfig: {
								defaults: { custom: { drawStyle: 'bars', fillOpacity: 60, stacking: { mode: 'normal' } } },
								overrides: [],
							},
						},
					),
				],
			},
			{
				title: 'Unsafe, or against a policy',
				panels: [
					{
						...table(
							'Unsafe, or against a policy',
							{ w: 12, h: 9 },
							search(
								' && (span.spangate.safety.status = "unsafe" || span.spangate.policy.status = "violated")',
								[
									'span.spangate.question.id',
									'span.spangate.safety.status',
									'span.spangate.safety.severity',
									'span.spangate.policy.status',
								],
							),
							{
								columns: {
									'Span ID': 'Open the trace',
									'spangate.question.id': 'Question',
									'spangate.safety.status': 'Safety',
									'spangate.safety.severity': 'Severity',
									'spangate.policy.status': 'Policy',
								},
								hidden: [...hidden, 'Duration', 'Start time'],
								sortBy: { column: 'Question' },
							},
						),
						description: 'Empty when there is none.',
					},
					{
						...table(
							'What was violated',
							{ w: 12, h: 9 },
							spans(
								`{ ${question} } >> { span.spangate.check.status = "violated" } | select(name, span.spangate.check.kind, span.spangate.check.category, span.spangate.check.severity, span.spangate.check.reason)`,
							),
							{
								columns: {
									'Span ID': 'Open the trace',
									Name: 'Check',
									'spangate.check.kind': 'Kind',
									'spangate.check.category': 'Category',
									'spangate.check.severity': 'Severity',
									'spangate.check.reason': 'Reason',
								},
								hidden: [
									...hidden.filter((name) => name !== 'Name'),
									'Duration',
									'Start time',
									'spangate.check.status',
								],
								sortBy: { column: 'Check' },
							},
						),
						description: 'A row for each check that found something; empty when none did.',
					},
				],
			},
			{
				title: 'Not passed',
				panels: [
					table('Not passed', { w: 24, h: 10 }, search(' && span.spangate.passed = false', outcome), {
						columns,
						hidden,
						sortBy: { column: 'Question' },
					}),
				],
			},
			{
				title: 'All questions',
				panels: [
					{
						...table('All questions', { w: 24, h: 12 }, search('', outcome), {
							columns,
							hidden,
							sortBy: { column: 'Duration', descending: true },
						}),
						description:
							'1000 at most. Question ids are no labels, so this is asked of Tempo; the numbers above come from Prometheus.',
					},
					panel(
						'timeseries',
						'Questions that Jaeger counted, by safety',
						{ w: 24, h: 7 },
						lines(
							`sum by (spangate_safety_status) (last_over_time(traces_span_metrics_calls_total{span_name="question", ${run}}[$__interval]))`,
							'{{spangate_safety_status}}',
							{ exemplar: true },
						),
						{
							fieldConfig: {
								defaults: { custom: { drawStyle: 'line', showPoints: 'always', spanNulls: true } },
								overrides: [],
							},
						},
					),
				],
			},
		],
	});
}
