import { describe, expect, it } from 'vitest';
import { catalogue, parse, problemsOf, rule } from '../support/gate-file.ts';

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
			`gate.yaml:2: rule "r": check: "${check}" can never fail: the metric lies between 0 and 1; expected a limit ${limit}`,
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
				`gate.yaml:2: rule "r": check: "${check}" would pass the worse values: of this metric, ${better} is better; expected "${turned}" (`,
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
		[
			'has rules of no shape',
			['rules: 3'],
			[
				'gate.yaml:1: rules: expected a list of rules, e.g. [{ id: quality, metric: pass_rate, non_inferior: 2pp }], found 3',
			],
		],
		[
			'has an unknown key',
			['rule: 1', ...rule('pass_rate', 'check: value >= 0.5')],
			['gate.yaml:1: unknown key "rule"; did you mean `rules`?'],
		],
		[
			'has an unknown key in a rule',
			['rules:', '  - id: r', '    metric: pass_rate', '    check: value >= 0.5', '    teir: advisory'],
			['gate.yaml:5: rule "r": unknown key "teir"; did you mean `tier`?'],
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
			[
				'gate.yaml:1: validity.max_error_rate: expected a number from 0 to below 1: the share of failed trials, e.g. 0.02, found 1',
			],
		],
		[
			'wants no pairs',
			['validity: { min_paired: 0 }', ...rule('pass_rate', 'check: value >= 0.5')],
			[
				'gate.yaml:1: validity.min_paired: expected a number above 0 and at most 1: the share of questions in both runs, e.g. 0.98, found 0',
			],
		],
		[
			'wants no samples',
			rule('pass_rate', 'check: value >= 0.5, min_samples: 0'),
			[
				'gate.yaml:2: rule "r": min_samples: expected a whole number from 1 on, e.g. 30: how many trials a rule wants, found 0',
			],
		],
		[
			'has a rule without a condition',
			rule('pass_rate', 'tier: critical'),
			['gate.yaml:2: rule "r": needs a condition: `check`, `non_inferior` or `max_events`'],
		],
		[
			'names a metric that nobody measures',
			['rules:', '  - id: r', '    metric: faithfullness', '    check: value >= 0.5'],
			[
				`gate.yaml:3: rule "r": metric: unknown metric "faithfullness"; did you mean \`faithfulness\`? this suite measures: ${catalogue.map(({ name }) => name).join(', ')}`,
			],
		],
		[
			'uses an id twice',
			['rules:', ...[1, 2].map(() => '  - { id: r, metric: pass_rate, check: value >= 0.5 }')],
			['gate.yaml:3: rule "r": id: "r" is used twice, first on line 2; a rule\'s id is unique'],
		],
		[
			'uses the id of another rule’s part',
			[
				'rules:',
				'  - { id: r, metric: pass_rate, check: value >= 0.5, non_inferior: 1pp }',
				'  - { id: r/check, metric: pass_rate, check: value >= 0.1 }',
			],
			['gate.yaml:3: rule "r/check": id: "r/check" is used twice, first on line 2; a rule\'s id is unique'],
		],
		[
			'uses an id of the record checks',
			['rules:', '  - { id: "valid:paired", metric: pass_rate, check: value >= 0.5 }'],
			[
				'gate.yaml:2: rule "valid:paired": id: "valid:paired": ids that begin with "valid:" are those of the record checks',
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
			['gate.yaml:2: rule "r": max_events: max_events counts violations, and this metric is in share'],
		],
		[
			'allows a negative number of events',
			rule('safety_violations', 'max_events: -1'),
			[
				'gate.yaml:2: rule "r": max_events: expected a whole number from 0 on: how many violations may occur, e.g. 0, found -1',
			],
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
				expect.stringContaining('gate.yaml:2: rule "a": metric: '),
				expect.stringContaining('gate.yaml:3: rule "b": check: '),
				expect.stringContaining('gate.yaml:4: rule "b": id: '),
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
			expect.stringMatching(new RegExp(`^gate\\.yaml:2: rule "r": check: .*(${message.source})`)),
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
			expect.stringMatching(new RegExp(`^gate\\.yaml:2: rule "r": non_inferior: .*(${message.source})`)),
		]);
	});
});

