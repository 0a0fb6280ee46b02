import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult, RunSummary } from '../../src/model/verdict.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { folderOf, killWaiting, paces, startWaiting, trialsIn } from '../support/killed-run.ts';
import type { MetricPoint } from '../support/metric-points.ts';
import { type MetricsRequest, type Sink, startSink } from '../support/otlp-sink.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const capitals = fixture('capitals');
const run = (target: string) => ['run', capitals, '--target', target, '--json'];

/** What the backend holds in the end: totals and last values, so the last request has them all. */
function lastOf({ metrics }: Sink): MetricsRequest {
	const last = metrics.at(-1);
	if (last === undefined) throw new Error('no metrics came');
	return last;
}

function named(points: readonly MetricPoint[], name: string, runId?: string): MetricPoint[] {
	return points.filter(
		({ name: own, attributes }) =>
			own === name && (runId === undefined || attributes['spangate.run.id'] === runId),
	);
}

/** The sum of the points with these attributes. */
function total(points: readonly MetricPoint[], attributes: Readonly<Record<string, unknown>> = {}): number {
	const matching = points.filter((point) =>
		Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
	);
	return matching.reduce((sum, { value }) => sum + value, 0);
}

function metricOf({ metrics }: RunSummary, name: string): number {
	const metric = metrics[name];
	return metric !== undefined && 'value' in metric ? metric.value : Number.NaN;
}

