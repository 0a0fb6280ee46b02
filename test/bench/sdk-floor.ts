import { type Context, ROOT_CONTEXT, type Tracer, trace } from '@opentelemetry/api';
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
interface Maker extends Omit<SpanTemplate, 'name' | 'scope' | 'below'> {
	readonly tracer: Tracer;
	/** `evaluate` and `faithfulness`, of which a span's name is made. */
	readonly words: readonly [string, string | undefined];
	readonly below: readonly Maker[];
}

function makerOf({ name, scope, below, ...template }: SpanTemplate, provider: TracerProvider): Maker {
	const [operation = '', ...object] = name.split(' ');
	return {
		...template,
		tracer: provider.getTracer(scope.name, scope.version),
		words: [operation, object.length === 0 ? undefined : object.join(' ')],
		below: below.map((each) => makerOf(each, provider)),
	};
}

/** Names, options and attributes are made anew for each span, as whoever traces has to. */
function makeSpan(
	{ tracer, words, kind, isLinked, below, attributes, ids, events }: Maker,
	parent: Context,
	id: string,
): void {
	const [operation, object] = words;
	const name = object === undefined ? operation : `${operation} ${object}`;
	const options = isLinked ? { root: true, kind, links: [{ context: runSpan }] } : { kind };
	const span = tracer.startSpan(name, options, parent);
	if (below.length > 0) {
		const context = trace.setSpan(parent, span);
		for (const each of below) makeSpan(each, context, id);
	}
	const own = { ...attributes };
	for (const key of ids) own[key] = id;
	span.setAttributes(own);
	for (const event of events) span.addEvent(event.name, { ...event.attributes });
	span.end();
}
