import { describe, expect, test } from 'vitest';
import { Credentials } from '../../src/redaction/credentials.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { metricsEndpoint } from '../../src/telemetry/metrics-endpoint.ts';
import type { MetricPoint } from '../support/metric-points.ts';
import { type Behaviour, startSink } from '../support/otlp-sink.ts';
import { run, type TrialParts, trial } from '../support/records.ts';

const never = new AbortController().signal;
const minuteMs = 60_000;

/** What a backend holds of these trials, each of another question. */
async function sentOf(trials: readonly TrialParts[]): Promise<readonly MetricPoint[]> {
	const sink = await startSink();
	const metrics = new Metrics(
		`${sink.endpoint}/v1/metrics`,
		'0.0.0-test',
		new Redactor('full', new Credentials()),
	);
	const counted = metrics.start(run());
	for (const [index, parts] of trials.entries()) counted.count(trial({ question: `q${index}`, ...parts }));
	expect(await metrics.close(minuteMs, never)).toBeUndefined();
	expect(sink.metrics).toHaveLength(1);
	return sink.metrics[0]?.points ?? [];
}

/** The points of a metric: what they are of, beside the run, and how much. */
function pointsOf(points: readonly MetricPoint[], name: string): [Record<string, unknown>, number][] {
	const common = new Set(['test.suite.name', 'spangate.target', 'spangate.run.id']);
	return points
		.filter((point) => point.name === name)
		.map(({ attributes, value, count }) => [
			Object.fromEntries(Object.entries(attributes).filter(([key]) => !common.has(key))),
			Number.isNaN(value) ? count : value,
		]);
}

describe('what is counted of a trial', () => {
	test('its outcome and, of a failed one, the kind of error', async () => {
		const points = await sentOf([{}, { failed: true, latencyMs: 3_000 }, { scores: { faithfulness: 0.2 } }]);
		expect(pointsOf(points, 'spangate.trials')).toEqual([
			[{ 'spangate.passed': true, 'spangate.trial.result': 'answered' }, 1],
			[{ 'spangate.passed': false, 'spangate.trial.result': 'failed' }, 1],
			[{ 'spangate.passed': false, 'spangate.trial.result': 'answered' }, 1],
		]);
		const operation = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'candidate' };
		expect(pointsOf(points, 'gen_ai.client.operation.duration')).toEqual([
			[operation, 2],
			[{ ...operation, 'error.type': 'Error' }, 1],
		]);
	});

	test('its scores: 0 of a failed trial, none that errored or was skipped', async () => {
		const points = await sentOf([
			...[{ scores: { faithfulness: 0.07 } }, { failed: true }],
			...([{ scores: { faithfulness: 'errored' } }, { scores: { faithfulness: 'skipped' } }] as const),
		]);
		const [score] = points.filter(({ name }) => name === 'spangate.score');
		expect(score).toMatchObject({ count: 2, sum: 0.07 });
		expect(score?.buckets.slice(0, 3)).toEqual([1, 1, 0]);
	});

	test('its findings, violations by category and severity', async () => {
		const points = await sentOf([{ findings: { pii: 'violated', tone: 'errored', secrets: 'ok' } }, {}]);
		const finding = (check: string, kind: string, status: string) => ({
			'spangate.check.name': check,
			'spangate.check.kind': kind,
			'spangate.check.status': status,
		});
		expect(pointsOf(points, 'spangate.findings')).toEqual([
			[
				{
					...finding('pii', 'safety', 'violated'),
					'spangate.check.category': 'leak',
					'spangate.check.severity': 'high',
				},
				1,
			],
			[finding('tone', 'policy', 'errored'), 1],
			[finding('secrets', 'safety', 'ok'), 2],
			[finding('pii', 'safety', 'ok'), 1],
			[finding('tone', 'policy', 'ok'), 1],
		]);
	});

	test('what it cost and used, where that was reported', async () => {
		const points = await sentOf([
			{ costUsd: 0.25, tokens: [70, 3] },
			{ costUsd: undefined, tokens: undefined },
		]);
		expect(pointsOf(points, 'spangate.cost')).toEqual([[{}, 0.25]]);
		const used = points.filter(({ name }) => name === 'gen_ai.client.token.usage');
		expect(used.map(({ attributes, count, sum }) => [attributes['gen_ai.token.type'], count, sum])).toEqual([
			['input', 1, 70],
			['output', 1, 3],
		]);
	});

	test('its tags, of which a run has 200 at most', async () => {
		const customers = Array.from({ length: 250 }, (_, index) => ({
			tags: { customer: `c${index}`, lang: 'en' },
		}));
		const tagged = pointsOf(await sentOf([...customers, ...customers]), 'spangate.tagged_trials');
		const byTag = new Map(tagged.map(([attributes, value]) => [attributes['spangate.tag'], value]));
		expect(byTag.size).toBe(201);
		expect(byTag.get('customer=c0')).toBe(2);
		expect(byTag.get('lang=en')).toBe(500);
		// The first 199 customers have labels of their own.
		expect(byTag.get('customer=c199')).toBeUndefined();
		expect(byTag.get('other')).toBe((250 - 199) * 2);
	});
});

