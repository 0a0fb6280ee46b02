/** The forms of OTLP that spangate's receiver takes; it speaks no gRPC. */
const receivable: ReadonlySet<string | undefined> = new Set(['http/protobuf', 'http/json']);

/**
 * The environment that an app is started with, beside spangate's own: the standard variables by which a stock
 * OpenTelemetry SDK continues the trace, finds spangate's receiver, keeps every span whole and flushes in time.
 * The app's own settings (`env` in the suite) have the last word, but for a protocol that the receiver cannot take.
 */
export function appEnvironment(
	name: string,
	endpoint: string | undefined,
	own: Readonly<Record<string, string>>,
): Record<string, string> {
	if (endpoint === undefined) return { ...own };
	const { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: forTraces, OTEL_EXPORTER_OTLP_PROTOCOL: forAll } = own;
	// The one form that the SDKs of all languages have; Python's, Java's and .NET's know no http/json.
	const protocol = [forTraces, forAll].find((given) => receivable.has(given)) ?? 'http/protobuf';
	return {
		OTEL_SERVICE_NAME: name,
		OTEL_SDK_DISABLED: 'false',
		OTEL_PROPAGATORS: 'tracecontext,baggage',
		OTEL_TRACES_EXPORTER: 'otlp',
		// The receiver takes spans alone, and what spangate itself was given is meant for its own backend.
		OTEL_METRICS_EXPORTER: 'none',
		OTEL_LOGS_EXPORTER: 'none',
		OTEL_TRACES_SAMPLER: 'parentbased_always_on',
		OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
		OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
		// An empty variable counts as one that is not set.
		OTEL_ATTRIBUTE_COUNT_LIMIT: '',
		OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '',
		OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '',
		OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '',
		// The SDK's default of 5 s between batches would hold every trial up.
		OTEL_BSP_SCHEDULE_DELAY: '100',
		...own,
		OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
		OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
	};
}
