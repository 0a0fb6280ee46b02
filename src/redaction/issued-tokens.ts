import type { WrittenCredential } from './written-credentials.ts';

/** A form in which a provider issues its tokens; a text without the beginning of any holds none. */
interface Form {
	readonly type: string;
	readonly begins: string;
	readonly rest: string;
}

/**
 * Forms that secretlint's recommended preset does not know, by the providers' documentation and gitleaks'
 * `config/gitleaks.toml`; every quantifier is bounded, so none takes long.
 */
const forms: readonly Form[] = [
	{ type: 'google-api-key', begins: 'AIza', rest: String.raw`[\w-]{35}` },
	{ type: 'google-client-secret', begins: 'GOCSPX-', rest: String.raw`[\w-]{28}` },
	{ type: 'google-access-token', begins: String.raw`ya29\.`, rest: String.raw`[\w-]{30,2000}` },
	{ type: 'azure-storage-key', begins: 'AccountKey=', rest: '[A-Za-z0-9+/]{86}==' },
	{ type: 'azure-shared-access-key', begins: 'SharedAccessKey=', rest: '[A-Za-z0-9+/]{43}=' },
	{ type: 'amazon-bedrock-key', begins: 'ABSK', rest: '[A-Za-z0-9+/]{100,300}={0,2}' },
	{ type: 'pypi-token', begins: 'pypi-AgE', rest: String.raw`[\w-]{50,1000}` },
	{ type: 'rubygems-key', begins: 'rubygems_', rest: '[a-f0-9]{48}' },
	{ type: 'digitalocean-token', begins: 'do[opr]_v1_', rest: '[a-f0-9]{64}' },
	{ type: 'heroku-key', begins: 'HRKU-', rest: String.raw`[\w-]{36,80}` },
	{ type: 'netlify-token', begins: 'nfp_', rest: '[A-Za-z0-9]{36}' },
	{ type: 'supabase-token', begins: 'sb(?:p_|_secret_)', rest: String.raw`[\w-]{20,80}` },
	{ type: 'planetscale-token', begins: 'pscale_(?:tkn|pw|oauth)_', rest: String.raw`[\w.=-]{32,64}` },
	{
		type: 'doppler-token',
		begins: String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.`,
		rest: String.raw`[\w.-]{40,80}`,
	},
	{ type: 'pulumi-token', begins: 'pul-', rest: '[a-f0-9]{40}' },
	{
		type: 'terraform-token',
		begins: String.raw`[A-Za-z0-9]{14}\.atlasv1\.`,
		rest: String.raw`[\w=-]{60,70}`,
	},
	{ type: 'sentry-token', begins: 'sntry(?:s_eyJ|u_)', rest: '[A-Za-z0-9+/=_-]{40,1000}' },
	{ type: 'new-relic-key', begins: 'NRAK-', rest: '[A-Z0-9]{27}' },
	{ type: 'postman-key', begins: 'PMAK-', rest: '[a-f0-9]{24}-[a-f0-9]{34}' },
	{
		type: 'gitlab-token',
		begins: 'gl(?:rt|dt|ptt|soat|cbt|agent|ft|imt)-',
		rest: String.raw`[\w.-]{20,300}`,
	},
	{ type: 'bitbucket-password', begins: 'ATBB', rest: '[A-Za-z0-9]{32}' },
	{ type: 'atlassian-token', begins: 'ATATT3', rest: String.raw`[\w=-]{100,300}` },
	{ type: 'buildkite-token', begins: 'bkua_', rest: '[a-f0-9]{40}' },
	{ type: 'circleci-token', begins: 'CCIPAT_', rest: '[A-Za-z0-9]{22}_[a-f0-9]{40}' },
	{ type: 'airtable-token', begins: String.raw`pat[A-Za-z0-9]{14}\.`, rest: '[a-f0-9]{64}' },
	{ type: 'contentful-token', begins: 'CFPAT-', rest: String.raw`[\w-]{43}` },
	{ type: 'mailgun-key', begins: 'key-', rest: '[a-f0-9]{32}' },
	{ type: 'mailchimp-key', begins: '[a-f0-9]{32}-us', rest: '[0-9]{1,2}' },
	{ type: 'resend-key', begins: 're_', rest: '[A-Za-z0-9]{8}_[A-Za-z0-9]{24}' },
	{ type: 'telegram-bot-token', begins: '[0-9]{8,10}:AA', rest: String.raw`[\w-]{33}` },
	{
		type: 'discord-webhook',
		begins: String.raw`discord(?:app)?\.com/api/webhooks/`,
		rest: String.raw`[0-9]{17,20}/[\w-]{60,70}`,
	},
	{ type: 'square-token', begins: '(?:sq0csp-|EAAA)', rest: String.raw`[\w-]{43,60}` },
	{ type: 'stripe-webhook-secret', begins: 'whsec_', rest: '[A-Za-z0-9+/=]{32,64}' },
	{ type: 'hugging-face-token', begins: 'hf_', rest: '[A-Za-z0-9]{34}' },
	{ type: 'replicate-token', begins: 'r8_', rest: '[A-Za-z0-9]{37}' },
	{ type: 'xai-key', begins: 'xai-', rest: '[A-Za-z0-9]{80}' },
	{ type: 'perplexity-key', begins: 'pplx-', rest: '[A-Za-z0-9]{48,56}' },
	{ type: 'openrouter-key', begins: 'sk-or-v1-', rest: '[a-f0-9]{64}' },
	{ type: 'openai-key', begins: 'sk-(?:proj|svcacct|admin)-', rest: String.raw`[\w-]{80,200}` },
	{ type: 'deepseek-key', begins: 'sk-', rest: '[a-f0-9]{32}' },
	{ type: 'elevenlabs-key', begins: 'sk_', rest: '[a-f0-9]{48}' },
	{ type: 'nvidia-key', begins: 'nvapi-', rest: String.raw`[\w-]{60,70}` },
	{ type: 'pinecone-key', begins: 'pcsk_', rest: String.raw`\w{50,80}` },
	{ type: 'tavily-key', begins: 'tvly-(?:dev-)?', rest: '[A-Za-z0-9]{32}' },
	{ type: 'langsmith-key', begins: 'lsv2_(?:pt|sk)_', rest: '[a-f0-9]{32}_[a-f0-9]{10}' },
	{ type: 'age-key', begins: 'AGE-SECRET-KEY-1', rest: '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}' },
];

const border = String.raw`(?<![\w-])`;
const token = new RegExp(
	`${border}(?:${forms.map(({ begins, rest }) => `(${begins}${rest})`).join('|')})(?![\\w-])`,
	'g',
);

const anyBeginning = new RegExp(`${border}(?:${forms.map(({ begins }) => begins).join('|')})`);

/** false when no such token is in a text. */
export function mayHoldIssuedToken(text: string): boolean {
	return anyBeginning.test(text);
}

/** The tokens in a text that have the form in which a provider issues them. */
export function findIssuedTokens(text: string): WrittenCredential[] {
	if (!mayHoldIssuedToken(text)) return [];
	return [...text.matchAll(token)].map((match) => {
		const [whole, ...ofForms] = match;
		const type = forms[ofForms.findIndex((each) => each !== undefined)]?.type ?? 'token';
		return { type, from: match.index, to: match.index + whole.length };
	});
}
