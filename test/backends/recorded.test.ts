import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { backendAddress } from '../../src/backends/backend.ts';
import { jaeger } from '../../src/backends/jaeger.ts';
import { prometheus } from '../../src/backends/prometheus.ts';
import { tempo } from '../../src/backends/tempo.ts';
import { tempoTraces } from '../../src/backends/tempo-traces.ts';
import { evidenceOfOtlp, spansOf, TraceRequest } from '../../src/telemetry/otlp-json.ts';
import { answerHttp, type HttpAnswer } from '../support/http-answers.ts';

const traceId = '32e75377c366018e31daf0bacf5ed031';

const recorded = (file: string) =>
	readFileSync(new URL(`../fixtures/backends/${file}`, import.meta.url), 'utf8');

/** A backend that gives one recorded answer to everything. */
async function answering(name: string, answer: HttpAnswer) {
	const { url } = await answerHttp(() => answer);
	return backendAddress(name, url, {});
}

const traceBackends = [
	['Jaeger', jaeger, 404],
	['Tempo', tempoTraces, 200],
] as const;

it.each(traceBackends)('a trace that %s kept is the trace that was recorded', async (name, open) => {
	const body = recorded(`${name.toLowerCase()}/trace.json`);
	const trace = await open(await answering(name, { body })).read(traceId);
	const spansIn = (request: TraceRequest) =>
		spansOf(request)
			.map(evidenceOfOtlp)
			.sort((one, other) => one.spanId.localeCompare(other.spanId));
	const own = recorded('spans.jsonl').trimEnd().split('\n');
	const ours = spansIn({
		resourceSpans: own.flatMap((line) => TraceRequest.parse(JSON.parse(line)).resourceSpans ?? []),
	});
	expect(ours).toHaveLength(12);
	expect(spansIn(trace?.request ?? {})).toEqual(ours);
});

it.each(traceBackends)('a trace that %s does not have is none', async (name, open, status) => {
	const body = recorded(`${name.toLowerCase()}/trace-not-found.json`);
	expect(await open(await answering(name, { body, status })).read(traceId)).toBeUndefined();
});

it.each([
	['average', 'count', { values: [0.0012527700060975615], totals: [164] }],
	['average', 'count-nothing', { values: [0.0012527700060975615], totals: [0] }],
	['average', 'count-empty-interval', { missing: expect.stringContaining('no series for `count`') }],
	['count-empty-interval', 'count', { missing: expect.stringContaining('no series for `value`') }],
	['count-by-passed', 'count', { missing: expect.stringContaining('2 series for `value`') }],
])('Tempo’s %s over its %s is read as it is meant', async (value, count, reading) => {
	const { url } = await answerHttp(({ url: path = '' }) => ({
		body: recorded(`tempo/${path.includes('count_over_time') ? count : value}.json`),
	}));
	const query = {
		source: 'tempo' as const,
		value: '{} | avg_over_time(duration)',
		count: '{} | count_over_time()',
		windowS: 900,
	};
	const source = tempo(backendAddress('Tempo', url, {}));
	expect(await source.ask(query, '2026-11-25T13:05:00Z')).toEqual(reading);
});

it.each([
	['syntax-error.txt', 'compiling query: parse error at line 1, col 20'],
	['not-metrics.txt', 'not a metrics query'],
])('Tempo’s own words for %s are why nothing was measured', async (file, words) => {
	const source = tempo(await answering('Tempo', { status: 400, body: recorded(`tempo/${file}`) }));
	const query = { source: 'tempo' as const, value: '{} | rate(', count: '{}', windowS: 900 };
	const reading = await source.ask(query, '2026-11-25T13:05:00Z');
	expect(reading).toEqual({ missing: expect.stringContaining(words) });
});

it.each([
	['scalar', 200, { values: [328], totals: [328] }],
	['vector', 200, { missing: expect.stringContaining('2 series for `value`') }],
	['empty', 200, { missing: expect.stringContaining('no series for `value`') }],
	['nan', 200, { missing: expect.stringContaining('gives NaN for `value`') }],
	['syntax-error', 400, { missing: expect.stringContaining('unclosed left parenthesis') }],
])('Prometheus’ answer %s is read as it is meant', async (file, status, reading) => {
	const query = { source: 'prometheus' as const, value: 'x', total: 'y', maxAgeS: 300 };
	expect(await askPrometheus(`prometheus/${file}.json`, status, query)).toEqual(reading);
});

it('Prometheus’ buckets hold every sample in the last', async () => {
	const query = { source: 'prometheus' as const, buckets: 'sum by (le) (x_bucket)', maxAgeS: 300 };
	const reading = await askPrometheus('prometheus/buckets.json', 200, query);
	expect(reading).toMatchObject({ total: 164 });
	expect('buckets' in reading && reading.buckets).toContainEqual({ le: '0.05', count: 20 });
});

/** At the second at which the answer was recorded, which stands in it. */
async function askPrometheus(
	file: string,
	status: number,
	query: Parameters<ReturnType<typeof prometheus>['ask']>[0],
) {
	const body = recorded(file);
	const at = Number(/\d{10}\.\d+/.exec(body)?.[0] ?? 1_795_611_881);
	const { url } = await answerHttp(({ url: path = '' }) =>
		path.includes('lookback_delta=none') ? { status: 400, body: 'invalid lookback_delta' } : { body, status },
	);
	const source = prometheus(backendAddress('Prometheus', url, {}));
	return source.ask(query, new Date(at * 1_000).toISOString());
}
