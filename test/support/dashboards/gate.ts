import { dashboard, dashboardLink, labelVariable, suiteVariable } from './dashboard.ts';
import { type Json, lines, panel, rows, table } from './panel.ts';

const suite = 'test_suite_name="$suite"';
const chosen = `${suite}, spangate_run_id="$run"`;

const verdictMapping = [
	{
		type: 'value',
		options: {
			'1': { text: 'DEPLOY', color: 'green', index: 0 },
			'0': { text: 'INCONCLUSIVE', color: 'yellow', index: 1 },
			'-1': { text: 'NO-DEPLOY', color: 'red', index: 2 },
		},
	},
];
const outcomeMapping = [
	{
		type: 'value',
		options: {
			'1': { text: 'pass', color: 'green', index: 0 },
			'0': { text: 'inconclusive', color: 'yellow', index: 1 },
			'-1': { text: 'fail', color: 'red', index: 2 },
		},
	},
];
// What Grafana puts in place of a name in a cell's link.
const cell = (column: string) => `\${__data.fields.${column}}`;
const withSuite = `var-suite=\${suite:percentencode}&\${__url_time_range}`;
const coloured = { type: 'color-text' };

// Of several values, always the worst one: two verdicts in one step must not look like a DEPLOY.
const verdicts = `min by (spangate_run_id, spangate_baseline_run_id, spangate_target) (last_over_time(spangate_verdict{${suite}}[$__range]))`;
const startedMs = `1000 * max by (spangate_run_id) (last_over_time(spangate_run_started_seconds{${suite}}[$__range]))`;
const ruleLabels = 'spangate_rule_id, spangate_rule_metric, spangate_rule_tier';
const outcomes = (value: number) =>
	`count by (${ruleLabels}) (last_over_time(spangate_rule_outcome{${suite}}[$__range]) == ${value})`;
const anyRule = `0 * count by (${ruleLabels}) (last_over_time(spangate_rule_outcome{${suite}}[$__range]))`;
const ofRule = (metric: string, labels: string, window: string) =>
	`max by (spangate_rule_id, spangate_rule_metric, spangate_run_id) (last_over_time(${metric}{${labels}}[${window}]))`;
const observed = ofRule('spangate_rule_observed', chosen, '$__range');
const limit = ofRule('spangate_rule_limit', chosen, '$__range');

/** The dashboard of a suite's verdicts and the rules behind them. */
export function gateDashboard(): Json {
	return dashboard({
		uid: 'spangate-gate',
		title: 'Gate',
		description: 'Verdicts over time, which rules block, how far from the limit',
		variables: [
			suiteVariable,
			labelVariable(
				'run',
				'Judged run',
				'spangate_verdict{test_suite_name="$suite"}, spangate_run_id',
				'The run whose rules are shown; the newest first',
			),
		],
		links: [
			dashboardLink('Runs', 'spangate-runs', { suite: 'suite', candidate: 'run' }),
			dashboardLink('Questions', 'spangate-questions', { suite: 'suite', run: 'run' }),
		],
		rows: [
			{
				title: 'Verdicts',
				panels: [
					panel(
						'stat',
						'Newest verdict',
						{ w: 6, h: 9 },
						lines(`min(last_over_time(spangate_verdict{${suite}}[$__interval]))`, 'verdict'),
						{
							options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'background' },
							fieldConfig: {
								defaults: { mappings: verdictMapping, noValue: 'none in this time' },
								overrides: [],
							},
						},
					),
					table(
						'Verdicts',
						{ w: 18, h: 9 },
						rows({
							A: verdicts,
							B: `0 * ${verdicts} + on (spangate_run_id) group_left () (${startedMs})`,
						}),
						{
							columns: {
								'Value #B': 'Started',
								'Value #A': 'Verdict',
								spangate_target: 'Target',
								spangate_run_id: 'Candidate',
								spangate_baseline_run_id: 'Baseline',
							},
							hidden: ['Time'],
							sortBy: { column: 'Started', descending: true },
							fields: {
								Started: { unit: 'dateTimeAsIso' },
								Verdict: { mappings: verdictMapping, 'custom.cellOptions': coloured },
								Candidate: {
									links: [
										{
											title: 'Compare the two runs',
											url: `/d/spangate-runs/?${withSuite}&var-baseline=${cell('Baseline')}&var-candidate=${cell('Candidate')}`,
										},
										{
											title: 'Its questions',
											url: `/d/spangate-questions/?${withSuite}&var-run=${cell('Candidate')}`,
										},
									],
								},
							},
						},
					),
					panel(
						'state-timeline',
						'Verdicts over time',
						{ w: 24, h: 6 },
						lines(
							`min by (spangate_target) (last_over_time(spangate_verdict{${suite}}[$__interval]))`,
							'{{spangate_target}}',
						),
						{
							options: { mergeValues: true, showValue: 'auto' },
							fieldConfig: {
								defaults: { mappings: verdictMapping, custom: { spanNulls: true, fillOpacity: 80 } },
								overrides: [],
							},
						},
					),
				],
			},
			{
				title: 'Which rules block',
				panels: [
					table(
						'Rules over all verdicts',
						{ w: 24, h: 8 },
						rows({
							A: `${outcomes(-1)} or ${anyRule}`,
							B: `${outcomes(0)} or ${anyRule}`,
							C: `${outcomes(1)} or ${anyRule}`,
						}),
						{
							columns: {
								spangate_rule_id: 'Rule',
								spangate_rule_metric: 'Metric',
								spangate_rule_tier: 'Tier',
								'Value #A': 'Failed',
								'Value #B': 'Inconclusive',
								'Value #C': 'Passed',
							},
							hidden: ['Time'],
							sortBy: { column: 'Failed', descending: true },
						},
					),
				],
			},
			{
				title: 'How far from the limit',
				panels: [
					{
						...table(
							'Rules of the judged run',
							{ w: 12, h: 11 },
							rows({
								A: ofRule('spangate_rule_outcome', chosen, '$__range'),
								B: observed,
								C: limit,
								D: `${observed} - ${limit}`,
								E: `(${observed} - ${limit}) / abs(${limit} != 0)`,
							}),
							{
								columns: {
									spangate_rule_id: 'Rule',
									spangate_rule_metric: 'Metric',
									'Value #A': 'Outcome',
									'Value #B': 'Observed',
									'Value #C': 'Limit',
									'Value #D': 'Observed − limit',
									'Value #E': 'Relative',
								},
								hidden: ['Time', 'spangate_run_id'],
								sortBy: { column: 'Outcome' },
								fields: {
									Outcome: { mappings: outcomeMapping, 'custom.cellOptions': coloured },
									Relative: { unit: 'percentunit', decimals: 1 },
								},
							},
						),
						description:
							'A rule without an observed number could not be measured. A limit of 0 has no relative distance.',
					},
					panel(
						'timeseries',
						'Relative distance from the limit, run after run',
						{ w: 12, h: 11 },
						lines(
							`max by (spangate_rule_id) ((${ofRule('spangate_rule_observed', suite, '$__interval')} - ${ofRule('spangate_rule_limit', suite, '$__interval')}) / abs(${ofRule('spangate_rule_limit', suite, '$__interval')} != 0))`,
							'{{spangate_rule_id}}',
						),
						{
							fieldConfig: {
								defaults: {
									unit: 'percentunit',
									custom: { drawStyle: 'line', showPoints: 'always', pointSize: 6, spanNulls: true },
								},
								overrides: [],
							},
						},
					),
				],
			},
		],
	});
}