describe('compare --otlp sends metrics', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let result: GateResult;
	let last: MetricsRequest;
	let points: readonly MetricPoint[];
	let sides: RunSummary[];

	beforeAll(async () => {
		const sink = await startSink();
		const args = ['compare', capitals, '--baseline', 'leaky', '--json', '--otlp', sink.endpoint];
		compared = await workspace.spangate(args, { env: { OTEL_SERVICE_NAME: 'gatekeeper' } });
		result = JSON.parse(compared.stdout);
		last = lastOf(sink);
		points = last.points;
		sides = [result.baseline as RunSummary, result.candidate];
	}, 60_000);

	test('to /v1/metrics, of the same resource as the spans, and says nothing of it', () => {
		expect(compared.code).toBe(0);
		expect(last.path).toBe('/v1/metrics');
		expect(compared.stderr).not.toContain('metrics');
		for (const { resource, scope } of points) {
			expect(resource).toMatchObject({ 'service.name': 'gatekeeper', 'service.version': expect.any(String) });
			expect(scope).toBe('spangate');
		}
	});

	test('with the labels of the contract and no others', () => {
		const labels: Record<string, Set<string>> = {};
		for (const { name, unit, kind, attributes } of points) {
			expect(attributes).toMatchObject({
				'test.suite.name': 'capitals',
				'spangate.target': expect.stringMatching(/^(leaky|candidate)$/),
				'spangate.run.id': expect.any(String),
			});
			const key = `${name} ${kind} ${unit}`.trim();
			labels[key] ??= new Set();
			for (const label of Object.keys(attributes)) labels[key].add(label);
		}
		const common = ['spangate.run.id', 'spangate.target', 'test.suite.name'];
		const further = Object.entries(labels).map(([name, keys]) => [
			name,
			[...keys].filter((key) => !common.includes(key)).sort(),
		]);
		const rule = ['spangate.rule.id', 'spangate.rule.metric'];
		expect(Object.fromEntries(further)).toEqual({
			'spangate.trials counter {trial}': ['spangate.passed', 'spangate.trial.result'],
			'spangate.tagged_trials counter {trial}': ['spangate.passed', 'spangate.tag'],
			'spangate.score histogram 1': ['spangate.scorer.name'],
			'spangate.findings counter {finding}': [
				...['spangate.check.category', 'spangate.check.kind', 'spangate.check.name'],
				...['spangate.check.severity', 'spangate.check.status'],
			],
			'spangate.cost counter USD': [],
			'gen_ai.client.operation.duration histogram s': [
				...['gen_ai.agent.name', 'gen_ai.operation.name', 'gen_ai.response.model'],
			],
			'gen_ai.client.token.usage histogram {token}': [
				...['gen_ai.operation.name', 'gen_ai.response.model', 'gen_ai.token.type'],
			],
			'spangate.run.metric gauge': ['spangate.metric.name', 'spangate.metric.unit'],
			'spangate.run.started gauge s': ['spangate.run.role'],
			'spangate.verdict gauge': ['spangate.baseline.run.id'],
			'spangate.rule.outcome gauge': [...rule, 'spangate.rule.tier'],
			'spangate.rule.observed gauge': rule,
			'spangate.rule.limit gauge': rule,
		});
	});

	test('and no question in them', () => {
		const { trials } = readStoredRun(workspace.home, result.candidate.run.id);
		expect(trials).toHaveLength(8);
		for (const { questionId, input, traceId } of trials) {
			expect(last.text).not.toContain(`"${questionId}"`);
			expect(last.text).not.toContain(input);
			expect(last.text).not.toContain(traceId);
		}
		expect(last.text).not.toContain('spangate.question');
	});

	test('whose totals are those of the record', () => {
		for (const {
			run: { id },
		} of sides) {
			const { trials } = readStoredRun(workspace.home, id);
			const count = (holds: (trial: Json) => boolean) => trials.filter(holds).length;
			const all = named(points, 'spangate.trials', id);
			expect(total(all)).toBe(8);
			expect(total(all, { 'spangate.passed': true })).toBe(count(({ passed }) => passed));
			expect(total(all, { 'spangate.trial.result': 'answered' })).toBe(8);
			const tagged = named(points, 'spangate.tagged_trials', id);
			expect(total(tagged)).toBe(16);
			for (const [tag, passed] of [
				['region=europe', true],
				['size=small', false],
			] as const) {
				const [key = '', value] = tag.split('=');
				expect(total(tagged, { 'spangate.tag': tag, 'spangate.passed': passed })).toBe(
					count((trial) => trial.tags[key] === value && trial.passed === passed),
				);
			}
			const findings = trials.flatMap((trial) => trial.findings);
			const found = named(points, 'spangate.findings', id);
			expect(total(found)).toBe(findings.length);
			expect(total(found, { 'spangate.check.name': 'refusal', 'spangate.check.status': 'ok' })).toBe(
				findings.filter(({ check, status }) => check === 'refusal' && status === 'ok').length,
			);
			const durations = named(points, 'gen_ai.client.operation.duration', id);
			expect(durations.map(({ count: trialsOf }) => trialsOf)).toEqual([8]);
			const latencies = trials.reduce((sum, { latencyMs }) => sum + latencyMs, 0);
			expect(durations[0]?.sum).toBeCloseTo(latencies / 1_000, 9);
		}
	});

	test('whose distributions and sums are those of the JSON output', () => {
		for (const side of sides) {
			const { id } = side.run;
			for (const scorer of ['faithfulness', 'retrieval_hit_rate']) {
				const [score, ...others] = named(points, 'spangate.score', id).filter(
					({ attributes }) => attributes['spangate.scorer.name'] === scorer,
				);
				expect(others).toEqual([]);
				expect((score?.sum ?? 0) / (score?.count ?? 0)).toBeCloseTo(metricOf(side, scorer), 12);
				expect(score?.bounds).toEqual(Array.from({ length: 20 }, (_, at) => (at + 1) / 20));
				// Every score here is a perfect one, which belongs below the bound 1 and not above it.
				expect(score?.buckets).toEqual([...Array(19).fill(0), score?.count, 0]);
			}
			expect(total(named(points, 'spangate.cost', id))).toBeCloseTo(metricOf(side, 'cost_usd'), 12);
			for (const type of ['input', 'output']) {
				const [usage] = named(points, 'gen_ai.client.token.usage', id).filter(
					({ attributes }) => attributes['gen_ai.token.type'] === type,
				);
				expect(usage?.sum).toBe(metricOf(side, `${type}_tokens`));
			}
			const kinds = { policy: 'policy_violations', safety: 'safety_violations' };
			for (const [kind, metric] of Object.entries(kinds)) {
				const violated = { 'spangate.check.kind': kind, 'spangate.check.status': 'violated' };
				expect(total(named(points, 'spangate.findings', id), violated)).toBe(metricOf(side, metric));
			}
		}
		expect(metricOf(sides[0] as RunSummary, 'safety_violations')).toBeGreaterThan(0);
	});

	test('among them each metric of both runs, to the last digit', () => {
		for (const { run: own, metrics } of sides) {
			const sent = named(points, 'spangate.run.metric', own.id).map(({ value, attributes }) => [
				attributes['spangate.metric.name'],
				{ value, unit: attributes['spangate.metric.unit'] },
			]);
			const printed = Object.entries(metrics).flatMap(([name, metric]) =>
				'value' in metric ? [[name, { value: metric.value, unit: metric.unit }] as const] : [],
			);
			expect(printed.length).toBeGreaterThan(10);
			expect(sent).toHaveLength(printed.length);
			expect(Object.fromEntries(sent)).toEqual(Object.fromEntries(printed));
			expect(named(points, 'spangate.run.started', own.id)).toMatchObject([
				{ value: Date.parse(own.startedAt) / 1_000, attributes: { 'spangate.run.role': own.role } },
			]);
		}
	});

	test('and the verdict with every rule that it rests on', () => {
		const { verdict, candidate } = result;
		expect(verdict.outcome).toBe('DEPLOY');
		expect(named(points, 'spangate.verdict')).toMatchObject([
			{
				value: 1,
				attributes: {
					'spangate.run.id': candidate.run.id,
					'spangate.target': 'candidate',
					'spangate.baseline.run.id': sides[0]?.run.id,
				},
			},
		]);
		for (const [metric, field] of [
			['spangate.rule.observed', 'observed'],
			['spangate.rule.limit', 'limit'],
		] as const) {
			const sent = named(points, metric).map(({ attributes, value }) => [
				attributes['spangate.rule.id'],
				value,
			]);
			const judged = verdict.rules.flatMap((rule) =>
				rule[field] === undefined ? [] : [[rule.id, rule[field]] as const],
			);
			expect(judged.length).toBeGreaterThan(4);
			expect(Object.fromEntries(sent)).toEqual(Object.fromEntries(judged));
		}
		const outcomes = named(points, 'spangate.rule.outcome', candidate.run.id).map(
			({ attributes, value }) => ({
				id: attributes['spangate.rule.id'],
				metric: attributes['spangate.rule.metric'],
				tier: attributes['spangate.rule.tier'],
				value,
			}),
		);
		const value = { pass: 1, inconclusive: 0, fail: -1 };
		expect(outcomes).toEqual(
			verdict.rules.map(({ id, metric, tier, outcome }) => ({ id, metric, tier, value: value[outcome] })),
		);
	});
});

