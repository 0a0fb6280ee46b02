import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import { GenAi, isOperation, OpenInference, parseJson, unflatten } from './dialects.ts';
import { langChainDocuments } from './langchain.ts';
import { ofLast } from './of-last.ts';
import { byStart, treeOf } from './span-tree.ts';

/** A document that a retrieval span names: its id and, where the target recorded them, its relevance and its text. */
export interface RetrievedDocument {
	readonly id: string;
	readonly score?: number;
	readonly content?: string;
}

/** OpenInference flattens the list to `retrieval.documents.0.document.id` and so on. */
const flattened = /^retrieval\.documents\.(\d+)\.(?:document\.)?(.+)$/;

/** OpenInference allows whole numbers as ids, and some writers nest each entry under `document`. */
const Id = z.union([z.string().min(1), z.int()]).transform(String);
/** Texts are opt-in, so what is no text is left out and refuses no document. */
const Content = z.string().optional().catch(undefined);
const Listed = z.looseObject({ id: Id, score: z.number().optional(), content: Content });
const Nested = z.union([
	z.looseObject({ document: Listed }).transform(({ document }) => document),
	z
		.looseObject({
			'document.id': Id,
			'document.score': z.number().optional(),
			'document.content': Content,
		})
		.transform((entry) => ({
			id: entry['document.id'],
			score: entry['document.score'],
			content: entry['document.content'],
		})),
]);
const Documents = z.array(z.union([Listed, Nested]));

/**
 * Gives the documents that the spans show as retrieved, by the retrievals' start, from both dialects (GenAI semantic
 * conventions and OpenInference); `undefined` when there is no retrieval span; throws when one does not say
 * which documents it found, because "not recorded" must not read as "nothing found". What a retriever found by others
 * below it is its own.
 */
export const retrievedDocuments = ofLast(
	(spans: readonly EvidenceSpan[]): readonly RetrievedDocument[] | undefined => {
		const retrievals = spans.filter((span) => isOperation(span, ['retrieval'], 'RETRIEVER')).sort(byStart);
		return retrievals.length === 0 ? undefined : outermost(retrievals, spans).flatMap(documentsOf);
	},
);

/** The retrievals but for those below one that tells. */
function outermost(
	retrievals: readonly EvidenceSpan[],
	spans: readonly EvidenceSpan[],
): readonly EvidenceSpan[] {
	if (retrievals.length === 1) return retrievals;
	const tree = treeOf(spans);
	const telling = new Set(retrievals.filter((span) => recordedOf(span) !== undefined));
	return retrievals.filter((span) => !tree.ancestors(span).some((above) => telling.has(above)));
}

function documentsOf(span: EvidenceSpan): RetrievedDocument[] {
	const recorded = recordedOf(span);
	if (recorded === undefined) {
		// A retrieval that failed found nothing; its retry, if there was one, has a span of its own.
		if (span.status === 'error') return [];
		throw new SpangateError(
			'unmeasured',
			`the retrieval span "${span.name}" does not say which documents it found: let the target record ` +
				`${GenAi.documents} (opt-in in the GenAI conventions) or ${OpenInference.documents}`,
		);
	}
	const documents = Documents.safeParse(parseJson(recorded));
	if (!documents.success) {
		throw new SpangateError(
			'unmeasured',
			`the documents of the retrieval span "${span.name}" cannot be read: expected a list of {id, score?}; ` +
				'where they have no id, let the target give them one (in LangChain: `Document(id=…)`)',
			{ cause: documents.error },
		);
	}
	return documents.data.map(({ id, score, content }) => ({
		id,
		...(score !== undefined && { score }),
		...(content !== undefined && { content }),
	}));
}

function recordedOf(span: EvidenceSpan): unknown {
	const { attributes } = span;
	return (
		attributes[GenAi.documents] ??
		attributes[OpenInference.documents] ??
		withIds(unflatten(attributes, flattened), span) ??
		langChainDocuments(span)
	);
}

/** Tracers of LangChain leave out the ids of its documents, which their output has in the same order. */
function withIds(
	entries: readonly (Record<string, unknown> | undefined)[] | undefined,
	span: EvidenceSpan,
): readonly unknown[] | undefined {
	const documents = entries?.some((entry) => entry?.id === undefined) ? langChainDocuments(span) : undefined;
	if (documents?.length !== entries?.length) return entries;
	return entries?.map((entry, index) => entry && { ...entry, id: entry.id ?? documents?.[index]?.id });
}
