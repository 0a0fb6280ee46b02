import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { Question } from '../model/question.ts';
import { retrievedDocuments } from '../telemetry/retrieved-documents.ts';
import { scorerKind } from './scorer.ts';

/** `use: retrieval`: 1 when the spans show that any of `expected.sources` was retrieved, else 0. */
export const retrieval = scorerKind({
	options: z.strictObject({}),
	create: () => ({
		version: '1',
		needsSpans: true,
		lacks,
		score({ question, spans }) {
			const wanted = question.expected?.sources;
			const lacking = lacks(question);
			if (wanted === undefined || lacking !== undefined) throw new Error(lacking);
			const documents = retrievedDocuments(spans);
			if (documents === undefined) {
				throw new SpangateError(
					'unmeasured',
					'no retrieval span in the trace: what was retrieved is unknown',
				);
			}
			const retrieved = [...new Set(documents.map(({ id }) => id))];
			const hit = wanted.some((source) => retrieved.includes(source));
			const list = retrieved.length === 0 ? 'nothing' : retrieved.join(', ');
			return {
				value: hit ? 1 : 0,
				reason: `retrieved ${list}${hit ? '' : `; wanted ${wanted.join(' or ')}`}`,
			};
		},
	}),
});

function lacks({ expected }: Question): string | undefined {
	const none = expected?.sources === undefined || expected.sources.length === 0;
	return none ? 'expected.sources is missing' : undefined;
}
