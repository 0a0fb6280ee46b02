import type { TargetAnswer } from '../../src/model/evidence.ts';
import type { Asked } from '../../src/model/question.ts';
import { createComposer } from './compose.ts';
import { type Article, loadArticles } from './knowledge.ts';
import { orderedPhrase } from './obedience.ts';
import { passagesOf } from './passages.ts';
import { costUsd, countUsage } from './prices.ts';
import { type Refusal, refusalOf } from './refusals.ts';
import { createRetriever, type Hit } from './retrieval.ts';
import { type AssistantSettings, parseSettings } from './settings.ts';
import { tracedChat, tracedRetrieval } from './tracing.ts';
import { type Analyzer, createAnalyzer } from './words.ts';

/** A support assistant over the sample articles; an answer cites the articles that it is made of. */
export interface Assistant {
	answer(question: Asked, context: { signal: AbortSignal }): Promise<TargetAnswer>;
}

interface Draft {
	readonly prompt: string;
	readonly output: string;
	readonly sources: readonly string[];
	readonly finishReason: 'stop' | 'refusal';
}

const systemPrompt =
	'You answer support questions about Brackenline. Use only the passages below, cite each article by its id in square brackets, and say so when the passages hold no answer.';

/** Makes an assistant from its settings (see settings.ts); throws when a setting is unknown or out of range. */
export function createTarget(input: unknown): Assistant {
	const settings = parseSettings(input);
	const articles = loadArticles();
	const retrieve = createRetriever(articles, settings.retrieval);
	const analyze = createAnalyzer(settings.retrieval);
	const compose = createComposer(settings.answer, analyze, rarityOver(articles, analyze));
	const search = (query: string, only?: (article: Article) => boolean) =>
		tracedRetrieval(query, settings.retrieval.topK, () => retrieve(query, only));

	const write = (question: string, hits: readonly Hit[]): Draft => {
		const passages = passagesOf(hits, settings.rules);
		const texts = passages.map(({ text }) => text);
		const { output, sources } = compose(question, passages);
		const phrase = settings.rules === 'none' ? orderedPhrase([question, ...texts]) : undefined;
		return {
			prompt: [systemPrompt, ...texts, question].join('\n'),
			output: phrase === undefined ? output : `${phrase}\n${output}`,
			sources,
			finishReason: 'stop',
		};
	};

	return {
		async answer({ input: question }, { signal }) {
			signal.throwIfAborted();
			const hits = search(question);
			const refusal = settings.rules === 'strict' ? refusalOf(question) : undefined;
			const policies = refusal && search(refusal.policyQuery, isPolicy);
			return tracedChat(settings.model, () =>
				report(settings, refusal ? decline(question, refusal, policies?.[0]) : write(question, hits)),
			);
		},
	};
}

function report(settings: AssistantSettings, draft: Draft) {
	const usage = countUsage(draft.prompt, draft.output);
	return {
		output: draft.output,
		sources: [...draft.sources],
		model: settings.model,
		promptVersion: settings.promptVersion,
		usage,
		costUsd: costUsd(settings.model, usage),
		finishReason: draft.finishReason,
	};
}

function decline(question: string, refusal: Refusal, policy: Hit | undefined): Draft {
	const sources = policy === undefined ? [] : [policy.article.id];
	return {
		prompt: `${systemPrompt}\n${question}`,
		output: [refusal.reason, ...sources.map((id) => `[${id}]`)].join(' '),
		sources,
		finishReason: 'refusal',
	};
}

function isPolicy(article: Article): boolean {
	return article.id.startsWith('policy-');
}

function rarityOver(articles: readonly Article[], analyze: Analyzer): (term: string) => number {
	const holders = new Map<string, number>();
	for (const { title, sentences } of articles) {
		const terms = new Set(analyze([title, ...sentences.map(({ text }) => text)].join('\n')));
		for (const term of terms) holders.set(term, (holders.get(term) ?? 0) + 1);
	}
	return (term) => Math.log(1 + articles.length / ((holders.get(term) ?? 0) + 0.5));
}
