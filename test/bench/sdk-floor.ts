import { ROOT_CONTEXT, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { packageVersion } from '../../src/version.ts';
import { questionId, scorers, target } from './noop-suite.ts';

/** Takes a serialized request and the number of spans in it. */
export type OnRequest = (request: Uint8Array, spans: number) => void;

const runId = '20261122T120000Z-candidate-0a1b2c';
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
 * Makes and serializes with OpenTelemetry's SDK alone the spans that spangate records for a question of the no-op
 * suite, and nothing else: no target but an awaited function, no context manager, no file.
 */
export async function makeSpans(questions: number, perRequest: number, onRequest: OnRequest): Promise<void> {
	const processor = new Collecting(perRequest, onRequest);
	const own = { 'service.name': 'spangate', 'service.version': packageVersion() };
	const provider = new TracerProvider({
		resource: defaultResource().merge(resourceFromAttributes(own)),
		spanProcessors: [processor],
	});
	const tracer = provider.getTracer('spangate', packageVersion());
	const answer = async () => 'ok';
	for (let index = 0; index < questions; index++) await traceQuestion(tracer, questionId(index), answer);
	processor.serialize();
}

async function traceQuestion(tracer: Tracer, id: string, answer: () => Promise<string>): Promise<void> {
	const rootOptions = { root: true, kind: SpanKind.INTERNAL, links: [{ context: runSpan }] };
	const root = tracer.startSpan('question', rootOptions, ROOT_CONTEXT);
	const parent = trace.setSpan(ROOT_CONTEXT, root);
	const call = tracer.startSpan(`invoke_agent ${target}`, { kind: SpanKind.INTERNAL }, parent);
	call.setAttributes({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': target });
	await answer();
	call.end();
	for (const scorer of scorers) {
		const span = tracer.startSpan(`evaluate ${scorer}`, { kind: SpanKind.INTERNAL }, parent);
		span.setAttributes({ 'spangate.scorer.version': '1', 'spangate.scorer.passed': true });
		span.addEvent('gen_ai.evaluation.result', {
			'gen_ai.evaluation.name': scorer,
			'gen_ai.evaluation.score.value': 1,
			'gen_ai.evaluation.score.label': 'pass',
		});
		span.end();
	}
	root.setAttributes({
		'test.suite.name': 'bench',
		'test.case.name': id,
		'test.case.result.status': 'pass',
		'spangate.run.id': runId,
		'spangate.target': target,
		'spangate.question.id': id,
		'spangate.question.repeat': 0,
		'spangate.question.tags': [],
		'spangate.passed': true,
		'spangate.policy.status': 'not_checked',
		'spangate.policy.violations': [],
		'spangate.policy.checks': [],
		'spangate.safety.status': 'not_checked',
		'spangate.safety.categories': [],
		'spangate.safety.severity': 'none',
		'spangate.safety.checks': [],
		'spangate.score.first': 1,
		'spangate.score.second': 1,
		'spangate.score.third': 1,
	});
	root.end();
}
