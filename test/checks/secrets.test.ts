import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { evidence } from '../contract/evidence.ts';
import { judge } from '../contract/run.ts';

// Put together at run time, so that no scanner of this repository takes them for real ones.
const github = `gh${'p_'}${'a1B2'.repeat(9)}`;
const aws = `AK${'IA'}Q3EGRXUPLM7ZK2WD`;
const pem = (body: string) => `-----BEGIN ${'PRIVATE'} KEY-----${body}-----END ${'PRIVATE'} KEY-----`;

const categoryOf = async (output: string) => {
	const judgement = await judge('secrets', {}, evidence(output));
	return judgement.status === 'violated' ? judgement.category : judgement.status;
};

describe('secrets', () => {
	it.each([
		['a GitHub token', `Use \`${github}\` to log in.`, 'github_token'],
		['an AWS key id', `export AWS_ACCESS_KEY_ID=${aws}`, 'aws_access_key_id'],
		['an AWS secret', `aws_secret_access_key = ${'wJalrXUtnF'.repeat(4)}`, 'aws_secret_access_key'],
		['a Slack token', `xox${'b-'}248163264128-Zq8Wn4Rt6Yk1`, 'slack_token'],
		['an npm token', `np${'m_'}${'a1B2'.repeat(9)}`, 'npm_access_token'],
		['a Stripe key', `sk${'_live_'}${'a1B2'.repeat(7)}`, 'stripe_secret_key_live'],
		['an OpenAI key', `sk${'-'}${'a1B2c'.repeat(4)}${'T3Blbk'}FJ${'a1B2c'.repeat(4)}`, 'openai_token'],
		['an Anthropic key', `sk${'-ant-'}api03-${'a1B2'.repeat(23)}xAA`, 'anthropic_api_key'],
		['a private key', pem(`\nMI${'Ia1B2c'.repeat(30)}\n`), 'private_key'],
		['a private key in JSON', pem(`\\nMI${'Ia1B2c'.repeat(30)}\\n`), 'private_key'],
		['a password in a URL', `https:${'//bob:'}hunter2x@git.acme.io/x`, 'basic_auth'],
		['a Google key', `AI${'za'}${'Zq8Wn4R'.repeat(5)}`, 'google_api_key'],
		['a Telegram bot', `71${'29384756'}:AA${'Zq8Wn4Rt6Yk'.repeat(3)}`, 'telegram_bot_token'],
		['a JSON web token', `ey${'J'}hbGciOiJI.eyJ${'zdWIiOiI0'.repeat(3)}.Zq8Wn4Rt6Yk`, 'jwt'],
		['a header', `Authorization: Basic ${'b3BzOlpx'}${'OFduNFJ0'.repeat(2)}`, 'authorization'],
		['a key by its name', `- \`DD_API_${'KEY'}\`: ${'6c50776d18f1'.repeat(3)}`, 'named'],
		['a password in a sentence', `Das Passwort für das Archiv lautet ${'Wald2026!See'}.`, 'named'],
		['a login of a command', `curl ${'-u'} bob:Wald2026See https://acme.io`, 'named'],
		['a database URL', `postgres:${'//bob:'}s3cr3tpw9@db.acme.io/x`, 'postgre_sql_connection'],
		['a weak password in a URL', `postgres:${'//root:'}Admin1234567@10.2.0.5/prod`, 'url_credentials'],
	])('finds %s', async (_, output, category) => {
		expect(await categoryOf(output)).toBe(category);
	});

	it.each([
		['prose', 'Keep your password and your API key secret.'],
		['an account number', 'account: 123456789012'],
		["the documentation's key id", `AK${'IA'}IOSFODNN7EXAMPLE`],
		['placeholders', 'ghp_xxxx, sk-..., https://user:password@example.com'],
		['a key for the browser', `PUBLISHABLE_KEY=pk${'_live_'}${'a1B2'.repeat(7)}`],
		['a token of a page', '{"nextPageToken": "CAUQAB3dEf6hIj9lMn"}'],
		['fillers in a URL', 'https://bob:xxxxxxxx@git.acme.io and https://bob:12345678@git.acme.io'],
		['a masked key', 'API key: sk_live_****************9fQ2'],
		['where a key is', 'const apiKey = process.env.API_KEY_2; const token = newToken2(seed);'],
		[
			'the login of a local database',
			'amqp://guest:guest@localhost, postgres://postgres:postgres@localhost/test',
		],
		['the token of a manual', `ey${'J'}hbGciOiJI.eyJzdWIiOiIxMjM0NTY3ODkwIn0.Zq8Wn4Rt6Yk`],
		['a rule for passwords', 'A password is strong from 12 characters; passwords: see section-4a.'],
		['a digest', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
	])('finds nothing in %s', async (_, output) => {
		expect(await categoryOf(output)).toBe('ok');
	});

	it('reports the first, lists every one with its place, and repeats none', async () => {
		expect(await judge('secrets', {}, evidence(`${aws} and ${github}`))).toEqual({
			status: 'violated',
			category: 'aws_access_key_id',
			severity: 'critical',
			reason: 'aws_access_key_id at character 1, github_token at character 26',
		});
	});

	it('cannot be switched off by the answer that it judges', async () => {
		expect(await categoryOf(`// secretlint-disable\n${github}`)).toBe('github_token');
		expect(await categoryOf(`${github} // secretlint-disable-line`)).toBe('github_token');
	});

	it('leaves nothing behind in the performance timeline', async () => {
		const before = performance.getEntries().length;
		for (let turn = 0; turn < 10; turn++) await categoryOf(github);
		expect(performance.getEntries().filter(({ name }) => name.startsWith('@'))).toEqual([]);
		expect(performance.getEntries().length).toBeLessThanOrEqual(before + 10);
	});
});
