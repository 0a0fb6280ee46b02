import { describe, expect, it, test } from 'vitest';
import type { ContentMode } from '../../src/model/content.ts';
import { Credentials } from '../../src/redaction/credentials.ts';
import { loadSecretRules } from '../../src/redaction/load.ts';
import { Redactor } from '../../src/redaction/redactor.ts';

const key = Buffer.alloc(32, 7);
const redactor = (mode: ContentMode = 'redacted', credentials = new Credentials()) =>
	new Redactor(mode, credentials, key);
const mark = '#[a-z]{10}\\]';

/** A credential of each rule of the preset, put together so that no scanner takes this file for a leak. */
const ofRule: Readonly<Record<string, string>> = {
	aws: `AKIA${'Z7Q2M4X9K1B5C8D3'}`,
	gcp: `-----BEGIN ${'PRIVATE'} KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw'.repeat(6)}`,
	privatekey: `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${`${'MIIEq7Zk3Rt9Wq7Lm2Xv8Nb5Yc1Aa2Bb'.repeat(2)}\n`.repeat(6)}-----END RSA ${'PRIVATE'} KEY-----`,
	npm: `npm_${'Zk3Rt9Wq7Lm2Xv8Nb5Yc1Aa2Bb3Cc4Dd5Ee6'}`,
	basicauth: 'https://user:gr8Secret@example.com/x',
	slack: `xoxb-${'1234567890'}-${'abcdEFGHijklMNOP'}`,
	sendgrid: `SG.${'abcdefghijk'.repeat(2)}.${'Zq8Wn4Rt6Yk1Lp3Xv9Bm7'.repeat(2)}z`,
	shopify: `shpat_${'0123456789abcdef'.repeat(2)}`,
	stripe: `sk_live_${'Zq8Wn4Rt6Yk1Lp3Xv9Bm7Cd2'}`,
	github: `ghp_${'a1B2'.repeat(9)}`,
	gitlab: `glpat-${'Zq8Wn4Rt6Yk1Lp3Xv9Bm'}`,
	grafana: `glsa_${'Zq8W'.repeat(8)}_0a1b2c3d`,
	openai: `sk-${'Zq8Wn4Rt6Yk1Lp3Xv9Bm'}T3BlbkFJ${'Zq8Wn4Rt6Yk1Lp3Xv9Bm'}`,
	anthropic: `sk-ant-api03-${'Ab3'.repeat(31)}AA`,
	groq: `gsk_${'Zq8W'.repeat(13)}`,
	huggingface: `hf_${'ZqWnRtYkLpXvBmCd'.repeat(3).slice(0, 34)}`,
	linear: `lin_api_${'Zq8W'.repeat(10)}`,
	notion: `ntn_${'12345678901'}${'Zq8Wn'.repeat(7)}`,
	'database-connection-string': 'postgres://app:gr8Secret77@db.internal:5432/x',
	'hashicorp-vault': `hvs.${'Zq8W'.repeat(24)}`,
	vercel: `vcp_${'Zq8Wn4Rt6Yk1Lp3Xv9Bm7Cd2'}`,
	databricks: `dapi${'0a1b2c3d'.repeat(4)}`,
	docker: `dckr_pat_${'Zq8Wn4Rt6Yk1Lp3Xv9Bm7Cd2abc'}`,
	figma: `figd_${'Zq8W'.repeat(11)}`,
	cloudflare: `cfut_${'Zq8W'.repeat(10)}0a1b2c3d`,
	tailscale: `tskey-auth-${'kZq8Wn4Rt6Y1'}-${'Zq8Wn4Rt6Yk1Lp3Xv9Bm7Cd2'}`,
};
/** Rules without a line above: the one for comments, and one whose tokens are JSON in base64 (tested by itself). */
const others = ['filter-comments', '1password'];

describe('the glance before the detectors', () => {
	test('knows every rule of the preset: one that is added needs its mark in secrets.ts', () => {
		const rules = loadSecretRules().map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''));
		expect(rules.sort()).toEqual([...Object.keys(ofRule), ...others].sort());
	});

	it.each(Object.entries(ofRule))('lets a credential of %s through to its rule', (_, secret) => {
		for (const text of [secret, `The key is ${secret}, keep it.`, `{"a":${JSON.stringify(secret)}}`]) {
			const told = redactor('full').text(text);
			expect(told).toMatch(new RegExp(`\\[secret:[a-z-]+${mark}`));
			expect(told).not.toContain(secret.slice(-20));
		}
	});
});

