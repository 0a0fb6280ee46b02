import { z } from 'zod';
import { prices } from './prices.ts';

const RetrievalSettings = z
	.strictObject({
		topK: z.int().min(1).default(5).describe('How many articles are handed on'),
		titleBoost: z.number().min(0).default(2).describe('Weight of a match in the title; 0 leaves titles out'),
		stopWords: z.boolean().default(true).describe('Leave out words such as "the" and "how"'),
		stemming: z.boolean().default(true).describe('Match word forms: rotate, rotating, rotation'),
		synonyms: z.boolean().default(true).describe('Match words of the same meaning: bill and invoice'),
		prefix: z.boolean().default(true).describe('Match longer words that begin with a word of the question'),
		fuzzy: z.number().min(0).max(0.5).default(0.2).describe('Share of a word that may be misspelt'),
	})
	.prefault({});

const AnswerSettings = z
	.strictObject({
		sentences: z.int().min(1).default(5).describe('How many sentences an answer has at most'),
		citations: z.boolean().default(true).describe('Name the article behind each sentence'),
	})
	.prefault({});

const AssistantSettings = z.strictObject({
	model: z.enum(Object.keys(prices) as [keyof typeof prices]).default('quill-3'),
	promptVersion: z.string().min(1).default('support-answer@7'),
	rules: z.enum(['strict', 'none']).default('strict').describe('Refusals and passage rules, or neither'),
	retrieval: RetrievalSettings,
	answer: AnswerSettings,
});

export type AssistantSettings = z.infer<typeof AssistantSettings>;
export type RetrievalSettings = AssistantSettings['retrieval'];
export type AnswerSettings = AssistantSettings['answer'];

/** The checked settings, defaults filled in; throws on an unknown key or a value out of range and names it. */
export function parseSettings(settings: unknown): AssistantSettings {
	const parsed = AssistantSettings.safeParse(settings ?? {});
	if (parsed.success) return parsed.data;
	throw new Error(`support assistant: invalid settings\n${z.prettifyError(parsed.error)}`);
}
