import { context, propagation, type Tracer, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
	defaultResource,
	detectResources,
	envDetector,
	resourceFromAttributes,
} from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOnSampler, type ReadableSpan, type Span, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { Attr } from './names.ts';
import { RunSpans } from './run-spans.ts';

/** The OpenTelemetry SDK of a measuring process: every span goes to the run whose context it started in. */
export interface Sdk {
	readonly tracer: Tracer;
	/** Names the run that keeps the spans which start outside of any run's context. */
	keepStraysIn(run: RunSpans): void;
	shutdown(): Promise<void>;
}

/** Routes ended spans to their run's record; it never drops one. */
class RunSpanProcessor implements SpanProcessor {
	readonly #runs = new WeakMap<ReadableSpan, RunSpans>();
	readonly #early: ReadableSpan[] = [];
	#strays: RunSpans | undefined;

	onStart(span: Span, parentContext: Parameters<SpanProcessor['onStart']>[1]): void {
		const run = RunSpans.of(parentContext);
		if (run !== undefined) this.#runs.set(span, run);
	}

	onEnd(span: ReadableSpan): void {
		const run = this.#runs.get(span) ?? this.#strays;
		if (run === undefined) this.#early.push(span);
		else run.add(span);
	}

	/** Names the run that keeps spans of no run's context, and gives it those that ended before (a target's start). */
	keepStraysIn(run: RunSpans): void {
		this.#strays = run;
		for (const span of this.#early.splice(0)) run.add(span);
	}

	async forceFlush(): Promise<void> {}
	async shutdown(): Promise<void> {}
}

/**
 * Starts the SDK so that the record does not depend on the environment: always sampled, no attribute limits,
 * no detector (the process detector records argv), no metric or log exporter. Service name and resource
 * attributes come from the standard OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
 */
export function startSdk(version: string): Sdk {
	const processor = new RunSpanProcessor();
	const fromEnvironment = detectResources({ detectors: [envDetector] });
	const own = resourceFromAttributes({ [Attr.serviceName]: 'spangate', [Attr.serviceVersion]: version });
	const sdk = withoutSdkSwitch(
		() =>
			new NodeSDK({
				resource: defaultResource().merge(own).merge(fromEnvironment),
				autoDetectResources: false,
				spanProcessors: [processor],
				sampler: new AlwaysOnSampler(),
				spanLimits: {
					attributeValueLengthLimit: Number.POSITIVE_INFINITY,
					attributeCountLimit: Number.POSITIVE_INFINITY,
					eventCountLimit: Number.POSITIVE_INFINITY,
					linkCountLimit: Number.POSITIVE_INFINITY,
					attributePerEventCountLimit: Number.POSITIVE_INFINITY,
					attributePerLinkCountLimit: Number.POSITIVE_INFINITY,
				},
				textMapPropagator: new CompositePropagator({
					propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
				}),
				metricReaders: [],
				logRecordProcessors: [],
				instrumentations: [],
			}),
	);
	sdk.start();
	return {
		tracer: trace.getTracer('spangate', version),
		keepStraysIn: (run) => processor.keepStraysIn(run),
		async shutdown() {
			await sdk.shutdown();
			trace.disable();
			context.disable();
			propagation.disable();
		},
	};
}

/** NodeSDK reads OTEL_SDK_DISABLED in its constructor; a record must not vanish because an app's is off. */
function withoutSdkSwitch<Made>(make: () => Made): Made {
	const { OTEL_SDK_DISABLED: before } = process.env;
	delete process.env.OTEL_SDK_DISABLED;
	try {
		return make();
	} finally {
		if (before !== undefined) process.env.OTEL_SDK_DISABLED = before;
	}
}
