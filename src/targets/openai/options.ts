import { z } from 'zod';
import { ModelOptions } from '../../llm/options.ts';
import { namesQuestion, templateProblem } from '../../model/question-template.ts';
import { strict } from '../../model/strict.ts';

const share = z.number().min(0).max(1);
const penalty = z.number().min(-2).max(2);
const anyJson = z.record(z.string(), z.unknown());
const name = z.string().regex(/^[\w-]{1,64}$/, 'expected letters, digits, "_" and "-", 64 at most');

const Template = z.string().superRefine((template, issues) => {
	const problem = templateProblem(template);
	if (problem !== undefined) issues.addIssue({ code: 'custom', message: problem });
});
const Tool = strict({
	name,
	description: z.string().optional(),
	parameters: anyJson.optional().describe('The JSON schema of its arguments'),
	strict: z.boolean().optional(),
});
const JsonSchema = strict({
	name: name.default('answer'),
	schema: anyJson.describe('The JSON schema of an answer'),
	strict: z
		.boolean()
		.default(true)
		.describe('Hold the model to it, which OpenAI does for a part of JSON Schema'),
});
const notTool = 'expected {name, description, parameters}, or the same under {type: function, function: …}';

/** What is asked, beside where: the prompt, how it is sampled, and what the answer may be. */
export const promptOptions = {
	...ModelOptions,
	system: Template.optional().describe(
		'The system prompt; {{input}}, {{id}}, {{attributes.x}} and {{attributes}} (as JSON) stand for the question’s',
	),
	examples: z
		.array(strict({ user: z.string(), assistant: z.string() }))
		.default([])
		.describe('Exchanges that stand before the question, as they are'),
	user: Template.default('{{input}}').describe('The user’s message, with the same placeholders'),
	promptVersion: z.string().min(1).optional().describe('The prompt’s version, for the record'),
	temperature: z.number().min(0).max(2).optional(),
	topP: share.optional(),
	maxTokens: z.int().min(1).optional().describe('The most tokens that the model may write'),
	seed: z.int().optional(),
	stop: z
		.union(
			[z.string().transform((text) => [text]), z.array(z.string()).min(1).max(4)],
			'expected a text, or up to 4',
		)
		.optional(),
	frequencyPenalty: penalty.optional(),
	presencePenalty: penalty.optional(),
	reasoningEffort: z.string().min(1).optional().describe('e.g. low, medium, high'),
	tools: z
		.array(
			z.union(
				[Tool, strict({ type: z.literal('function'), function: Tool }).transform((tool) => tool.function)],
				notTool,
			),
		)
		.min(1)
		.optional()
		.describe('Functions that the model may ask for; none is called'),
	toolChoice: z
		.union(
			[z.enum(['none', 'auto', 'required']), strict({ name })],
			'expected none, auto, required, or {name}',
		)
		.optional(),
	json: z
		.union([z.literal(true), JsonSchema], 'expected true, or {schema}')
		.optional()
		.describe('Answers are JSON: any object, or of a JSON schema'),
	stream: z.boolean().default(false).describe('Stream the answer, and measure the time to its first token'),
	extraBody: anyJson.optional().describe('Fields of the server’s own, such as `top_k`'),
};

type Prompt = z.output<z.ZodObject<typeof promptOptions>>;

/** Tells of prompts that would ask every question alike, and of tools that are chosen and not there. */
export function checkPrompt(
	{ system = '', user, tools = [], toolChoice }: Pick<Prompt, 'system' | 'user' | 'tools' | 'toolChoice'>,
	issues: z.core.$RefinementCtx,
): void {
	const problem = (path: PropertyKey[], message: string) =>
		issues.addIssue({ code: 'custom', path, message });
	if (!namesQuestion(system) && !namesQuestion(user)) {
		problem(['user'], 'has no {{input}}, nor has `system`: every question would be asked alike');
	}
	if (toolChoice === undefined) return;
	if (tools.length === 0) problem(['toolChoice'], 'needs `tools`');
	else if (typeof toolChoice === 'object' && !tools.some((tool) => tool.name === toolChoice.name)) {
		problem(
			['toolChoice', 'name'],
			`is none of the tools; expected one of: ${tools.map((tool) => tool.name).join(', ')}`,
		);
	}
}
