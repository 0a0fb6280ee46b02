import { createRequire } from 'node:module';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

/**
 * Starts tracing as the standard `OTEL_*` environment asks and returns what flushes and stops it.
 * Without an OTLP endpoint nothing is started, so that nothing is sent to the default port.
 */
export function startTelemetry(env: NodeJS.ProcessEnv): () => Promise<void> {
	if (!env.OTEL_EXPORTER_OTLP_ENDPOINT && !env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return async () => {};
	// The SDK's default detectors would also record the command line and the host's name.
	env.OTEL_NODE_RESOURCE_DETECTORS ??= 'env,serviceinstance';
	const http = new HttpInstrumentation({
		disableOutgoingRequestInstrumentation: true,
		ignoreIncomingRequestHook: ({ url }) => url === '/healthz',
	});
	const sdk = new NodeSDK({
		traceExporter: new OTLPTraceExporter(),
		instrumentations: [http],
		metricReaders: [],
		logRecordProcessors: [],
	});
	sdk.start();
	// An `import` bypasses the instrumentation unless a loader hook is registered, but a server is patched on the
	// prototype that both module systems share: one `require` is enough and needs no hook.
	createRequire(import.meta.url)('node:http');
	return () => sdk.shutdown();
}
