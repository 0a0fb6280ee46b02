import type { OpenAI } from 'openai';
import type { ModelOptions } from './options.ts';
import { providerOf } from './provider.ts';

/** A tool that the model may ask for: a function by the API's own shape. */
interface ToolDefinition {
	readonly name: string;
	readonly description?: string | undefined;
	/** The JSON schema of its arguments. */
	readonly parameters?: Readonly<Record<string, unknown>> | undefined;
	readonly strict?: boolean | undefined;
}

/** Which tools the model must ask for: none, any or none, at least one, or this one. */
type ToolChoice = 'none' | 'auto' | 'required' | { readonly name: string };

/** The JSON schema of an answer; `strict`, by default true, holds the model to it. */
interface JsonSchema {
	readonly name: string;
	readonly schema: Readonly<Record<string, unknown>>;
	readonly strict?: boolean;
}

/** What is asked of a model; what is left out is up to the server. */
export interface ChatRequest {
	readonly messages: readonly {
		readonly role: 'system' | 'user' | 'assistant';
		readonly content: string;
	}[];
	readonly temperature?: number | undefined;
	readonly topP?: number | undefined;
	readonly seed?: number | undefined;
	readonly maxTokens?: number | undefined;
	readonly frequencyPenalty?: number | undefined;
	readonly presencePenalty?: number | undefined;
	readonly reasoningEffort?: string | undefined;
	readonly stop?: readonly string[] | undefined;
	readonly tools?: readonly ToolDefinition[] | undefined;
	readonly toolChoice?: ToolChoice | undefined;
	/** Any JSON object, or one of a schema that the server holds the model to. */
	readonly json?: true | JsonSchema | undefined;
	readonly stream?: boolean | undefined;
	/** Fields of the server's own, such as vLLM's `top_k`; they change none of the above. */
	readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
}

type Body = OpenAI.ChatCompletionCreateParams;

/** The body of POST /chat/completions. */
export function chatBody(request: ChatRequest, options: ModelOptions): Body {
	const { tools, toolChoice, json, stream = false } = request;
	const body = {
		...request.extraBody,
		model: options.model,
		messages: request.messages.map(({ role, content }) => ({ role, content })),
		temperature: request.temperature,
		top_p: request.topP,
		seed: request.seed,
		...(request.maxTokens !== undefined && { [maxTokensField(options)]: request.maxTokens }),
		frequency_penalty: request.frequencyPenalty,
		presence_penalty: request.presencePenalty,
		reasoning_effort: request.reasoningEffort,
		stop: request.stop && [...request.stop],
		tools: tools?.map((each) => ({ type: 'function', function: each })),
		tool_choice:
			typeof toolChoice === 'object' ? { type: 'function', function: { name: toolChoice.name } } : toolChoice,
		response_format:
			json === true
				? { type: 'json_object' }
				: json && { type: 'json_schema', json_schema: { strict: true, ...json } },
		stream,
		...(stream && { stream_options: { include_usage: true } }),
	};
	const given = Object.entries(body).filter(([, value]) => value !== undefined);
	// Which words a server takes for an effort or a schema is the server's affair.
	return Object.fromEntries(given) as unknown as Body;
}

/** OpenAI's reasoning models refuse the old name; other servers may not know the new one. */
function maxTokensField(options: ModelOptions): string {
	const renamed = ['openai', 'azure.ai.openai'].includes(providerOf(options));
	return renamed ? 'max_completion_tokens' : 'max_tokens';
}
