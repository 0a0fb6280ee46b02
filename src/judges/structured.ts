import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import { ModelOptions } from '../llm/options.ts';
import { aboutParts, delimited, type Part } from './delimited.ts';
import type { Call, Endpoint } from './endpoint.ts';

/** The options of whatever has a model judge: which one, where, and how it samples. */
export const JudgeOptions = {
	...ModelOptions,
	temperature: z
		.number()
		.min(0)
		.max(2)
		.optional()
		.describe('0 for the most even judgements; left out by default, since reasoning models refuse it'),
	seed: z.int().optional().describe('Of the first vote; each further one adds 1'),
	maxTokens: z.int().min(1).optional().describe('The most tokens of one reply'),
	reasoningEffort: z.string().min(1).optional().describe('Of reasoning models: low, medium, high, …'),
};

/** How a judge samples, of its options. */
type Sampling = Pick<
	z.output<z.ZodObject<typeof JudgeOptions>>,
	'temperature' | 'seed' | 'maxTokens' | 'reasoningEffort'
>;

/** What a judge is asked. */
export interface Ask<Schema extends z.ZodType> {
	/** What it is to do, from spangate and the suite alone: never anything that a target wrote. */
	readonly instructions: string;
	/** What it is to look at, whoever wrote it. */
	readonly parts: readonly Part[];
	/** The form of its reply, by a name of letters and underscores. */
	readonly form: { readonly name: string; readonly schema: Schema };
	readonly sampling: Sampling;
}

/** The system message of a judge. */
export function systemMessage(instructions: string): string {
	return `${instructions}\n\n${aboutParts}`;
}

/**
 * Asks a judge and gives its reply in the form that was asked for. Throws an `unmeasured` error for a reply that is
 * refused, cut off or of another form: whatever cannot be read is no judgement.
 */
export async function askJudge<Schema extends z.ZodType>(
	endpoint: Endpoint,
	{ instructions, parts, form, sampling }: Ask<Schema>,
	call: Call,
): Promise<z.output<Schema>> {
	const reply = await endpoint.chat(
		{
			messages: [
				{ role: 'system', content: systemMessage(instructions) },
				{ role: 'user', content: delimited(parts) },
			],
			json: { name: form.name, schema: jsonSchemaOf(form.schema) },
			...sampling,
		},
		call,
	);
	if (reply.refused || reply.finishReason === 'content_filter' || reply.finishReason === 'refusal') {
		throw noJudgement(`the judge ${reply.model} refused to judge`);
	}
	if (reply.finishReason === 'length') {
		throw noJudgement(`the judge ${reply.model} was cut off before its reply was whole; raise \`maxTokens\``);
	}
	const parsed = form.schema.safeParse(parseJson(reply.text));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const where = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
	throw noJudgement(
		`the judge ${reply.model} replied in another form than it was asked for (${where}: ${issue?.message}); expected a server and model that keep to \`response_format: json_schema\``,
	);
}

/** The error of a judge that gave no judgement. */
export function noJudgement(message: string): SpangateError {
	return new SpangateError('unmeasured', message);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function jsonSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
	const { $schema: _, ...rest } = z.toJSONSchema(schema);
	return rest;
}