describe('what is written as a credential', () => {
	it.each([
		['Authorization: Bearer abc.def', 'abc.def'],
		['{"authorization":"Basic dTpw"}', 'dTpw'],
		['token is refused: Bearer abcdefgh1', 'abcdefgh1'],
		['Set-Cookie: sid=abc123; Path=/', 'abc123'],
		['GET /x?api_key=s3cretvalue&b=1', 's3cretvalue'],
		['{"password":"hunter22"}', 'hunter22'],
		['"{\\"client_secret\\": \\"hunter22\\"}"', 'hunter22'],
		['amqp://me:pw123456@queue/x', 'pw123456'],
		['const password = "hunter-two";', 'hunter-two'],
		["secret_key := 'hunter-two'", 'hunter-two'],
	])('%s', (text, secret) => {
		expect(redactor('full').text(text)).not.toContain(secret);
	});

	it.each([
		'How do I reset an expired API key? See Basic Authentication.',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: as a shell writes it
		'Send `Authorization: <token>` or ${API_KEY}.',
		'{"inputTokens":1234567,"token":1234567,"password":null}',
		'The token: a word for a part of a word. Secret sharing: see below.',
		'20261122T192233Z-candidate-3f9a1c at 2026-11-25T12:00:00.000Z',
		'd0f7a9c2-4b1e-4c7d-9e2a-0f6b5a4c3d2e',
	])('leaves alone: %s', (text) => {
		expect(redactor().text(text)).toBe(text);
	});
});

