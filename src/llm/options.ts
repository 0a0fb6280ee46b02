import { z } from 'zod';
import { environmentProblem, withoutEnvironment } from '../calls/environment.ts';
import { callOptions } from '../calls/options.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: a suite.yaml writes it so; nothing here is interpolated
const anyEnv = '${env:NAME}';

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
			for (const [name, value] of Object.entries(headers)) {
				const problem = environmentProblem(value) ?? plainCredential(name, value);
				if (problem !== undefined) issues.addIssue({ code: 'custom', path: [name], message: problem });
			}
		})
		.describe(`More headers; ${anyEnv} stands for an environment variable, whose value is never printed`),
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

/** The record keeps a suite's text, so no credential may stand in it. */
function plainCredential(name: string, value: string): string | undefined {
	if (!secretHeader.test(name) || withoutEnvironment(value) !== value) return undefined;
	return `holds a credential, which the record would keep; expected ${anyEnv} in its place`;
}
