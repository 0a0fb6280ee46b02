import { beforeAll, describe, expect, test } from 'vitest';
import { Credentials } from '../../src/redaction/credentials.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { measureChecks, type Quality } from '../support/check-quality.ts';

describe('what a check finds in an answer', () => {
	let qualities: Quality[];
	beforeAll(async () => {
		qualities = await measureChecks();
	});

	test.each(['pii', 'secrets'])('does not stand in the record of it: %s', (use) => {
		const redactor = new Redactor('redacted', new Credentials());
		const judged = qualities.find((each) => each.use === use)?.judged ?? [];
		const found = judged.filter((each) => each.found);
		expect(found.length).toBeGreaterThan(40);
		const untouched = found.filter(({ output }) => redactor.text(output) === output);
		expect(untouched.map(({ id, output }) => `${id}: ${output}`)).toEqual([]);
	});

	test.each([
		'Write to jane dot doe at acme dot io.',
		'Write to jane.doe [at] acme.io.',
		'jane (at) acme (dot) io',
	])('nor an address that is spelt out, in a text that shows nothing else: %s', (text) => {
		expect(new Redactor('redacted', new Credentials()).text(text)).toMatch(/\[pii:email#[a-z]{10}\]/);
		expect(new Redactor('full', new Credentials()).text(text)).toBe(text);
	});
});
