import { z } from 'zod';
import { secondsOf } from '../config/duration.ts';
import type { PrometheusQuery } from '../model/answer.ts';
import {
	type BackendAddress,
	getFrom,
	type MetricsBackend,
	objectIn,
	readingOf,
	unexpected,
	wordsOf,
} from './backend.ts';

const Sample = z.tuple([z.number(), z.string()]);
const Labels = z.record(z.string(), z.string());

/** Prometheus' HTTP API, v1: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const Success = z.object({
	status: z.literal('success'),
	/** VictoriaMetrics says so when a part of its storage did not answer. */
	isPartial: z.boolean().default(false),
	warnings: z.array(z.string()).default([]),
	data: z.discriminatedUnion('resultType', [
		z.object({ resultType: z.literal('scalar'), result: Sample }),
		z.object({
			resultType: z.literal('vector'),
			result: z.array(z.object({ metric: Labels, value: Sample })),
		}),
		z.object({
			resultType: z.literal('matrix'),
			result: z.array(z.object({ metric: Labels, values: z.array(Sample) })),
		}),
	]),
});

/** One series of an answer; a scalar is one without labels. */
interface Series {
	readonly labels: Readonly<Record<string, string>>;
	readonly samples: readonly (readonly [atS: number, value: string])[];
}

/** The moments that a query is evaluated at, in milliseconds since 1970. */
interface Moments {
	readonly startMs: number;
	readonly endMs: number;
	/** 0 for one moment. */
	readonly stepMs: number;
}

/** Of an answer that is not to be judged, why. */
class Unfit extends Error {}

const steps = 60;
/** What Prometheus looks back for an instant unless its flag says otherwise. */
const usualLookBackS = 300;
/** A selector by itself, of which `timestamp()` tells when its sample was taken. */
const selector = /^\s*[a-zA-Z_:][\w:]*\s*(\{[^{}()]*\})?\s*$/;

