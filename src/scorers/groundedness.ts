import { z } from 'zod';
import { Endpoint } from '../judges/endpoint.ts';
import { askJudge, JudgeOptions, noJudgement, systemMessage } from '../judges/structured.ts';
import { versionOfJudge } from '../judges/version.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import { strict } from '../model/strict.ts';
import { retrievedDocuments } from '../telemetry/retrieved-documents.ts';
import { claimsForm, claimsPrompt, supportForm, supportPrompt } from './groundedness/prompts.ts';
import { scorerKind } from './scorer.ts';

/**
 * `use: groundedness`: the share of the answer's claims that the retrieved documents support. The judge is asked twice:
 * which claims the answer makes, and which of them the documents bear out. Throws without the documents' texts.
 */
export const groundedness = scorerKind({
	options: strict({
		...JudgeOptions,
		no_claims: z
			.enum(['errored', 'grounded'])
			.default('errored')
			.describe('What an answer that claims nothing is, such as one that asks back: not measured, or 1'),
	}),
	create(options) {
		const endpoint = new Endpoint(options);
		const { temperature, seed, maxTokens, reasoningEffort } = options;
		const sampling = { temperature, seed, maxTokens, reasoningEffort };
		return {
			version: versionOfJudge(1, [claimsPrompt, supportPrompt].map(systemMessage), options),
			spends: true,
			needsSpans: true,
			prepare: (start) => endpoint.prepare(start),
			async score({ question, answer, spans }, call) {
				const documents = textsOf(spans);
				const parts = [
					{ tag: 'question', text: question.input },
					{ tag: 'answer', text: answer.output },
				];
				const { claims } = await askJudge(
					endpoint,
					{ instructions: claimsPrompt, parts, form: claimsForm, sampling },
					call,
				);
				if (claims.length === 0) {
					if (options.no_claims === 'grounded') return { value: 1, reason: 'the answer claims nothing' };
					throw noJudgement('the answer claims nothing; if that is as good, set `no_claims: grounded`');
				}
				const { verdicts } = await askJudge(
					endpoint,
					{
						instructions: supportPrompt,
						parts: [
							...documents.map((text, index) => ({ tag: `document_${index + 1}`, text })),
							...claims.map((text, index) => ({ tag: `claim_${index + 1}`, text })),
						],
						form: supportForm,
						sampling,
					},
					call,
				);
				return supported(claims, verdicts);
			},
			close: () => endpoint.close(),
		};
	},
});

type Verdict = z.output<typeof supportForm.schema>['verdicts'][number];

function supported(claims: readonly string[], verdicts: readonly Verdict[]) {
	const byClaim = new Map(verdicts.map((verdict) => [verdict.claim, verdict]));
	const judged = claims.map((_, index) => byClaim.get(index + 1));
	if (verdicts.length !== claims.length || judged.includes(undefined)) {
		throw noJudgement(`the judge was to judge ${claims.length} claims, each once, and judged others`);
	}
	const unsupported = claims.flatMap((claim, index) => {
		const verdict = judged[index];
		return verdict?.supported ? [] : [`"${claim}" (${verdict?.explanation})`];
	});
	const count = claims.length - unsupported.length;
	const reason = `${count} of ${claims.length} claims supported`;
	return {
		value: count / claims.length,
		reason: unsupported.length === 0 ? reason : `${reason}; not: ${unsupported.join('; ')}`,
	};
}

function textsOf(spans: readonly EvidenceSpan[]): string[] {
	const documents = retrievedDocuments(spans);
	if (documents === undefined) {
		throw noJudgement('no retrieval span in the trace: what the answer could rest on is unknown');
	}
	if (documents.length === 0)
		throw noJudgement('no document was retrieved, so no claim can be held against one');
	const silent = documents.filter(({ content }) => content === undefined);
	if (silent.length > 0) {
		const ids = silent.map(({ id }) => id).join(', ');
		throw noJudgement(
			`the retrieval spans name documents without their text (${ids}): let the target record \`content\` beside \`id\` in gen_ai.retrieval.documents, or OpenInference's document.content`,
		);
	}
	return [...new Set(documents.map(({ content }) => content ?? ''))];
}
