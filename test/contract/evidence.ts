import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import type { GraderStart } from '../../src/judges/endpoint.ts';
import type { Answer, Evidence, EvidenceSpan } from '../../src/model/evidence.ts';
import type { Question } from '../../src/model/question.ts';

/** Deep-frozen evidence with the given parts over plain defaults. */
export function evidence(output: string, { question = {}, answer = {}, spans = [] }: Parts = {}): Evidence {
	return deepFreeze({
		question: { id: 'q1', input: 'How long do refunds take?', tags: {}, ...question },
		answer: { output, latencyMs: 12, ...answer },
		spans,
	});
}

interface Parts {
	question?: Partial<Question>;
	answer?: Partial<Answer>;
	spans?: readonly EvidenceSpan[];
}

/** A span as a target makes it, with the given attributes. */
export function span(
	attributes: EvidenceSpan['attributes'],
	rest: Partial<Omit<EvidenceSpan, 'attributes'>> = {},
): EvidenceSpan {
	return {
		name: 'retrieval kb',
		kind: 'CLIENT',
		traceId: '0af7651916cd43dd8448eb211c80319c',
		spanId: 'b7ad6b7169203331',
		startMs: 1_700_000_000_000,
		durationMs: 3,
		status: 'unset',
		events: [],
		...rest,
		attributes,
	};
}

/** A retrieval span of the GenAI conventions that found the documents of these ids. */
export function retrievalSpan(...ids: string[]): EvidenceSpan {
	return span({
		'gen_ai.operation.name': 'retrieval',
		'gen_ai.retrieval.documents': JSON.stringify(ids.map((id, index) => ({ id, score: 1 - index / 10 }))),
	});
}

/** A model call's span of the GenAI conventions, with more attributes or others. */
export function chatSpan(attributes: EvidenceSpan['attributes'] = {}): EvidenceSpan {
	return span(
		{
			'gen_ai.operation.name': 'chat',
			'gen_ai.provider.name': 'quill',
			'gen_ai.request.model': 'quill-3',
			'server.address': 'api.quill.example',
			...attributes,
		},
		{ name: 'chat quill-3' },
	);
}

/** A tool's span of the GenAI conventions. */
export function toolSpan(name: string, given: object = {}): EvidenceSpan {
	return span(
		{
			'gen_ai.operation.name': 'execute_tool',
			'gen_ai.tool.name': name,
			'gen_ai.tool.call.arguments': JSON.stringify(given),
		},
		{ name: `execute_tool ${name}`, kind: 'INTERNAL' },
	);
}

/** The context that the runner hands in. */
export const context = { signal: new AbortController().signal, spend() {} };

/** What the runner tells a scorer or check before the first trial: each of a model's tokens costs a thousandth. */
export const start: GraderStart = {
	name: 'the one under test',
	env: {},
	costOf: (model, usage) =>
		usage === undefined
			? { missing: `the answer of "${model}" reports no tokens` }
			: { costUsd: (usage.inputTokens + usage.outputTokens) / 1_000 },
	watch() {},
};

/** The context of a factory, as the suite loader hands it in. */
export const folder = { folder: '.' };

/** A few characters of every kind that real outputs hold, to a million of them. */
export const hugeOutputs: readonly string[] = [
	'The Pro plan costs 20 euros a month, see [kb-1]. Write to the billing team. ',
	'a',
	'I am sorry, but ',
	'a@a.',
	'a@a.io ',
	'4111 1111 1111 ',
	'\u200b- ',
	'退款政策',
].map((piece) => piece.repeat(Math.ceil(1_000_000 / piece.length)));

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null) {
		for (const part of Object.values(value)) deepFreeze(part);
		Object.freeze(value);
	}
	return value;
}

/** What some work gives, at once or later, and how many spans it started. */
export async function countingSpans<Result>(
	work: () => Result | Promise<Result>,
): Promise<{ atOnce: boolean; spans: number }> {
	let spans = 0;
	const startSpan = () => {
		spans += 1;
		return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
	};
	trace.setGlobalTracerProvider({
		getTracer: () => ({ startSpan, startActiveSpan: () => startSpan() as never }),
	});
	try {
		const result = work();
		await result;
		return { atOnce: !(result instanceof Promise), spans };
	} finally {
		trace.disable();
	}
}