describe('a backend that takes not all', () => {
	test.each<[string, Behaviour, string]>([
		[
			'rejects data points',
			{
				status: 200,
				body: '{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"too old"}}',
			},
			'took no metrics: 2 data points rejected: too old',
		],
		['is no OTLP backend', { status: 200, body: '<html>' }, 'a body that is not OTLP/JSON: <html>'],
		['breaks off its answer', 'take and tear', 'took no metrics: '],
	])('since it %s is told of', async (_, behaviour, words) => {
		const sink = await startSink(undefined, () => behaviour);
		const metrics = new Metrics(
			`${sink.endpoint}/v1/metrics`,
			'0.0.0-test',
			new Redactor('full', new Credentials()),
		);
		metrics.start(run()).count(trial());
		const failure = await metrics.close(minuteMs, never);
		expect(failure).toContain(words);
		expect(failure).toContain('; traces are not affected');
	});

	test('holds nothing up after Ctrl-C', async () => {
		const sink = await startSink(undefined, () => 'hang');
		const metrics = new Metrics(
			`${sink.endpoint}/v1/metrics`,
			'0.0.0-test',
			new Redactor('full', new Credentials()),
		);
		metrics.start(run());
		const interrupt = new AbortController();
		// The exporter itself gives up later, and in other words.
		const closed = metrics.close(minuteMs * 10, interrupt.signal);
		interrupt.abort();
		expect(await closed).toContain('no answer came in time');
	});
});

test.each([
	['nothing', undefined, {}, undefined],
	['--otlp', 'http://a:4318', {}, 'http://a:4318/v1/metrics'],
	['--otlp with a path', 'http://a/otlp/', {}, 'http://a/otlp/v1/metrics'],
	['--otlp for traces', 'http://a/x/v1/traces?key=1', {}, 'http://a/x/v1/metrics?key=1'],
	['the base', undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a' }, 'http://a/v1/metrics'],
	[
		'one of its own, as it is',
		undefined,
		{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b/in' },
		'http://b/in',
	],
	[
		'--otlp before all',
		'http://a',
		{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b' },
		'http://a/v1/metrics',
	],
	['one for traces', undefined, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a/v1/traces' }, undefined],
	['none', 'http://a', { OTEL_METRICS_EXPORTER: 'none' }, undefined],
] as const)('the endpoint of metrics by %s', (_, otlp, env, expected) => {
	expect(metricsEndpoint(otlp, env)).toBe(expected);
});

test.each([
	['when nothing is said', undefined, {}, 'http://before/v1/metrics'],
	['not with --otlp', 'http://a', {}, 'http://a/v1/metrics'],
	[
		'not when traces go elsewhere now',
		undefined,
		{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a' },
		undefined,
	],
	['not with none', undefined, { OTEL_METRICS_EXPORTER: 'none' }, undefined],
] as const)('where metrics went before, they go again: %s', (_, otlp, env, expected) => {
	expect(metricsEndpoint(otlp, env, 'http://before/v1/metrics')).toBe(expected);
});

test('an endpoint that is none is a usage error', () => {
	expect(() => metricsEndpoint(undefined, { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'b:4318' })).toThrow(
		'"b:4318" is not an OTLP/HTTP endpoint',
	);
});
