import MiniSearch from 'minisearch';
import type { Article } from './knowledge.ts';
import type { RetrievalSettings } from './settings.ts';
import { createAnalyzer } from './words.ts';

/** A retrieved article with its relevance; scores compare only within one search. */
export interface Hit {
	readonly article: Article;
	readonly score: number;
}

/** Finds the articles nearest to a query, best first; `only` narrows the search to some of them. */
export type Retriever = (query: string, only?: (article: Article) => boolean) => readonly Hit[];

const shortestPrefix = 4;

/** Indexes the articles as the settings ask. */
export function createRetriever(articles: readonly Article[], settings: RetrievalSettings): Retriever {
	const byId = new Map(articles.map((article) => [article.id, article]));
	const { topK, titleBoost, prefix, fuzzy } = settings;
	const index = new MiniSearch<Article>({
		fields: titleBoost > 0 ? ['title', 'body'] : ['body'],
		extractField: (article, field) =>
			field === 'body' ? bodyOf(article) : field === 'title' ? article.title : article.id,
		tokenize: createAnalyzer(settings),
		processTerm: (term) => term,
		searchOptions: {
			boost: { title: titleBoost },
			prefix: (term) => prefix && term.length >= shortestPrefix,
			fuzzy,
		},
	});
	index.addAll(articles);
	return (query, only) =>
		index
			.search(query, only === undefined ? {} : { filter: ({ id }) => only(articleOf(byId, id)) })
			.slice(0, topK)
			.map(({ id, score }) => ({ article: articleOf(byId, id), score }));
}

function bodyOf(article: Article): string {
	return article.sentences.map(({ text }) => text).join('\n');
}

function articleOf(byId: ReadonlyMap<string, Article>, id: string): Article {
	const article = byId.get(id);
	if (article === undefined) throw new Error(`the index names an unknown article: ${id}`);
	return article;
}
