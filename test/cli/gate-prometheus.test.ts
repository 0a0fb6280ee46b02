import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult, RuleResult } from '../../src/model/verdict.ts';
import { eventually, fixture, Workspace } from '../support/cli.ts';
import {
	prometheusInstalled,
	type RealPrometheus,
	startRealPrometheus,
} from '../support/prometheus-server.ts';

const capitals = fixture('capitals');
const exposed = `# TYPE canary_error_ratio gauge
canary_error_ratio 0.02
canary_undefined NaN
# TYPE canary_requests_total counter
canary_requests_total{code="200"} 490
canary_requests_total{code="500"} 10
# TYPE canary_seconds histogram
canary_seconds_bucket{path="/a",le="0"} 6
canary_seconds_bucket{path="/a",le="0.5"} 8
canary_seconds_bucket{path="/a",le="1"} 8
canary_seconds_bucket{path="/a",le="+Inf"} 10
canary_seconds_bucket{path="/b",le="0"} 0
canary_seconds_bucket{path="/b",le="0.5"} 3
canary_seconds_bucket{path="/b",le="1"} 6
canary_seconds_bucket{path="/b",le="+Inf"} 9
`;
const ratio = 'sum(canary_requests_total{code=\\"500\\"}) / sum(canary_requests_total)';

/** One rule on what Prometheus says. */
const rule = (query: string, check: string) =>
	`rules: [{ id: live, prometheus: { ${query} }, check: "${check}" }]\n`;
const number = (value: string, rest = '') =>
	`value: "${value}", total: "sum(canary_requests_total)", min_total: 300${rest}`;
const buckets = (quantile: number) =>
	`buckets: "sum by (le) (canary_seconds_bucket)", quantile: ${quantile}, min_total: 19`;

