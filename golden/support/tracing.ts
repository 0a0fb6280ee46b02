import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Hit } from './retrieval.ts';

const tracer = trace.getTracer('support-assistant');
const dataSource = 'support-articles';

/** Runs a search inside a `retrieval` span that bears what was asked and what was found. */
export function tracedRetrieval(query: string, topK: number, search: () => readonly Hit[]): readonly Hit[] {
	return inSpan(
		`retrieval ${dataSource}`,
		{
			'gen_ai.operation.name': 'retrieval',
			'gen_ai.data_source.id': dataSource,
			'gen_ai.request.top_k': topK,
			'gen_ai.retrieval.query.text': query,
		},
		(span) => {
			const hits = search();
			const documents = hits.map(({ article, score }) => ({ id: article.id, score }));
			span.setAttribute('gen_ai.retrieval.documents', JSON.stringify(documents));
			return hits;
		},
	);
}

/** What a `chat` span tells of the model's response. */
export interface ChatResult {
	readonly model: string;
	readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
	readonly finishReason: string;
}

/** Runs a model call inside a `chat` span with its usage and finish reason. */
export function tracedChat<Result extends ChatResult>(model: string, call: () => Result): Result {
	return inSpan(
		`chat ${model}`,
		{ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'quill', 'gen_ai.request.model': model },
		(span) => {
			const result = call();
			span.setAttributes({
				'gen_ai.response.model': result.model,
				'gen_ai.response.finish_reasons': [result.finishReason],
				'gen_ai.usage.input_tokens': result.usage.inputTokens,
				'gen_ai.usage.output_tokens': result.usage.outputTokens,
			});
			return result;
		},
	);
}

function inSpan<Result>(
	name: string,
	attributes: Record<string, string | number>,
	work: (span: Span) => Result,
): Result {
	return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, (span) => {
		try {
			return work(span);
		} catch (error) {
			span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
			span.setStatus({ code: SpanStatusCode.ERROR });
			throw error;
		} finally {
			span.end();
		}
	});
}
