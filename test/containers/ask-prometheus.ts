import type { Json } from '../support/stored-run.ts';

/** One series of an answer, with its newest value. */
export interface Series {
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
}

/** Asks over Prometheus' API: at one time, or over a range when `start`, `end` and `step` are given; a refusal is an error. */
export async function askPrometheus(url: string, query: Readonly<Record<string, string>>): Promise<Series[]> {
	const path = 'step' in query ? 'query_range' : 'query';
	const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`);
	const { status, data, error }: Json = await response.json();
	if (status !== 'success') throw new Error(`${query.query}: ${error}`);
	return data.result.map(({ metric, value, values }: Json) => ({
		labels: metric,
		value: Number((value ?? values.at(-1))[1]),
	}));
}

/** The values of some series by one of their labels. */
export function labelled(series: readonly Series[], label: string): Record<string, number> {
	return Object.fromEntries(series.map(({ labels, value }) => [labels[label] ?? '', value]));
}
