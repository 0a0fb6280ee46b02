import type { OpenAI } from 'openai';
import { openConnections } from '../calls/connections.ts';
import { SpangateError } from '../errors.ts';
import { limitBody } from './limit-body.ts';
import { type ModelOptions, openAiUrl } from './options.ts';

/** The environment that holds the keys. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The official client of one endpoint, which tries once and logs nothing. */
export interface Api {
	readonly client: OpenAI;
	readonly classes: Pick<typeof OpenAI, 'APIError' | 'APIConnectionError'>;
	/** What no message may show. */
	readonly secrets: readonly string[];
	close(): Promise<void>;
}

/** Longest delay of a timer: the trial, or whoever asks, has a time-out of its own. */
const noTimeout = 2 ** 31 - 1;

/** Opens no connection yet; throws a config error when a key that is wanted is not in the environment. */
export async function openApi(options: ModelOptions, name: string, env: Environment): Promise<Api> {
	const key = keyOf(options, name, env);
	const fromEnv = Object.entries(options.headersEnv).map(
		([header, variable]) => [header, read(variable, `headersEnv.${header}`, name, env)] as const,
	);
	// Loaded here, since they take about 0.2 s that only who asks a model should pay.
	const [{ OpenAI, AzureOpenAI }, connections] = await Promise.all([import('openai'), openConnections()]);
	const fetch = async (url: unknown, init: RequestInit & { handedOver?: () => void } = {}) => {
		const { handedOver = () => {}, ...request } = init;
		// undici's own types, here and in Node, differ in name alone.
		const response = await connections.fetch(String(url), request as never, handedOver);
		return limitBody(response as unknown as Response);
	};
	const shared = {
		apiKey: key ?? 'none',
		baseURL: options.baseUrl,
		fetch: fetch as typeof globalThis.fetch,
		maxRetries: 0,
		timeout: noTimeout,
		// It would log what a model said, whatever the environment's OPENAI_LOG.
		logLevel: 'off' as const,
		// A run must not depend on what else the environment holds.
		...{ organization: null, project: null, adminAPIKey: null, webhookSecret: null },
		defaultHeaders: {
			...(key === undefined && { authorization: null, 'api-key': null }),
			...options.headers,
			...Object.fromEntries(fromEnv),
		},
	};
	return {
		client:
			options.apiVersion === undefined
				? new OpenAI(shared)
				: new AzureOpenAI({ ...shared, apiVersion: options.apiVersion }),
		classes: OpenAI,
		secrets: [...(key === undefined ? [] : [key]), ...fromEnv.map(([, value]) => value)],
		close: () => connections.close(),
	};
}

function keyOf({ apiKeyEnv, baseUrl }: ModelOptions, name: string, env: Environment): string | undefined {
	if (apiKeyEnv !== undefined) return read(apiKeyEnv, 'apiKeyEnv', name, env);
	// OpenAI's key is for OpenAI: another server gets the one that the suite names for it, or none.
	return baseUrl === openAiUrl ? read('OPENAI_API_KEY', 'apiKeyEnv', name, env) : undefined;
}

function read(variable: string, option: string, name: string, env: Environment): string {
	const value = env[variable];
	if (value) return value;
	throw new SpangateError('config', `${name}: the environment variable ${variable} is not set`, {
		hint: `Set it, or name under \`${option}\` the variable that holds the value.`,
	});
}
