import { expect, test } from 'vitest';
import { strictest } from '../../src/model/content.ts';
import { recordedTrial } from '../../src/record/trial-content.ts';
import { Credentials } from '../../src/redaction/credentials.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { trial } from '../support/records.ts';

const mail = 'jane@acme.io';

test('the ids, numbers and tags of a trial are those of any mode, since runs are paired by them', () => {
	const given = { ...trial({ question: mail }), tags: { who: mail } };
	for (const mode of ['full', 'redacted', 'none'] as const) {
		const told = recordedTrial(given, new Redactor(mode, new Credentials()));
		const { questionId, tags, latencyMs, passed, traceId } = given;
		expect(told).toMatchObject({ questionId, tags, latencyMs, passed, traceId });
	}
});

test('a trial without anything to hide is recorded as it is', () => {
	const given = trial({ question: 'q1' });
	expect(recordedTrial(given, new Redactor('redacted', new Credentials()))).toBe(given);
});

test('the strictest mode is the one that lets least through', () => {
	expect(strictest(['full', 'redacted'])).toBe('redacted');
	expect(strictest(['none', 'full'])).toBe('none');
	expect(strictest(['full'])).toBe('full');
});
