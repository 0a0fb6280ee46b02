import { z } from 'zod';
import { messageOf, SpangateError } from '../errors.ts';
import { strict } from '../model/strict.ts';
import { retrievedDocuments } from '../telemetry/retrieved-documents.ts';
import { checkKind } from './check.ts';

/**
 * `use: citation`: violated when the output and `answer.sources` cite fewer than `min` documents, or one that the
 * spans do not show as retrieved; throws when the trace holds no retrieval span.
 */
export const citation = checkKind({
	options: strict({
		min: z.int().min(0).default(1).describe('How many different documents an answer must cite'),
		pattern: z
			.string()
			.default(String.raw`\[([a-z0-9][a-z0-9._-]*)\]`)
			.superRefine(refuseFault)
			.describe("What a citation looks like; group 1 is the document's id"),
	}),
	create({ min, pattern }) {
		return {
			version: '1',
			isPure: true,
			kind: 'policy',
			needsSpans: true,
			check({ answer, spans }) {
				const documents = retrievedDocuments(spans);
				if (documents === undefined) {
					throw new SpangateError(
						'unmeasured',
						'no retrieval span in the trace: no citation can be verified',
					);
				}
				const retrieved = new Set(documents.map(({ id }) => id));
				const written = [...answer.output.matchAll(new RegExp(pattern, 'giu'))].map(
					([whole, id]) => id ?? whole,
				);
				const cited = new Set([...written, ...(answer.sources ?? [])]);
				const unknown = [...cited].filter((id) => !retrieved.has(id));
				if (unknown.length > 0) {
					const reason = `cites what was not retrieved: ${unknown.join(', ')}`;
					return { status: 'violated', category: 'unknown_citation', severity: 'medium', reason };
				}
				if (cited.size < min) {
					const reason = `cites ${cited.size} of at least ${min} documents`;
					return { status: 'violated', category: 'missing_citation', severity: 'medium', reason };
				}
				return { status: 'ok' };
			},
		};
	},
});

function refuseFault(pattern: string, context: z.core.$RefinementCtx<string>): void {
	const refuse = (message: string) => context.addIssue({ code: 'custom', message });
	try {
		// With an empty alternative every text matches, so the result shows how many groups there are.
		const groups = new RegExp(`${pattern}|`, 'giu').exec('');
		if (groups === null || groups.length < 2) refuse('needs a group (…) around the id of the document');
	} catch (error) {
		refuse(messageOf(error));
	}
}
