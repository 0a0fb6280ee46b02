import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A word of no language: where it stands, content stands. */
export const contentWord = 'Quixzolotl';

/** Credentials as their makers issue them, put together here so that no scanner takes this file for a leak. */
const issued = {
	aws: `AKIA${'Z7Q2M4X9K1B5C8D3'}`,
	github: `ghp_${'Zk3Rt9Wq7Lm2Xv8Nb5Yc'}1Aa2Bb3Cc4Dd5Ee6`,
	slack: `xoxb-${'1234567890'}-${'abcdEFGHijklMNOP'}`,
	stripe: `sk_live_${'Zq8Wn4Rt6Yk1Lp3Xv9Bm7Cd2'}`,
	anthropic: `sk-ant-api03-${'Ab3'.repeat(31)}AA`,
	npm: `npm_${'Zk3Rt9Wq7Lm2Xv8Nb5Yc1Aa2Bb3Cc4Dd5Ee6'}`,
	jwt: `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0NTY3ODkwIn0'}.${'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P'}`,
	pem: `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${`MIIE${'q7Zk3Rt9Wq7Lm2Xv8Nb5Yc1Aa2Bb3C'.repeat(2)}\n`.repeat(6)}-----END RSA ${'PRIVATE'} KEY-----`,
	database: 'postgres://app:gr8Secret77@db.internal:5432/x',
	basic: `Basic ${Buffer.from('joe:gr8Passw0rd').toString('base64')}`,
};

/** What of a planted credential must be nowhere: the whole of it, or the part that makes it one. */
export const issuedParts: readonly string[] = [
	...[issued.aws, issued.github, issued.slack, issued.stripe, issued.anthropic, issued.npm],
	...issued.jwt.split('.').slice(1),
	'q7Zk3Rt9Wq7Lm2Xv8Nb5Yc1Aa2Bb3C',
	'gr8Secret77',
	issued.basic.slice('Basic '.length),
];

/** Personal data of each category. */
export const personal: readonly string[] = [
	'jane.planted@acme-mail.io',
	'+49 30 90182077',
	'4111 1111 1111 1111',
	'DE89 3704 0044 0532 0130 00',
	'123-45-6789',
];

/** What a suite holds, by the mark in the fixture's `suite.yaml` that it stands in for. */
export const suiteSecrets: Readonly<Record<string, string>> = {
	PLANTED_OPTION: 'opt-9f8e7d6c5b4a',
	PLANTED_URL: 'https://svc:url-pass-4711@things.example.com/x',
	PLANTED_HEADER: 'hdr-1a2b3c4d5e6f',
	PLANTED_SESSION: 'sess ion of acme',
	PLANTED_APP_ENV: 'app env value 1',
	PLANTED_ARGUMENT: 'arg-99887766554433',
	PLANTED_COMMAND_ENV: 'cmd-a1b2c3d4e5',
	PLANTED_ALLOWED: 'allowed.planted@acme-mail.io',
	PLANTED_OWNER: 'owner.planted@acme-mail.io',
};

/** What the environment holds; the last is no credential by its name, and the suite says that it is one. */
export const environment: Readonly<Record<string, string>> = {
	OPENAI_API_KEY: 'local-gateway-key-55',
	DB_PASSWORD: 'correct horse battery',
	REPORTS_URL: 'https://rep:rep-pass-0815@reports.example.com',
	OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20otlp-backend-token,x-tenant=tenant-4242',
	OTEL_RESOURCE_ATTRIBUTES: `team=a,build.agent=${issued.github}`,
	ACME_LICENCE: 'lic-7',
};

/** Each value of the suite and the environment that is a credential. */
export const knownParts: readonly string[] = [
	'opt-9f8e7d6c5b4a',
	'url-pass-4711',
	'hdr-1a2b3c4d5e6f',
	'sess ion of acme',
	'arg-99887766554433',
	'cmd-a1b2c3d4e5',
	'local-gateway-key-55',
	'correct horse battery',
	'rep-pass-0815',
	'otlp-backend-token',
	'tenant-4242',
	'lic-7',
];

/** Questions with all of it in them. */
export function plantedQuestions(): string {
	const said = `${contentWord}: ${[...Object.values(issued), ...personal].join(' , ')} ; Authorization: ${issued.basic}`;
	return ['telling', 'failing', 'bad-scorer'].map((id) => JSON.stringify({ id, input: said })).join('\n');
}

/** Copies the fixture with its marks replaced. */
export function plantSuite(fixture: string, folder: string, content: string): void {
	cpSync(fixture, folder, { recursive: true });
	const file = join(folder, 'suite.yaml');
	const text = Object.entries(suiteSecrets).reduce(
		(suite, [mark, value]) => suite.replaceAll(mark, value),
		readFileSync(file, 'utf8'),
	);
	writeFileSync(file, `${text}content: ${content}\n`);
	writeFileSync(join(folder, 'questions.jsonl'), plantedQuestions());
}

/** Every file below a folder, by its path, as text. */
export function filesBelow(folder: string): Map<string, string> {
	const files = new Map<string, string>();
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const path = join(folder, name);
		if (statSync(path).isFile()) files.set(name, readFileSync(path, 'utf8'));
	}
	return files;
}

/** Which of the values a text holds, written as they are, as in a URL or in base64. */
export function held(text: string, values: readonly string[]): string[] {
	const decoded = [...text.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)].map(([run]) =>
		Buffer.from(run, 'base64').toString('latin1'),
	);
	const places = [text, ...decoded];
	return values.filter((value) =>
		places.some((place) => place.includes(value) || place.includes(encodeURIComponent(value))),
	);
}