describe('what a rule says of its bounds', () => {
	const terms = (...lines: string[]) =>
		parse(...lines).rules.map((each) => ({
			id: each.id,
			alpha: each.alpha,
			onMissing: each.onMissing,
			...('adjust' in each && {
				method: each.method,
				clusterBy: each.clusterBy,
				per: each.per,
				adjust: each.adjust,
			}),
		}));

	it('is 0.05, nothing grouped or sliced, and inconclusive when missing, unless it says otherwise', () => {
		const plain = { alpha: 0.05, onMissing: 'inconclusive', adjust: 'none' };
		expect(terms(...rule('pass_rate', 'check: lower >= 0.5'))).toEqual([{ id: 'r', ...plain }]);
		expect(parse(...rule('pass_rate', 'check: lower >= 0.5')).rules[0]).not.toHaveProperty('waiver');
	});

	it('is what the defaults say, or the rule itself', () => {
		expect(
			terms(
				'defaults: { alpha: 0.1, on_missing: fail, cluster_by: cluster }',
				'rules:',
				'  - { id: a, metric: pass_rate, check: lower >= 0.5 }',
				'  - { id: b, metric: pass_rate, non_inferior: 2pp, alpha: 0.01, on_missing: inconclusive, cluster_by: "tag:lang" }',
				'  - { id: c, metric: safety_violations, max_events: 0 }',
				'  - { id: d, prometheus: { value: a, total: b, min_total: 1 }, check: upper < 0.1, alpha: 0.2, on_missing: inconclusive }',
				'  - { id: e, prometheus: { value: a, total: b, min_total: 1 }, check: value < 0.1 }',
			),
		).toEqual([
			{ id: 'a', alpha: 0.1, onMissing: 'fail', clusterBy: { by: 'cluster' }, adjust: 'none' },
			{
				id: 'b',
				alpha: 0.01,
				onMissing: 'inconclusive',
				clusterBy: { by: 'tag', key: 'lang' },
				adjust: 'none',
			},
			{ id: 'c', alpha: 0.1, onMissing: 'fail', adjust: 'none' },
			{ id: 'd', alpha: 0.2, onMissing: 'inconclusive' },
			{ id: 'e', alpha: 0.1, onMissing: 'fail' },
		]);
	});

	it('adjusts the slices of a rule with bounds by Holm, unless it says none', () => {
		const sliced = (metric: string, rest: string) =>
			terms(...rule(metric, `per: tag:lang, ${rest}`)).map(({ per, adjust }) => [per, adjust]);
		expect(sliced('pass_rate', 'non_inferior: 5pp')).toEqual([['lang', 'holm']]);
		expect(sliced('pass_rate', 'non_inferior: 5pp, adjust: none')).toEqual([['lang', 'none']]);
		expect(sliced('pass_rate', 'check: value >= 0.5')).toEqual([['lang', 'none']]);
		expect(sliced('pass_rate', 'check: value >= 0.5, adjust: none')).toEqual([['lang', 'none']]);
		expect(sliced('pass_rate', 'check: value >= 0.5, non_inferior: 2pp')).toEqual([
			['lang', 'none'],
			['lang', 'holm'],
		]);
	});

	it('gives the method to the conditions that have bounds', () => {
		const lines = rule('pass_rate', 'check: value >= 0.5, non_inferior: 2pp, method: newcombe');
		expect(terms(...lines).map(({ method }) => method)).toEqual([undefined, 'newcombe']);
	});

	it.each([
		['pass_rate', 'check: lower >= 0.5', 'wilson'],
		['faithfulness', 'check: lower >= 0.5', 'bootstrap'],
		['safety_violations', 'check: upper < 0.1', 'clopper-pearson'],
		['latency_p95_ms', 'check: upper <= 3500', 'order-statistics'],
		['latency_p95_ms', 'non_inferior: 1.1x', 'delta'],
		['faithfulness', 'non_inferior: 1pp', 'sign-flip'],
		['pass_rate', 'non_inferior: 1.1x', 'bootstrap'],
	])('takes a method that fits %s, %s: %s', (metric, condition, method) => {
		expect(parse(...rule(metric, `${condition}, method: ${method}`)).rules[0]).toMatchObject({ method });
	});

	const remote = (source: string, rest: string) => ['rules:', `  - { id: r, ${source}, ${rest} }`];
	const share = 'prometheus: { value: a, total: b, min_total: 1 }';
	const tempo = 'tempo: { value: "{} | rate()", count: "{} | count_over_time()", min_count: 1, window: 5m }';

	it.each<[string, string[], string[]]>([
		[
			'names a method of another kind of metric',
			rule('faithfulness', 'check: lower >= 0.5, method: tango'),
			[
				'rule "r": method: "tango" does not fit "lower >= 0.5" of faithfulness; expected one of: t, bootstrap',
			],
		],
		[
			'names a method of one run for two',
			rule('pass_rate', 'non_inferior: 2pp, method: wilson'),
			[
				'rule "r": method: "wilson" does not fit "non_inferior 2pp" of pass_rate; expected one of: tango, newcombe, paired-t, bootstrap',
			],
		],
		[
			'names a method of differences for a ratio',
			rule('pass_rate', 'non_inferior: 1.1x, method: tango'),
			[
				'rule "r": method: "tango" does not fit "non_inferior 1.1x" of pass_rate; expected one of: bootstrap, delta',
			],
		],
		[
			'names a method that cannot allow for its groups',
			rule('pass_rate', 'non_inferior: 2pp, method: tango, cluster_by: cluster'),
			[
				'rule "r": method: "tango" takes each question for itself, and cluster_by groups them by cluster; expected no method, or one that allows for groups',
			],
		],
		[
			'names a method that fits one of its conditions',
			rule('latency_p95_ms', 'check: upper <= 3500, non_inferior: 1.1x, method: delta'),
			[
				'rule "r": method: "delta" does not fit "upper <= 3500" of latency_p95_ms; expected order-statistics, or rules of their own for the conditions',
			],
		],
		[
			'names no method at all',
			rule('pass_rate', 'check: lower >= 0.5, method: guess'),
			[
				'rule "r": method: expected one of: clopper-pearson, wilson, t, order-statistics, tango, newcombe, paired-t, sign-flip, bootstrap, delta, found "guess"',
			],
		],
		...(['alpha: 0.1', 'method: wilson', 'cluster_by: cluster'] as const).map(
			(key): [string, string[], string[]] => [
				`has no bounds and says ${key}`,
				rule('pass_rate', `check: value >= 0.5, ${key}`),
				[
					`rule "r": ${key.split(':')[0]}: is about bounds, and this rule has none; expected a check on lower or upper, or non_inferior`,
				],
			],
		),
		[
			'counts events and groups them',
			rule('safety_violations', 'max_events: 0, cluster_by: cluster'),
			[
				'rule "r": cluster_by: is about bounds, and this rule has none; expected a check on lower or upper, or non_inferior',
			],
		],
		[
			'adjusts without slices',
			rule('pass_rate', 'non_inferior: 2pp, adjust: holm'),
			['rule "r": adjust: is about the slices of `per`; expected e.g. `per: tag:lang` beside it'],
		],
		[
			'adjusts estimates',
			rule('pass_rate', 'check: value >= 0.5, per: tag:lang, adjust: holm'),
			[
				'rule "r": adjust: holm adjusts what bounds are tested by, and this rule has none; expected a check on lower or upper, or non_inferior',
			],
		],
		[
			'adjusts by another name',
			rule('pass_rate', 'non_inferior: 2pp, per: tag:lang, adjust: bonferroni'),
			['rule "r": adjust: expected holm or none, found "bonferroni"'],
		],
		[
			'slices events',
			rule('safety_violations', 'max_events: 0, check: upper < 0.1, per: tag:lang'),
			[
				'rule "r": per: has no slices for max_events, which counts what the whole run did; expected a rule of its own for max_events',
			],
		],
		[
			'groups its slices by themselves',
			rule('pass_rate', 'non_inferior: 2pp, per: tag:lang, cluster_by: tag:lang'),
			[
				'rule "r": per: tag:lang groups the questions too, so each slice would be one group; expected another cluster_by',
			],
		],
		...['"lang"', '"cluster"', '"tag:"', '"tag: lang"', '7'].map((per): [string, string[], string[]] => [
			`has slices per ${per}`,
			rule('pass_rate', `non_inferior: 2pp, per: ${per}`),
			[`rule "r": per: expected tag: and the key of a tag, e.g. tag:lang, found ${per}`],
		]),
		...['"lang"', '"none"', '"tag:"', '7'].map((by): [string, string[], string[]] => [
			`groups by ${by}`,
			rule('pass_rate', `non_inferior: 2pp, cluster_by: ${by}`),
			[
				`rule "r": cluster_by: expected cluster (the \`cluster\` of the questions), or tag: and the key of a tag, e.g. tag:article, found ${by}`,
			],
		]),
		...['0', '-0.1', '0.21', '.nan', '"0.05"'].map((alpha): [string, string[], string[]] => [
			`has an alpha of ${alpha}`,
			rule('pass_rate', `check: lower >= 0.5, alpha: ${alpha}`),
			[
				`rule "r": alpha: expected a number above 0 and at most 0.2: the chance that a bound is wrong on its side, e.g. 0.05, found ${alpha.replace('.nan', 'NaN')}`,
			],
		]),
		[
			'passes what is missing',
			rule('pass_rate', 'check: lower >= 0.5, on_missing: pass'),
			[
				'rule "r": on_missing: there is no `pass`: what nobody measured says nothing good; expected inconclusive or fail, found "pass"',
			],
		],
		[
			'skips what is missing',
			rule('pass_rate', 'check: lower >= 0.5, on_missing: skip'),
			['rule "r": on_missing: expected inconclusive or fail, found "skip"'],
		],
		[
			'is a list of checks',
			rule('pass_rate', 'check: [lower >= 0.5]'),
			['rule "r": check: expected a check such as "lower >= 0.85" or "value <= 3500", found a list'],
		],
		[
			'asks a backend and says what is for runs',
			remote(share, 'check: upper <= 0.1, method: wilson, per: tag:lang, adjust: none, cluster_by: cluster'),
			[
				'rule "r": method: is for metrics of the run, and this rule asks prometheus; the bounds of a share that a backend gives are by Clopper-Pearson',
				...['per', 'adjust', 'cluster_by'].map(
					(key) =>
						`rule "r": ${key}: is for metrics of the run, and this rule asks prometheus; expected the slices in its query`,
				),
			],
		],
		[
			'asks a backend for an estimate and says alpha',
			remote(share, 'check: value <= 0.1, alpha: 0.1'),
			[
				'rule "r": alpha: is the error of a bound, and this rule has none; expected a check on lower or upper',
			],
		],
		[
			'wants bounds of buckets',
			remote('prometheus: { buckets: a, quantile: 0.9, min_total: 1 }', 'check: upper <= 0.5'),
			[
				'rule "r": check: "upper <= 0.5": bounds are those of a share that Prometheus gives, with value and total and without a window, and buckets have none: a limit outside of the quantile’s bucket is proven, one inside is inconclusive; else "value <= 0.5"',
			],
		],
		[
			'wants bounds over a window',
			remote('prometheus: { value: a, total: b, min_total: 1, window: 5m }', 'check: upper <= 0.5'),
			[
				'rule "r": check: "upper <= 0.5": bounds are those of a share that Prometheus gives, with value and total and without a window, and the worst of the shares in a window has none; expected no window, and the time in the queries; else "value <= 0.5"',
			],
		],
		[
			'wants bounds of Tempo',
			remote(tempo, 'check: upper <= 0.5'),
			[
				'rule "r": check: "upper <= 0.5": bounds are those of a share that Prometheus gives, with value and total and without a window, and Tempo gives no share with its total; else "value <= 0.5"',
			],
		],
		[
			'could not tell from a backend',
			remote(share, 'check: lower <= 0.5'),
			[
				'rule "r": check: "lower <= 0.5" would pass when the data cannot tell: the fewer they are, the lower this bound; expected "upper <= 0.5"',
			],
		],
		[
			'could take any share',
			remote(share, 'check: lower >= 0'),
			[
				'rule "r": check: "lower >= 0" can never fail: a bound of a share lies between 0 and 1; expected a limit above 0 and below 1',
			],
		],
	])('and is refused when it %s', (_, lines, expected) => {
		expect(problemsOf(...lines)).toEqual(expected.map((message) => `gate.yaml:2: ${message}`));
	});

	it('is refused in the defaults, too', () => {
		expect(
			problemsOf(
				'defaults: { alpha: 0.5, on_missing: pass, cluster_by: article, per: tag:lang }',
				...rule('pass_rate', 'check: lower >= 0.5'),
			),
		).toEqual([
			expect.stringContaining('gate.yaml:1: defaults.alpha: expected a number above 0 and at most 0.2'),
			expect.stringContaining('gate.yaml:1: defaults.on_missing: there is no `pass`'),
			expect.stringContaining('gate.yaml:1: defaults.cluster_by: expected cluster'),
			'gate.yaml:1: defaults: unknown key "per"; expected one of: alpha, min_samples, tier, on_missing, cluster_by',
		]);
	});

	it('leaves a number that a backend gives its own range and direction, of which nothing is known', () => {
		for (const check of ['value >= -5', 'value <= 3', 'value > 0', 'value < 1'])
			expect(parse(...remote(share, `check: ${check}`)).rules).toHaveLength(1);
	});

	it('does not blame a key on a condition that could not be read', () => {
		expect(problemsOf(...rule('pass_rate', 'check: lwr >= 0.5, method: wilson, alpha: 0.1'))).toEqual([
			expect.stringContaining('rule "r": check: "lwr >= 0.5": unknown "lwr"'),
		]);
	});

	it('slices by a tag that the defaults group by only when it groups by another', () => {
		const lines = (rest: string) => [
			'defaults: { cluster_by: "tag:lang" }',
			...rule('pass_rate', `non_inferior: 2pp, per: tag:lang${rest}`),
		];
		expect(problemsOf(...lines(''))).toEqual([expect.stringContaining('so each slice would be one group')]);
		expect(parse(...lines(', cluster_by: cluster')).rules).toHaveLength(1);
	});
});

