import type { Answered } from './answering-server.ts';

type Labels = Readonly<Record<string, string>>;

/** The body of an instant query's answer, as Prometheus writes it: series with their labels and values. */
export function vector(atS: number, ...series: readonly (readonly [Labels, value: string])[]): string {
	const result = series.map(([metric, value]) => ({ metric, value: [atS, value] }));
	return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

/** The body of a range query's answer with one series. */
export function matrix(samples: readonly (readonly [atS: number, value: string])[]): string {
	const result = [{ metric: {}, values: samples }];
	return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}

/** The body of an error, as Prometheus writes it. */
export function promError(errorType: string, error: string): string {
	return JSON.stringify({ status: 'error', errorType, error });
}

/** How a Prometheus that takes `lookback_delta` answers one that is no duration. */
export function lookBackAnswer(): Answered {
	const error = 'error parsing lookback delta duration: cannot parse "none" to a valid duration';
	return { status: 400, body: promError('bad_data', error) };
}
