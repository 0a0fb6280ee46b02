import { secondsOf } from '../config/duration.ts';
import type { RemoteQuery } from '../model/answer.ts';
import type { PrometheusEntry, TempoEntry } from './remote-schema.ts';

/** What a rule asks of a backend, and how much it wants to rest on. */
export interface Remote {
	readonly query: RemoteQuery;
	/** The quantile that is judged, of an answer in buckets. */
	readonly quantile?: number;
	readonly minTotal: number;
}

/** What is wrong with a key of a rule's source. */
interface Fault {
	readonly key: string;
	readonly message: string;
}

/** Functions of PromQL that guess where in a bucket a value lies. */
const interpolating = /histogram_(quantile|fraction)/;
const tempoQuantile = /quantile_over_time/;
/** The one form whose buckets can be asked for: a single quantile, at the end, and nothing grouped. */
const tempoQuantileForm = /\|\s*quantile_over_time\s*\(\s*[^,()]+,\s*(\d*\.?\d+)\s*\)\s*$/;

/** What a rule's `prometheus:` asks, or what is wrong with it. */
export function prometheusRemote(entry: PrometheusEntry): Remote | Fault {
	const { value, total, buckets, quantile, min_total: minTotal, window, max_age: maxAge } = entry;
	const maxAgeS = secondsOf(maxAge) ?? 0;
	for (const [key, query] of Object.entries({ value, total, buckets })) {
		if (query === undefined || !interpolating.test(query)) continue;
		return {
			key,
			message:
				'histogram_quantile and histogram_fraction guess where in a bucket the value lies; expected e.g. ' +
				'`buckets: "sum by (le) (increase(x_bucket[15m]))"` with `quantile: 0.95`',
		};
	}
	if (buckets !== undefined && quantile !== undefined) {
		return { query: { source: 'prometheus', buckets, maxAgeS }, quantile, minTotal };
	}
	if (value === undefined || total === undefined) throw new Error('a rule without value, total and buckets');
	const windowS = window === undefined ? undefined : secondsOf(window);
	return {
		query: { source: 'prometheus', value, total, ...(windowS !== undefined && { windowS }), maxAgeS },
		minTotal,
	};
}

/** What a rule's `tempo:` asks, or what is wrong with it. */
export function tempoRemote({ value, count, min_count: minTotal, window }: TempoEntry): Remote | Fault {
	const query = { source: 'tempo', value, count, windowS: secondsOf(window) ?? 0 } as const;
	if (tempoQuantile.test(count))
		return { key: 'count', message: 'a quantile counts nothing; expected e.g. { … } | count_over_time()' };
	if (!tempoQuantile.test(value)) return { query, minTotal };
	const quantile = Number(tempoQuantileForm.exec(value)?.[1]);
	if (!(quantile > 0 && quantile < 1) || value.split(tempoQuantile).length > 2) {
		return {
			key: 'value',
			message:
				'of quantile_over_time the buckets are judged, so it must end the query and have one quantile above 0 and ' +
				'below 1; expected e.g. { … } | quantile_over_time(duration, 0.95)',
		};
	}
	return { query, quantile, minTotal };
}