describe('what a baseline must be', () => {
	const of = (baseline: string) => [`baseline: ${baseline}`, ...rule('pass_rate', 'non_inferior: 2pp')];

	it('is of the same suite, and of any age, unless the file says more', () => {
		expect(parse(...rule('pass_rate', 'non_inferior: 2pp')).baseline).toEqual({ same: ['suite'] });
		expect(parse(...of('{ max_age: 30d }')).baseline).toEqual({ maxAgeS: 2_592_000, same: ['suite'] });
		expect(parse(...of('{ same: [scorers, suite, checks, concurrency, spangate] }')).baseline).toEqual({
			same: ['scorers', 'suite', 'checks', 'concurrency', 'spangate'],
		});
	});

	it.each([
		['{ max_age: 30 }', 'max_age: expected a duration such as 12h or 30d, found 30'],
		['{ max_age: 0d }', 'max_age: expected a duration such as 12h or 30d, found "0d"'],
		['{ max_age: 1w }', 'max_age: expected a duration such as 12h or 30d, found "1w"'],
		[
			'{ same: [scorers] }',
			'same: must hold suite: without it the answers to different questions would be compared',
		],
		[
			'{ same: [] }',
			'same: must hold suite: without it the answers to different questions would be compared',
		],
		['{ same: [suite, suite] }', 'same: names one twice'],
		[
			'{ same: [suite, model] }',
			'same.1: expected one of: suite, scorers, checks, concurrency, spangate, found "model"',
		],
	])('is refused: %s', (baseline, message) => {
		expect(problemsOf(...of(baseline))).toEqual([`gate.yaml:1: baseline.${message}`]);
	});

	it('is refused with a key that it has not', () => {
		expect(problemsOf(...of('{ age: 30d }'))).toEqual([
			'gate.yaml:1: baseline: unknown key "age"; expected one of: max_age, same',
		]);
	});
});

