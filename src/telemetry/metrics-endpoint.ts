import { httpUrl, tracesUrl } from './wire.ts';

/**
 * Where metrics are sent: beside the traces of `--otlp`, else where the standard environment says. Nothing where it
 * names an endpoint for traces alone, or says `OTEL_METRICS_EXPORTER=none`.
 */
export function metricsEndpoint(
	otlp: string | undefined,
	env: Readonly<Record<string, string | undefined>>,
): string | undefined {
	if (env.OTEL_METRICS_EXPORTER === 'none') return undefined;
	if (otlp !== undefined) return metricsUrl(otlp);
	const own = env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT;
	if (own) return httpUrl(own).href;
	return env.OTEL_EXPORTER_OTLP_ENDPOINT ? metricsUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT) : undefined;
}

/** A base URL, or that of the traces signal, with the path of the metrics signal. */
function metricsUrl(base: string): string {
	const url = new URL(tracesUrl(base));
	url.pathname = url.pathname.replace(/traces$/, 'metrics');
	return url.href;
}
