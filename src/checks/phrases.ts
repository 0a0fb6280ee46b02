import { z } from 'zod';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { foldText, holdsPhrase, Phrase } from '../text.ts';
import { checkKind } from './check.ts';

const Phrases = z.array(Phrase).min(1);

/** `use: phrases`: violated when the output holds a forbidden phrase or lacks a required one, in any case. */
export const phrases = checkKind({
	options: strict({
		forbidden: Phrases.optional().describe('Phrases that no answer may hold'),
		required: Phrases.optional().describe('Phrases that every answer must hold'),
		category: z.string().min(1).optional().describe('Default: forbidden_phrase or missing_phrase'),
		severity: Severity.default('medium'),
	}).refine(({ forbidden, required }) => forbidden !== undefined || required !== undefined, {
		message: 'needs forbidden or required, or it would judge nothing',
	}),
	create: ({ forbidden = [], required = [], category, severity }) => ({
		version: '1',
		isPure: true,
		kind: 'policy',
		check({ answer }) {
			const output = foldText(answer.output);
			const said = forbidden.filter((phrase) => holdsPhrase(output, phrase));
			const missing = required.filter((phrase) => !holdsPhrase(output, phrase));
			if (said.length === 0 && missing.length === 0) return { status: 'ok' };
			const reasons = [
				...(said.length > 0 ? [`says: ${said.join(', ')}`] : []),
				...(missing.length > 0 ? [`does not say: ${missing.join(', ')}`] : []),
			];
			const own = said.length > 0 ? 'forbidden_phrase' : 'missing_phrase';
			return { status: 'violated', category: category ?? own, severity, reason: reasons.join('; ') };
		},
	}),
});