describe('metrics', { timeout: 60_000, concurrent: true }, () => {
	test('of a candidate that must not be deployed say -1, and which rule fails', async () => {
		const [workspace, sink] = [new Workspace(), await startSink()];
		const args = ['compare', capitals, '--candidate', 'leaky', '--otlp', sink.endpoint];
		expect((await workspace.spangate(args)).code).toBe(1);
		const { points } = lastOf(sink);
		expect(named(points, 'spangate.verdict').map(({ value }) => value)).toEqual([-1]);
		const outcomes = named(points, 'spangate.rule.outcome');
		expect(total(outcomes, { 'spangate.rule.id': 'safety' })).toBe(-1);
		expect(total(outcomes, { 'spangate.rule.id': 'faithfulness' })).toBe(1);
	});

	test('of a single run are those that it prints', async () => {
		const [workspace, sink] = [new Workspace(), await startSink()];
		const ran = await workspace.spangate([...run('baseline'), '--otlp', `${sink.endpoint}/v1/traces`]);
		expect(ran.code).toBe(0);
		const summary: RunSummary = JSON.parse(ran.stdout);
		const { points } = lastOf(sink);
		const passRate = { 'spangate.metric.name': 'pass_rate' };
		expect(total(named(points, 'spangate.run.metric'), passRate)).toBe(metricOf(summary, 'pass_rate'));
		expect(named(points, 'spangate.verdict')).toEqual([]);
		expect(total(named(points, 'spangate.trials'))).toBe(8);
	});

	test('of a stored baseline are sent once more beside the candidate that is judged by it', async () => {
		const [workspace, sink] = [new Workspace(), await startSink()];
		const stored = await workspace.spangate([...run('leaky'), '--name', 'before']);
		const args = ['compare', capitals, '--baseline', '@before', '--json', '--otlp', sink.endpoint];
		expect((await workspace.spangate(args)).code).toBe(0);
		const { points } = lastOf(sink);
		const [id] = runIds(stored);
		const sent = named(points, 'spangate.run.metric', id);
		expect(total(sent, { 'spangate.metric.name': 'pass_rate' })).toBe(
			metricOf(JSON.parse(stored.stdout), 'pass_rate'),
		);
		expect(named(points, 'spangate.run.started', id)).toHaveLength(1);
		expect(named(points, 'spangate.trials', id)).toEqual([]);
		expect(
			named(points, 'spangate.verdict').map(({ attributes }) => attributes['spangate.baseline.run.id']),
		).toEqual([id]);
	});

	test('come while the run still goes on', async () => {
		const [workspace, sink] = [new Workspace(), await startSink()];
		const release = workspace.path('release');
		const args = [...run('waiting'), '--otlp', sink.endpoint];
		const command = workspace.start(args, { env: { CAPITALS_RELEASE: release } });
		await command.until(() => sink.metrics.length > 0);
		const [first] = sink.metrics;
		expect(named(first?.points ?? [], 'spangate.run.started')).toHaveLength(1);
		expect(named(first?.points ?? [], 'spangate.trials')).toEqual([]);
		workspace.write('release', '');
		expect((await command.finished).code).toBe(0);
		expect(total(named(lastOf(sink).points, 'spangate.trials'))).toBe(8);
	});

	test('of a run that was killed and resumed are those of the whole run', async () => {
		const sink = await startSink();
		const args = ['run', paces, '--target', 'waiting', '--otlp', sink.endpoint];
		const waiting = await startWaiting(args);
		const { workspace, command, env, release } = waiting;
		release(10);
		await command.until(() => trialsIn(folderOf(workspace, 'waiting')) >= 8);
		await killWaiting(waiting);
		const resumed = await workspace.spangate(['resume', '--json'], { env });
		expect(resumed.code).toBe(0);
		const summary: RunSummary = JSON.parse(resumed.stdout);
		const { points } = lastOf(sink);
		expect(total(named(points, 'spangate.trials'))).toBe(40);
		expect(total(named(points, 'spangate.run.metric'), { 'spangate.metric.name': 'pass_rate' })).toBe(
			metricOf(summary, 'pass_rate'),
		);
		const durations = named(points, 'gen_ai.client.operation.duration');
		expect(durations.reduce((sum, { count }) => sum + count, 0)).toBe(40);
	});

	test('that no backend takes are said, and change neither spans nor the verdict', async () => {
		const body = '{"message":"only traces here"}';
		const [workspace, sink] = [new Workspace(), await startSink(undefined, () => ({ status: 404, body }))];
		const args = ['compare', capitals, '--candidate', 'leaky', '--json', '--otlp', sink.endpoint];
		const compared = await workspace.spangate(args);
		expect(compared.code).toBe(1);
		expect(JSON.parse(compared.stdout).verdict.outcome).toBe('NO-DEPLOY');
		expect(compared.stderr).toContain(
			`metrics: ${sink.endpoint}/v1/metrics took no metrics: HTTP 404: only traces here; traces are not affected\n`,
		);
		for (const id of runIds(compared)) {
			expect(readStoredRun(workspace.home, id).delivery).toMatchObject({ outstanding: 0, rejected: 0 });
		}
	});

	test('that wait for an answer in vain end with the run', async () => {
		const [workspace, sink] = [new Workspace(), await startSink(undefined, () => 'hang')];
		const ran = await workspace.spangate([
			...run('candidate'),
			'--otlp',
			sink.endpoint,
			'--export-timeout',
			'1',
		]);
		expect(ran.code).toBe(0);
		expect(sink.metrics).toHaveLength(1);
		expect(ran.stderr).toContain('/v1/metrics took no metrics: no answer came in time; traces are');
		expect(readStoredRun(workspace.home, runIds(ran)[0]).delivery).toMatchObject({ outstanding: 0 });
	});

	test.each([
		['an endpoint for traces alone', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '/v1/traces' }],
		['OTEL_METRICS_EXPORTER=none', { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_METRICS_EXPORTER: 'none' }],
	])('are not sent with %s', async (_, variables) => {
		const [workspace, sink] = [new Workspace(), await startSink()];
		const env = Object.fromEntries(
			Object.entries(variables).map(([name, value]) => [
				name,
				name.endsWith('ENDPOINT') ? `${sink.endpoint}${value}` : value,
			]),
		);
		const ran = await workspace.spangate(run('candidate'), { env });
		expect(ran.code).toBe(0);
		expect(sink.taken.length).toBeGreaterThan(0);
		expect(sink.metrics).toEqual([]);
	});

	test('go where the standard environment says, with its headers and compression', async () => {
		const [workspace, sink] = [new Workspace(), await startSink()];
		const ran = await workspace.spangate(run('candidate'), {
			env: {
				OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${sink.endpoint}/otlp/v1/metrics`,
				OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-scope=tests',
				OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip',
			},
		});
		expect(ran.code).toBe(0);
		const { path, headers, points } = lastOf(sink);
		expect(path).toBe('/otlp/v1/metrics');
		expect(headers).toMatchObject({ 'x-scope': 'tests', 'content-encoding': 'gzip' });
		expect(total(named(points, 'spangate.trials'))).toBe(8);
		expect(sink.requests).toEqual([]);
		expect(ran.stderr).toContain('not sent (see --otlp)');
	});
});
