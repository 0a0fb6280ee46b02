import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { retrievedDocuments } from '../telemetry/retrieved-documents.ts';
import { type Relevance, rankingMetrics } from './retrieval/ranking.ts';
import { scorerKind } from './scorer.ts';

/**
 * `use: retrieval`: grades the documents that the spans show as retrieved against `expected.sources`: `hit` gives 1 when
 * any of those is among the first k, else 0 (see `rankingMetrics` for the others). A document's rank is the place at
 * which it came first, over all retrievals by their start; a document that came again (another chunk of it, or another
 * query) takes no second rank. The order is the app's: scores of several retrievers have no common scale, so they are
 * not read, and a tie of scores stands as the app listed it.
 */
export const retrieval = scorerKind({
	options: strict({
		metric: z
			.enum(['hit', 'recall', 'mrr', 'ndcg'])
			.default('hit')
			.describe('hit@k, recall@k, the reciprocal rank (its mean is the MRR), or nDCG@k'),
		k: z.int().min(1).optional().describe('Only the first k documents count; by default all'),
	}),
	create: ({ metric, k }) => ({
		version: '1',
		isPure: true,
		needsSpans: true,
		lacks,
		score({ question, spans }) {
			const relevance = relevanceOf(question);
			const lacking = lacks(question);
			if (lacking !== undefined) throw new Error(lacking);
			const documents = retrievedDocuments(spans);
			if (documents === undefined) {
				throw new SpangateError(
					'unmeasured',
					'no retrieval span in the trace: what was retrieved is unknown',
				);
			}
			const retrieved = [...new Set(documents.map(({ id }) => id))];
			const value = rankingMetrics[metric](retrieved, relevance, k);
			const wanted = value === 1 ? '' : `; wanted ${[...relevance.keys()].join(' or ')}`;
			return { value, reason: `retrieved ${listed(retrieved, k)}${wanted}` };
		},
	}),
});

function listed(retrieved: readonly string[], k: number | undefined): string {
	if (retrieved.length === 0) return 'nothing';
	const first = retrieved.slice(0, k).join(', ');
	const beyond = retrieved.length - (k ?? retrieved.length);
	return beyond > 0 ? `${first} (and ${beyond} beyond the first ${k})` : first;
}

function relevanceOf({ expected }: Question): Relevance {
	const sources = expected?.sources ?? [];
	return new Map(
		sources.map((source) => (typeof source === 'string' ? [source, 1] : [source.id, source.relevance])),
	);
}

function lacks(question: Question): string | undefined {
	const count = question.expected?.sources?.length ?? 0;
	if (count === 0) return 'expected.sources is missing';
	return relevanceOf(question).size < count ? 'expected.sources lists a document twice' : undefined;
}