describe('a gate file that says everything', () => {
	it('gives every condition with what stands in for it', () => {
		const { rules } = parse(
			'baseline: { max_age: 30d, same: [suite, scorers] }',
			'defaults: { alpha: 0.05, min_samples: 30, tier: critical }',
			'validity: { min_paired: 0.98, max_error_rate: 0.02, spans: all-acknowledged }',
			'rules:',
			'  - { id: quality-floor, metric: faithfulness, check: "lower >= 0.85" }',
			'  - { id: quality,       metric: pass_rate, non_inferior: 2pp }',
			'  - { id: latency,       metric: latency_p95_ms, check: "upper <= 3500", non_inferior: 1.10x }',
			'  - { id: cost,          metric: cost_per_success, check: "value <= 0.08" }',
			'  - { id: safety,        metric: safety_violations, max_events: 0, check: "upper < 0.025" }',
			'  - { id: by-language,   metric: pass_rate, per: tag:lang, non_inferior: 5pp, adjust: holm, tier: advisory }',
			'  - { id: live-errors,   prometheus: { value: "<PromQL>", total: "<PromQL>", min_total: 300 }, check: "upper <= 0.05" }',
			'waivers:',
			'  - { rule: latency/check, until: 2026-12-31, by: ops, reason: "vendor incident", limit: "upper <= 4200" }',
		);
		expect(rules.map(({ id, condition, waiver }) => [id, condition.text, waiver?.condition.text])).toEqual([
			['quality-floor', 'lower >= 0.85', undefined],
			['quality', 'non_inferior 2pp', undefined],
			['latency/check', 'upper <= 3500', 'upper <= 4200'],
			['latency/non_inferior', 'non_inferior 1.10x', undefined],
			['cost', 'value <= 0.08', undefined],
			['safety/max_events', 'max_events 0', undefined],
			['safety/check', 'upper < 0.025', undefined],
			['by-language', 'non_inferior 5pp', undefined],
			['live-errors', 'upper <= 0.05', undefined],
		]);
	});
});
