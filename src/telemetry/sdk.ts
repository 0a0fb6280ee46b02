import {
	type Context,
	context,
	type Span as OpenSpan,
	propagation,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
	AlwaysOnSampler,
	type IdGenerator,
	RandomIdGenerator,
	type ReadableSpan,
	type Span,
	type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { Attr } from './names.ts';
import { resourceOf } from './resource.ts';
import { keeperOf, type SpanKeeper } from './span-keeper.ts';

/** The OpenTelemetry SDK of a measuring process: every span goes to the run whose context it started in. */
export interface Sdk {
	readonly tracer: Tracer;
	/** Names the run that keeps the spans which start outside of any run's context. */
	keepStraysIn(run: SpanKeeper): void;
	/** Starts one span with ids of an earlier process, which a kill kept from recording it. */
	startWithIds(ids: SpanIds, start: (tracer: Tracer) => OpenSpan): OpenSpan;
	shutdown(): Promise<void>;
}

/** The ids of one span, in hex. */
interface SpanIds {
	readonly traceId: string;
	readonly spanId: string;
}

/** Random ids, but for the one span that is to go on under those it had. */
class GivenIds implements IdGenerator {
	readonly #random = new RandomIdGenerator();
	given: SpanIds | undefined;
	readonly generateTraceId = (): string => this.given?.traceId ?? this.#random.generateTraceId();
	readonly generateSpanId = (): string => this.given?.spanId ?? this.#random.generateSpanId();
}

/** Kept on the span itself: with a million of them in a few minutes a WeakMap costs a tenth of all time. */
const keeperOfSpan = Symbol('spangate span keeper');
type Kept = { [keeperOfSpan]?: SpanKeeper };

/** Routes ended spans to whoever keeps those of their context; it never drops one. */
class KeepingProcessor implements SpanProcessor {
	readonly #early: ReadableSpan[] = [];
	#strays: SpanKeeper | undefined;

	onStart(span: Span, parentContext: Context): void {
		const keeper = keeperOf(parentContext);
		if (keeper !== undefined) (span as Kept)[keeperOfSpan] = keeper;
	}

	onEnding(span: Span): void {
		if ((span as Kept)[keeperOfSpan]?.late) span.setAttribute(Attr.late, true);
	}

	onEnd(span: ReadableSpan): void {
		const keeper = (span as Kept)[keeperOfSpan] ?? this.#strays;
		if (keeper === undefined) this.#early.push(span);
		else keeper.add(span);
	}

	/** Names who keeps spans of no run's context, and gives it those that ended before (a target's start). */
	keepStraysIn(keeper: SpanKeeper): void {
		this.#strays = keeper;
		for (const span of this.#early.splice(0)) keeper.add(span);
	}

	async forceFlush(): Promise<void> {}
	async shutdown(): Promise<void> {}
}

/**
 * Starts the SDK so that the record does not depend on the environment: always sampled, no attribute limits,
 * no detector (the process detector records argv), no metric or log exporter.
 */
export function startSdk(version: string): Sdk {
	const processor = new KeepingProcessor();
	const ids = new GivenIds();
	const sdk = withoutSdkSwitch(
		() =>
			new NodeSDK({
				resource: resourceOf(version),
				autoDetectResources: false,
				spanProcessors: [processor],
				sampler: new AlwaysOnSampler(),
				idGenerator: ids,
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
	const tracer = trace.getTracer('spangate', version);
	return {
		tracer,
		keepStraysIn: (run) => processor.keepStraysIn(run),
		startWithIds(given, start) {
			ids.given = given;
			try {
				return start(tracer);
			} finally {
				ids.given = undefined;
			}
		},
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