describe.skipIf(!prometheusInstalled)('a gate that asks a real Prometheus', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let prometheus: RealPrometheus;

	beforeAll(async () => {
		prometheus = await startRealPrometheus(exposed);
		await eventually(
			async () => ((await prometheus.number('count_over_time(canary_error_ratio[1m])')) ?? 0) >= 8,
		);
		const gate = workspace.write('gate.yaml', rule(number(ratio), 'value <= 0.05'));
		const args = ['compare', capitals, '--gate', gate, '--prometheus', prometheus.url, '--json'];
		const compared = await workspace.spangate(args);
		expect(compared.code).toBe(0);
		expect(liveOf(compared.stdout)).toMatchObject({ outcome: 'pass', observed: 0.02, samples: 500 });
	}, 60_000);

	const judge = (gate: string, ...args: string[]) =>
		workspace.inProcess([
			...['gate', '@latest', '--prometheus', prometheus.url, '--json'],
			...['--gate', workspace.write('other.yaml', gate), ...args],
		]);

	test.each<[string, string, string, number, RegExp]>([
		[
			'a ratio under its limit',
			number(ratio),
			'value <= 0.05',
			0,
			/gives 0\.02 \(<= 0\.05\), from 500 samples/,
		],
		['one over it', number(ratio), 'value <= 0.01', 1, /0\.02, 0\.01 over the limit/],
		['a scalar', number('scalar(canary_error_ratio)'), 'value <= 0.05', 0, /gives 0\.02/],
		[
			'a window',
			number('canary_error_ratio', ', window: 3s'),
			'value <= 0.05',
			0,
			/at worst 0\.02 .* at least 500/,
		],
		[
			'a window longer than the data',
			number('canary_error_ratio', ', window: 1h'),
			'value <= 0.05',
			3,
			/of the 61 moments of the window, every 60 s/,
		],
		[
			'a short age of a selector',
			number('canary_error_ratio', ', max_age: 2m').replace(
				'sum(canary_requests_total)',
				'canary_requests_total{code=\\"200\\"}',
			),
			'value <= 0.05',
			0,
			/from 490/,
		],
		['a short age of an expression', number(ratio, ', max_age: 2m'), 'value <= 0.05', 3, /looks back 300 s/],
		[
			'an age that no sample is under',
			number('canary_error_ratio', ', max_age: 1ms').replace(
				'sum(canary_requests_total)',
				'canary_requests_total{code=\\"200\\"}',
			),
			'value <= 0.05',
			3,
			/younger than max_age, 0\.001 s/,
		],
		[
			'a median in its bucket',
			buckets(0.5),
			'value <= 0.5',
			0,
			/p50 is above 0 and at most 0\.5 .* from 19 samples/,
		],
		['a limit inside of it', buckets(0.5), 'value <= 0.4', 3, /the limit lies in that bucket/],
		['a tail that no bucket ends', buckets(0.95), 'value <= 0.5', 1, /p95 is above 1/],
		['NaN', number('canary_undefined'), 'value <= 0.05', 3, /gives NaN for `value`/],
		['no series', number('no_such_metric'), 'value <= 0.05', 3, /no series for `value` \(no_such_metric\)/],
		['several series', number('canary_requests_total'), 'value <= 9999', 3, /2 series for `value`/],
		['a division by nothing', number('canary_error_ratio / 0'), 'value >= 0', 3, /gives \+Inf for `value`/],
		['a wrong query', number('sum('), 'value <= 0.05', 3, /HTTP 400: bad_data: .*parse error/],
		['text', number("'a'"), 'value <= 0.05', 3, /not an answer to judge/],
	])('%s', async (_, query, check, code, reason) => {
		const judged = await judge(rule(query, check));
		expect(liveOf(judged.stdout)?.reason).toMatch(reason);
		expect(judged.code).toBe(code);
		const again = await workspace.inProcess([
			'gate',
			'@latest',
			'--gate',
			workspace.path('other.yaml'),
			'--json',
		]);
		expect(again).toMatchObject({ code, stdout: judged.stdout });
	});

	test('puts the median where histogram_quantile does', async () => {
		const { stdout } = await judge(rule(buckets(0.5), 'value <= 0.5'));
		const theirs = await prometheus.number('histogram_quantile(0.5, sum by (le) (canary_seconds_bucket))');
		expect(theirs).toBeCloseTo(0.35, 12);
		expect(liveOf(stdout)?.observed).toBeCloseTo(theirs ?? Number.NaN, 12);
	});

	test('knows nothing of the time before the first sample, nor of the time to come', async () => {
		for (const at of ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z']) {
			const judged = await judge(rule(number(ratio), 'value <= 0.05'), '--at', at);
			expect(judged.code).toBe(3);
			expect(liveOf(judged.stdout)?.reason).toContain('no series for `value`');
		}
	});

	test('takes no range for fresh whose last sample is older than max_age', async () => {
		const counted =
			'value: "vector(0)", total: "sum(max_over_time(canary_requests_total[1h]))", min_total: 300';
		const gate = rule(counted, 'value <= 0.05');
		const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
		expect((await judge(gate, '--at', at(0))).code).toBe(0);
		const later = await judge(gate, '--at', at(30));
		expect(later.code).toBe(3);
		expect(liveOf(later.stdout)?.reason).toContain('no sample of canary_requests_total');
		const patient = rule(`${counted}, max_age: 1h`, 'value <= 0.05');
		expect((await judge(patient, '--at', at(2))).code).toBe(0);
	});

	test('whose target is gone has no sample, and when it is gone itself there is no answer: exit 3', async () => {
		prometheus.expose(undefined);
		await eventually(async () => (await prometheus.number('canary_error_ratio')) === undefined);
		const gate = rule(number(ratio), 'value <= 0.05');
		const stale = await judge(gate, '--at', new Date().toISOString());
		expect(stale).toMatchObject({ code: 3, stdout: expect.stringContaining('no series for `value`') });
		await prometheus.stop();
		const stopped = await judge(gate);
		expect(stopped).toMatchObject({ code: 3, stdout: expect.stringContaining('ECONNREFUSED') });
	});
});

function liveOf(stdout: string): RuleResult | undefined {
	return (JSON.parse(stdout) as GateResult).verdict.rules.find(({ id }) => id === 'live');
}