/** A selector over a range of time. */
const ranged = /([a-zA-Z_:][\w:]*(?:\{[^{}]*\})?)\s*\[/g;

/** Prometheus, or what speaks its HTTP API, as a source of a gate's rules. */
export function prometheus(address: BackendAddress): MetricsBackend<PrometheusQuery> {
	let lookBack: Promise<number> | undefined;
	return {
		ask: (query, evaluatedAt) =>
			readingOf(async () => {
				lookBack ??= lookBackOf(address);
				const asked = { address, maxAgeS: query.maxAgeS, lookBackS: await lookBack };
				try {
					return 'buckets' in query
						? await buckets(asked, query.buckets, evaluatedAt)
						: await numbers(asked, query, evaluatedAt);
				} catch (error) {
					if (error instanceof Unfit) return { missing: error.message };
					throw error;
				}
			}),
	};
}

interface Asked {
	readonly address: BackendAddress;
	readonly maxAgeS: number;
	/** How far back a sample can lie that the server takes for an instant's; 0 when it does as it is told. */
	readonly lookBackS: number;
}

async function numbers(
	asked: Asked,
	{ value, total, windowS }: Extract<PrometheusQuery, { value: string }>,
	evaluatedAt: string,
) {
	const moments = momentsOf(evaluatedAt, windowS);
	// One after the other: of two that are missing the same one is told each time.
	const values = await oneSeries(asked, 'value', value, moments);
	const totals = await oneSeries(asked, 'total', total, moments);
	await assertAlive(asked, 'total', total, moments.endMs);
	return { values, totals };
}

async function buckets(asked: Asked, expression: string, evaluatedAt: string) {
	const moments = momentsOf(evaluatedAt, undefined);
	const series = await fresh(asked, 'buckets', expression, moments);
	if (series.length === 0)
		throw new Unfit(`${asked.address.name} has no series for \`buckets\` (${expression})`);
	const found = series.map(({ labels, samples }) => {
		const { le, ...others } = labels;
		if (le === undefined || Object.keys(others).length > 0) {
			const names = Object.keys(labels).join(', ') || 'none';
			throw new Unfit(
				`${asked.address.name} gives \`buckets\` with the labels ${wordsOf(asked.address.secrets, names)}; expected le alone: sum by (le) (…)`,
			);
		}
		return { le, count: numberAt(asked, 'buckets', samples, moments)[0] ?? Number.NaN };
	});
	const all = found.find(({ le }) => le === '+Inf');
	if (all === undefined) {
		throw new Unfit(`${asked.address.name} gives \`buckets\` without le="+Inf", which holds every sample`);
	}
	await assertAlive(asked, 'buckets', expression, moments.endMs);
	return { buckets: found, total: all.count };
}

function momentsOf(evaluatedAt: string, windowS: number | undefined): Moments {
	const endMs = Date.parse(evaluatedAt);
	if (windowS === undefined) return { startMs: endMs, endMs, stepMs: 0 };
	const windowMs = Math.round(windowS * 1_000);
	const stepMs = Math.min(windowMs, Math.max(1_000, Math.ceil(windowMs / steps / 1_000) * 1_000));
	// Back from the end, so that the last moment is the one that is judged at.
	return { startMs: endMs - Math.floor(windowMs / stepMs) * stepMs, endMs, stepMs };
}

/** The one series' value at every moment. */
async function oneSeries(asked: Asked, key: string, expression: string, moments: Moments): Promise<number[]> {
	const { name } = asked.address;
	const [series, ...others] = await fresh(asked, key, expression, moments);
	if (series === undefined) throw new Unfit(`${name} has no series for \`${key}\` (${expression})`);
	if (others.length > 0) {
		throw new Unfit(
			`${name} has ${others.length + 1} series for \`${key}\` (${expression}), and one is judged; aggregate them: sum(…), max(…)`,
		);
	}
	return numberAt(asked, key, series.samples, moments);
}

/** A series' numbers; a moment without one, another moment's, or what is no number, is nothing to judge. */
function numberAt(
	{ address: { name, secrets } }: Asked,
	key: string,
	samples: Series['samples'],
	moments: Moments,
): number[] {
	const { startMs, endMs, stepMs } = moments;
	const wanted = stepMs === 0 ? 1 : Math.round((endMs - startMs) / stepMs) + 1;
	if (samples.length !== wanted) {
		throw new Unfit(
			`${name} has \`${key}\` at ${samples.length} of the ${wanted} moments of the window, every ${stepMs / 1_000} s`,
		);
	}
	return samples.map(([atS, text], index) => {
		if (Math.abs(atS * 1_000 - (startMs + index * stepMs)) > 1_000) {
			throw new Unfit(`${name} gives \`${key}\` for another time than the one that was asked for`);
		}
		const value = /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
		if (!Number.isFinite(value))
			throw new Unfit(`${name} gives ${wordsOf(secrets, text)} for \`${key}\`, which is no number to judge`);
		return value;
	});
}

/**
 * Throws when what a count is made of was last seen longer ago than `max_age`: a range such as `[1h]` would go on
 * counting what stopped long since. The value is not asked for: without an error it may have no series at all.
 */
async function assertAlive(asked: Asked, key: string, expression: string, endMs: number): Promise<void> {
	const { address, maxAgeS } = asked;
	for (const [, seen = ''] of expression.matchAll(ranged)) {
		const [last] = await evaluate(asked, `max(timestamp(${seen}))`, { startMs: endMs, endMs, stepMs: 0 });
		const [atS = Number.NaN, takenS = ''] = last?.samples[0] ?? [];
		if (!(atS - Number(takenS) <= maxAgeS)) {
			throw new Unfit(
				`${address.name} has no sample of ${seen}, which \`${key}\` counts, that is younger than max_age, ${maxAgeS} s`,
			);
		}
	}
}

/** What the expression gives, of samples that are young enough. */
async function fresh(asked: Asked, key: string, expression: string, moments: Moments): Promise<Series[]> {
	const { address, maxAgeS, lookBackS } = asked;
	const series = await evaluate(asked, expression, moments);
	if (lookBackS <= maxAgeS) return series;
	const remedy = `this server looks back ${lookBackS} s and does not take lookback_delta`;
	if (!selector.test(expression)) {
		throw new Unfit(
			`${address.name} cannot tell how old the samples behind \`${key}\` are: ${remedy}; set max_age to ${lookBackS}s or more`,
		);
	}
	const times = await evaluate(asked, `timestamp(${expression})`, moments);
	const old = times.some(({ samples }) =>
		samples.some(([atS, takenS]) => !(atS - Number(takenS) <= maxAgeS)),
	);
	if (old || times.length !== series.length) {
		throw new Unfit(
			`${address.name} has no sample for \`${key}\` that is younger than max_age, ${maxAgeS} s`,
		);
	}
	return series;
}

async function evaluate({ address, maxAgeS }: Asked, query: string, moments: Moments): Promise<Series[]> {
	const { startMs, endMs, stepMs } = moments;
	const time = (ms: number) => (ms / 1_000).toFixed(3);
	const when: Record<string, string> =
		stepMs === 0
			? { time: time(endMs) }
			: { start: time(startMs), end: time(endMs), step: `${stepMs / 1_000}` };
	const lookback_delta = `${Math.round(maxAgeS * 1_000)}ms`;
	const path = stepMs === 0 ? '/api/v1/query' : '/api/v1/query_range';
	const answer = await getFrom(address, `${path}?${new URLSearchParams({ query, ...when, lookback_delta })}`);
	const object = objectIn(answer);
	const where = `${path} (${query})`;
	if (answer.status !== 200 || object === undefined) {
		const { errorType, error } = object ?? {};
		const said = `HTTP ${answer.status}${answer.status === 200 ? ', and no JSON object' : ''}`;
		const words = typeof error === 'string' ? `${String(errorType ?? 'error')}: ${error}` : answer.text;
		throw unexpected(address, where, { ...answer, text: words }, said);
	}
	const parsed = Success.safeParse(object);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw unexpected(
			address,
			where,
			{ ...answer, text: '' },
			`not an answer to judge: ${issue?.path.join('.')}: ${issue?.message}`,
		);
	}
	const { warnings, data, isPartial } = parsed.data;
	if (isPartial) throw unexpected(address, where, { ...answer, text: '' }, 'answered in part');
	if (warnings.length > 0)
		throw unexpected(address, where, { ...answer, text: warnings.join('; ') }, 'answered with a warning');
	switch (data.resultType) {
		case 'scalar':
			return [{ labels: {}, samples: [data.result] }];
		case 'vector':
			return data.result.map(({ metric, value }) => ({ labels: metric, samples: [value] }));
		case 'matrix':
			return data.result.map(({ metric, values }) => ({ labels: metric, samples: values }));
	}
}

/**
 * How far back the server looks whatever it is told, in seconds: 0 when it takes `lookback_delta`, which one that
 * does refuses when it is no duration. Prometheus before 2.43 does not, and says its flag.
 */
async function lookBackOf(address: BackendAddress): Promise<number> {
	const probe = await getFrom(address, '/api/v1/query?query=1&lookback_delta=none');
	if (probe.status === 400 && probe.text.includes('lookback')) return 0;
	const flags = objectIn(await getFrom(address, '/api/v1/status/flags'))?.data;
	const parsed = z.object({ 'query.lookback-delta': z.string() }).safeParse(flags);
	if (!parsed.success) return usualLookBackS;
	const parts = parsed.data['query.lookback-delta'].match(/\d+(ms|[smhd])/g) ?? [];
	return parts.reduce((sum, part) => sum + (secondsOf(part) ?? 0), 0) || usualLookBackS;
}
