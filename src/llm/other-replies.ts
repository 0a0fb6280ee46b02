import { z } from 'zod';
import { ModelError } from './failures.ts';

const count = z.int().min(0);
const EmbeddingList = z.looseObject({
	model: z.string().optional(),
	data: z.array(z.looseObject({ index: count, embedding: z.array(z.number()).min(1) })),
	usage: z.looseObject({ prompt_tokens: count }).nullish().catch(undefined),
});
const ModerationList = z.looseObject({
	id: z.string().optional(),
	model: z.string().optional(),
	results: z
		.array(
			z.looseObject({
				flagged: z.boolean(),
				// Servers send null for a category that they do not judge.
				categories: z.record(z.string(), z.boolean().nullish()),
				category_scores: z.record(z.string(), z.number().nullish()).optional(),
			}),
		)
		.min(1),
});

/** The vectors of an answer of /embeddings, by the order of the texts; throws when one is lacking or of another length. */
export function readEmbeddings(body: unknown, texts: number, url: string) {
	const { model, data, usage } = parse(EmbeddingList, body, 'embeddings', url);
	const sorted = data.toSorted((a, b) => a.index - b.index);
	const vectors = sorted.map(({ embedding }) => Float64Array.from(embedding));
	const whole = vectors.length === texts && sorted.every(({ index }, place) => index === place);
	if (!whole || vectors.some(({ length }) => length !== vectors[0]?.length)) {
		throw invalid(`${url} sent ${vectors.length} embeddings of ${texts} texts, or of different lengths`);
	}
	return { vectors, model, usage: usage ? { inputTokens: usage.prompt_tokens } : undefined };
}

/** What an answer of /moderations says of one text. */
export function readModeration(body: unknown, url: string) {
	const { id, model, results } = parse(ModerationList, body, 'moderations', url);
	const [first] = results;
	if (first === undefined) throw invalid(`${url} judged nothing`);
	const judged = Object.entries(first.categories).flatMap(([category, flagged]) => {
		const score = first.category_scores?.[category];
		return typeof flagged === 'boolean'
			? [[category, { flagged, ...(typeof score === 'number' && { score }) }] as const]
			: [];
	});
	return { id, model, flagged: first.flagged, categories: Object.fromEntries(judged) };
}

function parse<Schema extends z.ZodType>(
	schema: Schema,
	body: unknown,
	what: string,
	url: string,
): z.output<Schema> {
	const parsed = schema.safeParse(body);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw invalid(`${url} sent no ${what} (${issue?.path.join('.') || 'the whole'}: ${issue?.message})`);
}

function invalid(message: string): ModelError {
	return new ModelError(message, { type: 'invalid_response' });
}
