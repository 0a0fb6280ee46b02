import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import { Attr } from './names.ts';

/** A document that a retrieval span names: its id and, when the target gave one, its relevance. */
export interface RetrievedDocument {
	readonly id: string;
	readonly score?: number;
}

/** GenAI semantic conventions 0.1: an opt-in attribute, a JSON string where spans cannot hold structures. */
const genAiDocuments = 'gen_ai.retrieval.documents';
/** OpenInference: the same list, flattened to `retrieval.documents.0.document.id` and so on. */
const openInferenceKind = 'openinference.span.kind';
const openInferenceDocuments = 'retrieval.documents';
const flattened = /^retrieval\.documents\.(\d+)\.(?:document\.)?(.+)$/;

/** OpenInference allows whole numbers as ids, and some writers nest each entry under `document`. */
const Id = z.union([z.string().min(1), z.int()]).transform(String);
const Listed = z.looseObject({ id: Id, score: z.number().optional() });
const Nested = z.union([
	z.looseObject({ document: Listed }).transform(({ document }) => document),
	z
		.looseObject({ 'document.id': Id, 'document.score': z.number().optional() })
		.transform((entry) => ({ id: entry['document.id'], score: entry['document.score'] })),
]);
const Documents = z.array(z.union([Listed, Nested]));

/**
 * Gives the documents that the spans show as retrieved, in span order, from both dialects (GenAI semantic
 * conventions and OpenInference); `undefined` when there is no retrieval span; throws when one does not say
 * which documents it found, because "not recorded" must not read as "nothing found".
 */
export function retrievedDocuments(spans: readonly EvidenceSpan[]): RetrievedDocument[] | undefined {
	const retrievals = spans.filter(isRetrieval);
	return retrievals.length === 0 ? undefined : retrievals.flatMap(documentsOf);
}

function isRetrieval({ attributes }: EvidenceSpan): boolean {
	const kind = attributes[openInferenceKind];
	return (
		attributes[Attr.operation] === 'retrieval' ||
		(typeof kind === 'string' && kind.toUpperCase() === 'RETRIEVER')
	);
}

function documentsOf(span: EvidenceSpan): RetrievedDocument[] {
	const recorded =
		span.attributes[genAiDocuments] ?? span.attributes[openInferenceDocuments] ?? unflatten(span);
	if (recorded === undefined) {
		// A retrieval that failed found nothing; its retry, if there was one, has a span of its own.
		if (span.status === 'error') return [];
		throw new SpangateError(
			'unmeasured',
			`the retrieval span "${span.name}" does not say which documents it found: let the target record ` +
				`${genAiDocuments} (opt-in in the GenAI conventions) or ${openInferenceDocuments}`,
		);
	}
	const documents = Documents.safeParse(parseJson(recorded));
	if (!documents.success) {
		throw new SpangateError(
			'unmeasured',
			`the documents of the retrieval span "${span.name}" cannot be read: expected a list of {id, score?}`,
			{ cause: documents.error },
		);
	}
	return documents.data.map(({ id, score }) => (score === undefined ? { id } : { id, score }));
}

/** Spans hold no objects, so a list arrives as one JSON text or as one JSON text per entry. */
function parseJson(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(parseJson);
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

/** Gathers the flattened attributes into one entry per index, or `undefined` when there is none. */
function unflatten({ attributes }: EvidenceSpan): unknown[] | undefined {
	const entries = new Map<number, Record<string, unknown>>();
	for (const [key, value] of Object.entries(attributes)) {
		const [, index, field] = flattened.exec(key) ?? [];
		if (index === undefined || field === undefined) continue;
		entries.set(Number(index), { ...entries.get(Number(index)), [field]: value });
	}
	if (entries.size === 0) return undefined;
	// A gap means that an attribute limit dropped a document: without an entry of its own the list is refused.
	const whole = Math.max(...entries.keys()) === entries.size - 1;
	return whole ? [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry) : [undefined];
}