describe('placeholders', () => {
	test('are the same for the same value, however it is written, and other ones for others', () => {
		const told = redactor().text(
			'jane@acme.io, JANE@acme.io, ｊａｎｅ＠ａｃｍｅ．ｉｏ, ja\u200bne@acme.io and joe@acme.io',
		);
		const marks = [...told.matchAll(/\[pii:email#([a-z]{10})\]/g)].map(([, each]) => each);
		expect(marks).toHaveLength(5);
		expect(new Set(marks.slice(0, 4)).size).toBe(1);
		expect(marks[4]).not.toBe(marks[0]);
		expect(told).toMatch(/^\[.*\], \[.*\], \[.*\], \[.*\] and \[.*\]$/);
	});

	test('of another key are others', () => {
		const other = new Redactor('redacted', new Credentials(), Buffer.alloc(32, 8));
		expect(other.text('jane@acme.io')).not.toBe(redactor().text('jane@acme.io'));
	});

	test('of personal data stand in the place of all of it, and none in full mode', () => {
		const text =
			'Call +49 30 901820, pay 4111-1111-1111-1111, SSN 123-45-6789, to DE89 3704 0044 0532 0130 00.';
		expect(redactor().text(text)).toMatch(
			new RegExp(
				`^Call \\[pii:phone${mark}, pay \\[pii:credit-card${mark}, SSN \\[pii:national-id${mark}, to \\[pii:iban${mark}\\.$`,
			),
		);
		expect(redactor('full').text(text)).toBe(text);
	});

	test('stay as they are when a text is redacted again', () => {
		const once = redactor().text('Authorization: Bearer abc.def from jane@acme.io, password=hunter22');
		expect(redactor().text(once)).toBe(once);
	});
});

describe('credentials that are known', () => {
	const env = {
		OPENAI_API_KEY: 'local gateway 55',
		MAIL_URL: 'smtp://me:mailpw4711@host',
		OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20am9lOnNlc2FtLTEyMw==,accept=application/json',
		PWD: '/a/long/folder/name',
		SSH_AUTH_SOCK: '/tmp/a/long/socket',
		ACME_LICENCE: 'lic-7',
		SHORT_TOKEN: 'abc',
	};

	test('are found wherever they stand, also as a URL or JSON has them', () => {
		const told = (text: string) => redactor('full', Credentials.ofEnvironment(env)).text(text);
		const texts = [
			'x local gateway 55 y',
			'q=local%20gateway%2055',
			'mailpw4711',
			'am9lOnNlc2FtLTEyMw==',
			'sesam-123',
		];
		for (const text of texts) expect(told(text)).toMatch(/\[secret:/);
		for (const text of ['abc', 'application/json', '/a/long/folder/name', '/tmp/a/long/socket', 'lic-7'])
			expect(told(text)).toBe(text);
	});

	test('are those, too, that a suite names, refers to or holds', () => {
		const credentials = new Credentials();
		const held = {
			headers: { 'x-acme': 'header value', accept: 'text/plain' },
			start: ['--api-key', 'flagged value'],
		};
		const suite = {
			...held,
			keyEnv: 'THEIR_VAR',
			// biome-ignore lint/suspicious/noTemplateCurlyInString: as a suite.yaml writes it
			url: 'http://x/${OTHER_VAR}',
			with: { apiKey: 'option value' },
		};
		const given = { THEIR_VAR: 'their own value', OTHER_VAR: 'other value', ACME_LICENCE: 'lic-7' };
		credentials.addSuite(suite, ['ACME_LICENCE'], given);
		const told = redactor('full', credentials);
		for (const text of [
			'header value',
			'flagged value',
			'their own value',
			'option value',
			'other value',
			'lic-7',
		])
			expect(told.text(`it is ${text}!`)).toMatch(new RegExp(`^it is \\[secret:[a-z]+${mark}!$`));
		expect(told.text('text/plain')).toBe('text/plain');
	});

	test('are those of variables in small letters, too, where spangate itself puts the value in', () => {
		const credentials = new Credentials();
		// biome-ignore lint/suspicious/noTemplateCurlyInString: as a suite.yaml writes it
		const suite = { body: { seat: '${env:acme_seat}' }, apiKeyEnv: 'acme_licence', note: 'some_word' };
		const given = { acme_seat: 'their own seat', acme_licence: 'their licence', some_word: 'other text' };
		credentials.addSuite(suite, [], given);
		const told = redactor('full', credentials);
		for (const text of ['their own seat', 'their licence'])
			expect(told.text(`it is ${text}!`)).toMatch(new RegExp(`^it is \\[secret:[a-z]+${mark}!$`));
		expect(told.text('other text')).toBe('other text');
	});

	test('are refused when a suite names one that could be any word', () => {
		expect(() => new Credentials().addSuite({}, ['X'], { X: 'abc' })).toThrow(/secretEnv: the value of X/);
	});
});

describe('huge texts', () => {
	test('are looked through to their end, whatever stands where they are cut', () => {
		const filler = 'word and word. '.repeat(2_180);
		for (const shift of [0, 7, 31, 63]) {
			const text =
				`${filler}${'x '.repeat(shift)}jane@acme.io ${ofRule.privatekey} 4111 1111 1111 1111 ${filler}`.repeat(
					3,
				);
			const told = redactor().text(text);
			expect(told).not.toMatch(/jane@|4111|MIIE/);
			expect(told.match(/\[pii:email/g)).toHaveLength(3);
		}
	});

	test('that name a credential before a piece ends, and hold it in the next, tell it no more than short ones', () => {
		const passphrase = 'correct horse battery staple';
		const known = Credentials.ofEnvironment({ DB_PASSWORD: passphrase });
		for (const written of [
			'Authorization: Bearer a1b2c3d4e5f6g7h8i9j0',
			'{"password":"hunter22abcdef"}',
			'The token: zq8wn4rt6yk1',
			`It is ${passphrase}.`,
		]) {
			for (let before = 0; before < written.length; before++) {
				const text = `${'word '.repeat(7_000).slice(0, 32 * 1024 - before - 1)} ${written} and so on.`;
				const told = redactor('full', known).text(text);
				expect(told).toMatch(new RegExp(`\\[secret:[a-z-]+${mark}`));
				expect(told).not.toMatch(/[jk]?[0-9]f6|22abc|8wn4|horse|staple/);
				expect(told.endsWith(' and so on.')).toBe(true);
			}
		}
	});

	test('that are harmless stay whole, and of suspicious ones only so much is told as was looked into', () => {
		const harmless = 'Nothing to see here, move along. '.repeat(100_000);
		expect(redactor().text(harmless)).toBe(harmless);
		const told = redactor().text('a@b@c 12 345 67 890 '.repeat(50_000));
		expect(told.length).toBeLessThan(400_000);
		expect(told).toMatch(/\[content:\d+-characters-not-checked\]$/);
	});
});
