import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { evidence } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

describe('phrases', () => {
	it.each([
		['It is Guaranteed.', { forbidden: ['guaranteed'] }, 'forbidden_phrase'],
		['It is gua\u200bran\u00adteed.', { forbidden: ['guaranteed'] }, 'forbidden_phrase'],
		['Unguaranteed.', { forbidden: ['guaranteed'] }, 'ok'],
		['', { forbidden: ['guaranteed'] }, 'ok'],
		['Not legal  advice.', { required: ['not legal advice'] }, 'ok'],
		['Legal advice.', { required: ['not legal advice'] }, 'missing_phrase'],
		['', { required: ['not legal advice'] }, 'missing_phrase'],
		['Guaranteed.', { forbidden: ['guaranteed'], required: ['as is'] }, 'forbidden_phrase'],
		['Guaranteed.', { forbidden: ['guaranteed'], category: 'promise' }, 'promise'],
	])('judges %j by %j: %s', async (output, options, category) => {
		const judgement = await judge('phrases', options, evidence(output));
		expect(judgement.status === 'violated' ? judgement.category : judgement.status).toBe(category);
	});

	it('names what was said and what was not', async () => {
		const options = { forbidden: ['sure', 'never', 'always'], required: ['maybe'], severity: 'critical' };
		expect(await judge('phrases', options, evidence('Sure, always.'))).toEqual({
			status: 'violated',
			category: 'forbidden_phrase',
			severity: 'critical',
			reason: 'says: sure, always; does not say: maybe',
		});
	});

	it.each([{}, { forbidden: [] }, { required: [''] }, { forbidden: [' \u200b'] }, { severity: 'low' }])(
		'refuses %j, which judges nothing',
		(options) => {
			expect(refusals(checkKinds, 'phrases', options)).not.toEqual([]);
		},
	);
});
