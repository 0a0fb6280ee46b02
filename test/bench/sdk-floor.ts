import { type Context, ROOT_CONTEXT, type SpanOptions, type Tracer, trace } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { packageVersion } from '../../src/version.ts';
import { questionId } from './noop-suite.ts';
import type { SpanTemplate } from './span-template.ts';

/** Takes a serialized request and the number of spans in it. */
export type OnRequest = (request: Uint8Array, spans: number) => void;

const runSpan = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

/** Collects ended spans and serializes them when there are as many as spangate puts into a request. */
class Collecting implements SpanProcessor {
	readonly #perRequest: number;
	readonly #onRequest: OnRequest;
	#spans: ReadableSpan[] = [];

	constructor(perRequest: number, onRequest: OnRequest) {
		this.#perRequest = perRequest;
		this.#onRequest = onRequest;
	}

	onStart(): void {}

	onEnd(span: ReadableSpan): void {
		this.#spans.push(span);
		if (this.#spans.length >= this.#perRequest) this.serialize();
	}

	serialize(): void {
		if (this.#spans.length === 0) return;
		const request = JsonTraceSerializer.serializeRequest(this.#spans);
		if (request === undefined) throw new Error('the OTLP serializer returned nothing');
		this.#onRequest(request, this.#spans.length);
		this.#spans = [];
	}

	async forceFlush(): Promise<void> {}
	async shutdown(): Promise<void> {}
}

/**
 * Makes and serializes with OpenTelemetry's SDK alone the spans of a question as spangate recorded them, for so many
 * questions, and nothing else: no target but an awaited function, no context manager, no file.
 */
export async function makeSpans(
	template: SpanTemplate,
	{ questions, perRequest }: { readonly questions: number; readonly perRequest: number },
	onRequest: OnRequest,
): Promise<void> {
	const processor = new Collecting(perRequest, onRequest);
	const own = { 'service.name': 'spangate', 'service.version': packageVersion() };
	const provider = new TracerProvider({
		resource: defaultResource().merge(resourceFromAttributes(own)),
		spanProcessors: [processor],
	});
	const root = makerOf(template, provider);
	const answer = async () => 'ok';
	for (let index = 0; index < questions; index++) {
		await answer();
		makeSpan(root, ROOT_CONTEXT, questionId(index));
	}
	processor.serialize();
}

/** A template whose tracer is at hand. */
interface Maker extends Omit<SpanTemplate, 'scope' | 'below'> {
	readonly tracer: Tracer;
	readonly options: SpanOptions;
	readonly below: readonly Maker[];
}

function makerOf({ scope, below, ...template }: SpanTemplate, provider: TracerProvider): Maker {
	return {
		...template,
		tracer: provider.getTracer(scope.name, scope.version),
		options: { kind: template.kind, ...(template.isLinked && { root: true, links: [{ context: runSpan }] }) },
		below: below.map((each) => makerOf(each, provider)),
	};
}

function makeSpan(maker: Maker, parent: Context, id: string): void {
	const span = maker.tracer.startSpan(maker.name, maker.options, parent);
	if (maker.below.length > 0) {
		const context = trace.setSpan(parent, span);
		for (const each of maker.below) makeSpan(each, context, id);
	}
	// Made anew for each span, as whoever traces has to.
	const attributes = { ...maker.attributes };
	for (const key of maker.ids) attributes[key] = id;
	span.setAttributes(attributes);
	for (const event of maker.events) span.addEvent(event.name, { ...event.attributes });
	span.end();
}
