import type { ClientOptions, OpenAI } from 'openai';
import { openConnections } from '../calls/connections.ts';
import { Environment } from '../calls/environment.ts';
import { limitBody } from './limit-body.ts';
import { type ModelOptions, openAiUrl } from './options.ts';

/** The variables of an environment, which holds the keys. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The official client of one endpoint, which tries once and logs nothing. */
export interface Api {
	readonly client: OpenAI;
	readonly classes: Pick<typeof OpenAI, 'APIError' | 'APIConnectionError'>;
	/** A text in which no key can be read. */
	hide(text: string): string;
	close(): Promise<void>;
}

/** Longest delay of a timer: the trial, or whoever asks, has a time-out of its own. */
const noTimeout = 2 ** 31 - 1;

/** Opens no connection yet; throws a config error when a key that is wanted is not in the environment. */
export async function openApi(options: ModelOptions, name: string, variables: Variables): Promise<Api> {
	const environment = new Environment(variables);
	const key = keyOf(options, name, environment);
	const headers = Object.entries(options.headers).map(
		([header, value]) => [header, environment.fill(value, `${name}: headers.${header}`)] as const,
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
		logLevel: 'off',
		// A run must not depend on what else the environment holds.
		...{ organization: null, project: null, adminAPIKey: null, webhookSecret: null },
		defaultHeaders: {
			...(key === undefined && { authorization: null, 'api-key': null }),
			...Object.fromEntries(headers),
		},
	} satisfies ClientOptions;
	const { apiVersion } = options;
	return {
		client: withoutCustomHeaders(() =>
			apiVersion === undefined ? new OpenAI(shared) : new AzureOpenAI({ ...shared, apiVersion }),
		),
		classes: OpenAI,
		hide: (text) => environment.hide(text),
		close: () => connections.close(),
	};
}

function keyOf(
	{ apiKeyEnv, baseUrl }: ModelOptions,
	name: string,
	environment: Environment,
): string | undefined {
	// OpenAI's key is for OpenAI: another server gets the one that the suite names for it, or none.
	const variable = apiKeyEnv ?? (baseUrl === openAiUrl ? 'OPENAI_API_KEY' : undefined);
	return variable && environment.fill(`\${env:${variable}}`, `${name}: apiKeyEnv`);
}

/** The library's constructor adds the headers of this variable, which may hold a key, to those of any server. */
function withoutCustomHeaders<Made>(make: () => Made): Made {
	const { OPENAI_CUSTOM_HEADERS: before } = process.env;
	delete process.env.OPENAI_CUSTOM_HEADERS;
	try {
		return make();
	} finally {
		if (before !== undefined) process.env.OPENAI_CUSTOM_HEADERS = before;
	}
}
