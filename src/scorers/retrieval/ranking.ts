/** A wanted document's relevance by its id; every other document has none. */
export type Relevance = ReadonlyMap<string, number>;

/** How a ranking (ids by rank, none twice) is graded, from 0 to 1; `k` cuts it off, without it all of it counts. */
export type RankingMetric = (ranking: readonly string[], relevance: Relevance, k?: number) => number;

/** hit@k (success@k): 1 when any wanted document is among the first k, else 0. */
const hit: RankingMetric = (ranking, relevance, k) => (found(ranking, relevance, k) > 0 ? 1 : 0);

/**
 * recall@k: the share of the wanted documents that is among the first k (Manning, Raghavan, Schütze 2008, Introduction
 * to Information Retrieval, §8.3 and §8.4); below 1 whenever k is smaller than their number.
 */
const recall: RankingMetric = (ranking, relevance, k) => found(ranking, relevance, k) / relevance.size;

/**
 * The reciprocal rank: 1/r for the first wanted document at rank r, 0 when none is among the first k. Its mean over
 * the trials is the MRR (Voorhees 1999, The TREC-8 Question Answering Track Report, §3).
 */
const mrr: RankingMetric = (ranking, relevance, k) => {
	const rank = ranking.slice(0, k).findIndex((id) => relevance.has(id)) + 1;
	return rank === 0 ? 0 : 1 / rank;
};

/**
 * nDCG@k: DCG@k / the DCG@k of the best ranking of all wanted documents, DCG@k = Σᵣ relevanceᵣ / log₂(r + 1), r from 1
 * to k (Järvelin and Kekäläinen 2002, https://doi.org/10.1145/582415.582418, with the gain as it is and the discount of
 * trec_eval's `ndcg_cut`). A rank beyond the end of the ranking gains nothing.
 */
const ndcg: RankingMetric = (ranking, relevance, k) => {
	const gains = ranking.slice(0, k).map((id) => relevance.get(id) ?? 0);
	const best = [...relevance.values()].sort((a, b) => b - a).slice(0, k);
	// The best ranking sums in the same order, so that it reaches 1 and not 0.9999999999999999.
	return Math.min(1, discounted(gains) / discounted(best));
};

/** The metrics of one ranking, by their names as options. */
export const rankingMetrics = { hit, recall, mrr, ndcg } as const;

function found(ranking: readonly string[], relevance: Relevance, k: number | undefined): number {
	return ranking.slice(0, k).filter((id) => relevance.has(id)).length;
}

function discounted(gains: readonly number[]): number {
	return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}
