import { describe, expect, it } from 'vitest';
import { SpangateError } from '../../src/errors.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { run } from '../support/records.ts';

const catalogue = metricCatalogue(run());
const parse = (...lines: string[]) => parseGate(`${lines.join('\n')}\n`, 'gate.yaml', catalogue);

function problemsOf(...lines: string[]): string[] {
	try {
		parse(...lines);
	} catch (error) {
		if (!(error instanceof SpangateError) || error.code !== 'config') throw error;
		return error.message
			.split('\n')
			.slice(1)
			.map((line) => line.trim());
	}
	throw new Error('the gate was taken');
}

/** One rule on line 2 with these keys. */
const rule = (metric: string, rest: string) => ['rules:', `  - { id: r, metric: ${metric}, ${rest} }`];

describe('a gate file', () => {
	it('gives a rule for each condition, with the defaults of the file', () => {
		const gate = parse(
			'defaults: { min_samples: 30, tier: advisory }',
			'validity: { max_error_rate: 0.1 }',
			'rules:',
			'  - { id: floor, metric: faithfulness, check: " value>=0.85 ", tier: critical }',
			'  - { id: both, metric: pass_rate, check: value > .5, non_inferior: 2pp, min_samples: 5 }',
			'  - { id: none, metric: safety_violations, max_events: 0 }',
		);
		expect(gate.validity).toEqual({ max_error_rate: 0.1, min_paired: 1 });
		expect(
			gate.rules.map(({ id, metric, condition, minSamples, tier }) => [
				id,
				metric.name,
				condition,
				minSamples,
				tier,
			]),
		).toEqual([
			[
				'floor',
				'faithfulness',
				{ kind: 'absolute', subject: 'value', operator: '>=', limit: 0.85, text: 'value >= 0.85' },
				30,
				'critical',
			],
			[
				'both/check',
				'pass_rate',
				{ kind: 'absolute', subject: 'value', operator: '>', limit: 0.5, text: 'value > .5' },
				5,
				'advisory',
			],
			[
				'both/non_inferior',
				'pass_rate',
				{ kind: 'relative', form: 'difference', margin: 0.02, text: 'non_inferior 2pp' },
				5,
				'advisory',
			],
			['none', 'safety_violations', { kind: 'events', limit: 0, text: 'max_events 0' }, 30, 'advisory'],
		]);
	});

	it('is critical and wants a sample when it does not say', () => {
		const { rules, validity } = parse(...rule('pass_rate', 'check: value >= 0.5'));
		expect(rules).toMatchObject([{ tier: 'critical', minSamples: 1 }]);
		expect(validity).toEqual({ max_error_rate: 0.02, min_paired: 1 });
	});

	it.each([
		['pass_rate', 'value >= 0', 'above 0'],
		['faithfulness', 'value > -1', 'above 0'],
		['error_rate', 'value <= 1', 'below 1'],
		['safety_violation_rate', 'value < 1.5', 'below 1'],
	])('refuses a rule that cannot go red: %s %s', (metric, check, limit) => {
		expect(problemsOf(...rule(metric, `check: ${check}`))).toEqual([
			`gate.yaml:2: rules.0.check: "${check}" can never fail: the metric lies between 0 and 1; expected a limit ${limit}`,
		]);
	});

	it.each([
		['safety_violations', 'value >= 0', 'lower', 'value <= 0'],
		['safety_violations', 'value > 3', 'lower', 'value < 3'],
		['latency_p95_ms', 'value > -1', 'lower', 'value < -1'],
		['latency_p95_ms', 'value >= 500', 'lower', 'value <= 500'],
		['error_rate', 'value >= 0.1', 'lower', 'value <= 0.1'],
		['cost_usd', 'value > 0', 'lower', 'value < 0'],
		['faithfulness', 'value < 1.5', 'higher', 'value > 1.5'],
		['faithfulness', 'value <= 0.9', 'higher', 'value >= 0.9'],
		['pass_rate', 'value < 0.5', 'higher', 'value > 0.5'],
	])('refuses a rule that faces the wrong way: %s %s', (metric, check, better, turned) => {
		expect(problemsOf(...rule(metric, `check: ${check}`))).toEqual([
			expect.stringContaining(
				`gate.yaml:2: rules.0.check: "${check}" would pass the worse values: of this metric, ${better} is better; expected "${turned}" (`,
			),
		]);
	});

	it.each([
		['error_rate', 'value < 1'],
		['error_rate', 'value <= 0'],
		['faithfulness', 'value > 0'],
		['pass_rate', 'value >= 1'],
		['latency_p95_ms', 'value <= 1'],
	])('takes a lax rule that can go red: %s %s', (metric, check) => {
		expect(parse(...rule(metric, `check: ${check}`)).rules).toHaveLength(1);
	});

	it.each([
		['latency_p95_ms', '1.10x', { form: 'ratio', margin: 1.1 }],
		['latency_p95_ms', '1X', { form: 'ratio', margin: 1 }],
		['latency_p95_ms', '50', { form: 'difference', margin: 50 }],
		['faithfulness', '0.02', { form: 'difference', margin: 0.02 }],
		['faithfulness', '"5 pp"', { form: 'difference', margin: 0.05 }],
		['error_rate', '0pp', { form: 'difference', margin: 0 }],
		['cost_usd', '1e-3', { form: 'difference', margin: 0.001 }],
	])('reads a margin on %s of %s', (metric, margin, expected) => {
		expect(parse(...rule(metric, `non_inferior: ${margin}`)).rules[0]?.condition).toMatchObject(expected);
	});

	it.each<[string, string[], unknown[]]>([
		['is empty', [''], [expect.stringContaining('gate.yaml: rules: ')]],
		[
			'has no rules',
			['rules: []'],
			['gate.yaml:1: rules: must hold at least one rule: a gate without rules would pass everything'],
		],
		['has rules of no shape', ['rules: 3'], [expect.stringMatching(/^gate\.yaml:1: rules: .*array/)]],
		[
			'has an unknown key',
			['rule: 1', ...rule('pass_rate', 'check: value >= 0.5')],
			['gate.yaml:1: unknown key "rule"; expected one of: defaults, validity, baseline, rules, waivers'],
		],
		[
			'has an unknown key in a rule',
			['rules:', '  - id: r', '    metric: pass_rate', '    check: value >= 0.5', '    teir: advisory'],
			[
				'gate.yaml:5: rules.0: unknown key "teir"; expected one of: id, metric, prometheus, tempo, check, non_inferior, max_events, alpha, method, per, adjust, cluster_by, min_samples, on_missing, tier',
			],
		],
		[
			'has an unknown key in its defaults',
			['defaults:', '  samples: 3', ...rule('pass_rate', 'check: value >= 0.5')],
			[
				'gate.yaml:2: defaults: unknown key "samples"; expected one of: alpha, min_samples, tier, on_missing, cluster_by',
			],
		],
		[
			'has an unknown key in its validity',
			['validity: { max_errors: 3 }', ...rule('pass_rate', 'check: value >= 0.5')],
			['gate.yaml:1: validity: unknown key "max_errors"; expected one of: max_error_rate, min_paired, spans'],
		],
		[
			'allows every trial to fail',
			['validity: { max_error_rate: 1 }', ...rule('pass_rate', 'check: value >= 0.5')],
			['gate.yaml:1: validity.max_error_rate: Too big: expected number to be <1'],
		],
		[
			'wants no pairs',
			['validity: { min_paired: 0 }', ...rule('pass_rate', 'check: value >= 0.5')],
			['gate.yaml:1: validity.min_paired: Too small: expected number to be >0'],
		],
		[
			'wants no samples',
			rule('pass_rate', 'check: value >= 0.5, min_samples: 0'),
			['gate.yaml:2: rules.0.min_samples: Too small: expected number to be >=1'],
		],
		[
			'has a rule without a condition',
			rule('pass_rate', 'tier: critical'),
			['gate.yaml:2: rules.0: needs a condition: `check`, `non_inferior` or `max_events`'],
		],
		[
			'names a metric that nobody measures',
			['rules:', '  - id: r', '    metric: faithfullness', '    check: value >= 0.5'],
			[
				`gate.yaml:3: rules.0.metric: unknown metric "faithfullness"; this suite measures: ${catalogue.map(({ name }) => name).join(', ')}`,
			],
		],
		[
			'uses an id twice',
			['rules:', ...[1, 2].map(() => '  - { id: r, metric: pass_rate, check: value >= 0.5 }')],
			['gate.yaml:3: rules.1.id: "r" is used twice; a rule\'s id is unique'],
		],
		[
			'uses the id of another rule’s part',
			[
				'rules:',
				'  - { id: r, metric: pass_rate, check: value >= 0.5, non_inferior: 1pp }',
				'  - { id: r/check, metric: pass_rate, check: value >= 0.1 }',
			],
			['gate.yaml:3: rules.1.id: "r/check" is used twice; a rule\'s id is unique'],
		],
		[
			'uses an id of the record checks',
			['rules:', '  - { id: "valid:paired", metric: pass_rate, check: value >= 0.5 }'],
			[
				'gate.yaml:2: rules.0.id: "valid:paired": ids that begin with "valid:" are those of the record checks',
			],
		],
		[
			'is all advisory',
			rule('pass_rate', 'check: value >= 0.5, tier: advisory'),
			['gate.yaml:2: every rule is advisory, so nothing could ever block; make one critical'],
		],
		[
			'counts events of a share',
			rule('pass_rate', 'max_events: 0'),
			['gate.yaml:2: rules.0.max_events: max_events counts violations, and this metric is in share'],
		],
		[
			'allows a negative number of events',
			rule('safety_violations', 'max_events: -1'),
			['gate.yaml:2: rules.0.max_events: Too small: expected number to be >=0'],
		],
		[
			'says a key twice',
			['rules: []', 'rules: []'],
			['gate.yaml:2: not valid YAML: Map keys must be unique'],
		],
		[
			'is no YAML',
			['rules: [{'],
			[expect.stringMatching(/^gate\.yaml:\d+: not valid YAML: /), expect.anything()],
		],
		[
			'has several problems',
			[
				'rules:',
				'  - { id: a, metric: nope, check: value >= 0.5 }',
				'  - { id: b, metric: pass_rate, check: value }',
				'  - { id: b, metric: pass_rate, check: value >= 0.5 }',
			],
			[
				expect.stringContaining('gate.yaml:2: rules.0.metric: '),
				expect.stringContaining('gate.yaml:3: rules.1.check: '),
				expect.stringContaining('gate.yaml:4: rules.2.id: '),
			],
		],
	])('that %s is refused by its line', (_, lines, expected) => {
		expect(problemsOf(...lines)).toEqual(expected);
	});

	it.each([
		['value', /"value" is not a check; expected e\.g\. "value >= 0\.85"/],
		['value = 0.85', /is not a check/],
		['value => 0.85', /is not a check/],
		['value >= high', /is not a check/],
		['value >= 85%', /is not a check/],
		['value >= 0x1', /is not a check/],
		['value >= 0.8 and value <= 0.9', /is not a check/],
		['0.85 <= value', /unknown "0\.85"|is not a check/],
		['', /is not a check/],
		[
			'mean >= 0.85',
			/unknown "mean"; expected value, or one of its bounds, lower and upper: "value >= 0\.85"/,
		],
		['Lower >= 0.85', /unknown "Lower"; expected value, or one of its bounds/],
		['lower >= 0.85 with t', /is not a check/],
		['value >= 1e999', /not a finite number/],
	])('refuses the check %j', (check, message) => {
		expect(problemsOf(...rule('pass_rate', `check: ${JSON.stringify(check)}`))).toEqual([
			expect.stringMatching(new RegExp(`^gate\\.yaml:2: rules\\.0\\.check: .*(${message.source})`)),
		]);
	});

	it.each([
		['latency_p95_ms', '2pp', /percentage points fit shares and scores, not ms/],
		['safety_violations', '2pp', /percentage points fit shares and scores, not violations/],
		['latency_p95_ms', '0.9x', /so it is at least 1x/],
		['latency_p95_ms', '-1x', /so it is at least 1x/],
		['latency_p95_ms', '-5', /a margin is not negative/],
		['pass_rate', '-2pp', /a margin is not negative/],
		['pass_rate', '2%', /is not a margin; expected e\.g\. "2pp"/],
		['pass_rate', 'x', /is not a margin/],
		['pass_rate', '""', /is not a margin/],
		['pass_rate', '1e999', /margin/],
		['pass_rate', '.inf', /margin/],
		['pass_rate', '.nan', /margin/],
		['pass_rate', '[2]', /expected a margin such as 2pp, 1\.10x, or a number/],
		['pass_rate', '2', /would allow a fall from 1 to 0; expected less than 100pp, e\.g\. "2pp" or 0\.02/],
		['faithfulness', '100pp', /would allow a fall from 1 to 0/],
	])('refuses a margin on %s of %s', (metric, margin, message) => {
		expect(problemsOf(...rule(metric, `non_inferior: ${margin}`))).toEqual([
			expect.stringMatching(new RegExp(`^gate\\.yaml:2: rules\\.0\\.non_inferior: .*(${message.source})`)),
		]);
	});
});
