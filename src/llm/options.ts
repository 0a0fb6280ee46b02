import { z } from 'zod';
import { callOptions } from '../calls/options.ts';

/** Where OpenAI itself serves its API. */
export const openAiUrl = 'https://api.openai.com/v1';

const variable = z
	.string()
	.regex(
		/^[A-Za-z_]\w*$/,
		'expected the name of an environment variable, e.g. OPENAI_API_KEY; never the key itself',
	);
/** Headers that hold a credential, which no suite.yaml may. */
const secretHeader = /^(authorization|proxy-authorization|cookie|.*(api-?key|token|secret).*)$/i;

/** The options of whatever asks an OpenAI-compatible endpoint: a target, a judge, an embedding. */
export const ModelOptions = {
	model: z.string().min(1).describe('The model; with `apiVersion`, the name of the Azure deployment'),
	baseUrl: z
		.string()
		.superRefine((url, issues) => {
			const problem = urlProblem(url);
			if (problem !== undefined) issues.addIssue({ code: 'custom', message: problem });
		})
		.default(openAiUrl)
		.describe('Where the API is, up to and without /chat/completions, e.g. http://localhost:11434/v1'),
	apiKeyEnv: variable
		.optional()
		.describe(
			`The environment variable with the API key; by default OPENAI_API_KEY for ${openAiUrl}, none for another baseUrl`,
		),
	apiVersion: z
		.string()
		.min(1)
		.optional()
		.describe('The `api-version` of Azure OpenAI’s deployments, which also sends the key as Azure wants it'),
	headers: z
		.record(z.string(), z.string())
		.default({})
		.superRefine((headers, issues) => {
			for (const name of Object.keys(headers)) {
				if (!secretHeader.test(name)) continue;
				const message =
					'holds a credential, which the record would keep; name its variable under `headersEnv`';
				issues.addIssue({ code: 'custom', path: [name], message });
			}
		})
		.describe('More headers of each request'),
	headersEnv: z
		.record(z.string(), variable)
		.default({})
		.describe('More headers, by the environment variables that hold their values'),
	provider: z
		.string()
		.min(1)
		.optional()
		.describe('`gen_ai.provider.name`; by default known from the baseUrl’s host, else that host'),
	...callOptions,
};

/** The same, parsed. */
export type ModelOptions = z.output<z.ZodObject<typeof ModelOptions>>;

function urlProblem(text: string): string | undefined {
	if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return 'must be an http:// or https:// URL';
	const { username, password, search, hash } = new URL(text);
	if (username !== '' || password !== '') return 'holds credentials; name their variable under `apiKeyEnv`';
	if (search !== '' || hash !== '')
		return 'must have no ?query; Azure’s `api-version` goes under `apiVersion`';
	return undefined;
}
