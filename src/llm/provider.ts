import type { ModelOptions } from './options.ts';

/** Who serves which host: the well-known values of `gen_ai.provider.name`. */
const providers: readonly (readonly [RegExp, string])[] = [
	[/(^|\.)openai\.com$/, 'openai'],
	[/\.(openai|cognitiveservices)\.azure\.com$/, 'azure.ai.openai'],
	[/\.azure\.com$/, 'azure.ai.inference'],
	[/(^|\.)anthropic\.com$/, 'anthropic'],
	[/(^|\.)mistral\.ai$/, 'mistral_ai'],
	[/(^|\.)groq\.com$/, 'groq'],
	[/(^|\.)deepseek\.com$/, 'deepseek'],
	[/(^|\.)x\.ai$/, 'x_ai'],
	[/(^|\.)perplexity\.ai$/, 'perplexity'],
	[/(^|\.)cohere\.(com|ai)$/, 'cohere'],
	[/^generativelanguage\.googleapis\.com$/, 'gcp.gemini'],
	[/-aiplatform\.googleapis\.com$/, 'gcp.vertex_ai'],
	[/^bedrock.*\.amazonaws\.com$/, 'aws.bedrock'],
];

/**
 * Who serves the model, for `gen_ai.provider.name`. A host that nobody knows stands for itself: a model behind an
 * OpenAI-compatible server is not OpenAI's, and a policy on providers must not take it for that.
 */
export function providerOf({
	provider,
	apiVersion,
	baseUrl,
}: Pick<ModelOptions, 'provider' | 'apiVersion' | 'baseUrl'>): string {
	if (provider !== undefined) return provider;
	if (apiVersion !== undefined) return 'azure.ai.openai';
	const { hostname } = new URL(baseUrl);
	return providers.find(([host]) => host.test(hostname))?.[1] ?? hostname;
}
