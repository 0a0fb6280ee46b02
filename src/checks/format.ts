import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { checkKind } from './check.ts';
import { markdownIn, openFence } from './format/markdown.ts';

const Pattern = z.string().min(1).superRefine(refuseFault);

/**
 * `use: format`: violated when the output is not written as it must be: as one JSON value and nothing around it, as
 * Markdown, as plain text without Markdown, without code fences, or by one of several patterns.
 */
export const format = checkKind({
	options: strict({
		type: z
			.enum(['json', 'markdown', 'plain'])
			.optional()
			.describe('One JSON value alone; Markdown with some structure and no open fence; or text without any'),
		codeFences: z.enum(['allowed', 'forbidden']).default('allowed').describe('Whether ``` may occur'),
		patterns: z
			.array(Pattern)
			.min(1)
			.optional()
			.describe('Regular expressions (flags `su`) of which the whole output, trimmed, must match one'),
		severity: Severity.default('medium'),
	}).refine(
		({ type, codeFences, patterns }) =>
			type !== undefined || codeFences === 'forbidden' || patterns !== undefined,
		{ message: 'needs type, codeFences: forbidden or patterns, or it would judge nothing' },
	),
	create({ type, codeFences, patterns, severity }) {
		const expressions = patterns?.map((pattern) => new RegExp(`^(?:${pattern})$`, 'su'));
		const faultOf = { json: jsonFault, markdown: markdownFault, plain: plainFault };
		return {
			version: '1',
			isPure: true,
			kind: 'policy',
			check({ answer }) {
				const output = answer.output.trim();
				const written = type && faultOf[type](output);
				const fence = codeFences === 'forbidden' && markdownIn(output).includes('code fence');
				const unlike = expressions && !expressions.some((expression) => expression.test(output));
				const faults = [
					...(written ? [{ category: `not_${type}`, reason: written }] : []),
					...(fence ? [{ category: 'code_fence', reason: 'holds a code fence' }] : []),
					...(unlike ? [{ category: 'no_pattern', reason: 'matches none of the patterns' }] : []),
				];
				const [first] = faults;
				if (first === undefined) return { status: 'ok' };
				const reason = faults.map((fault) => fault.reason).join('; ');
				return { status: 'violated', category: first.category, severity, reason };
			},
		};
	},
});

function jsonFault(output: string): string | undefined {
	try {
		JSON.parse(output);
		return undefined;
	} catch {
		// The parser's own message holds a piece of the output.
		return output.startsWith('```') ? 'is no JSON, but a code fence' : 'is no JSON value, or not that alone';
	}
}

function markdownFault(output: string): string | undefined {
	if (openFence(output)) return 'leaves a code fence open';
	return markdownIn(output).length === 0 ? 'has no structure of Markdown' : undefined;
}

function plainFault(output: string): string | undefined {
	const found = markdownIn(output);
	return found.length === 0 ? undefined : `holds Markdown: ${found.join(', ')}`;
}

function refuseFault(pattern: string, context: z.core.$RefinementCtx<string>): void {
	try {
		new RegExp(`^(?:${pattern})$`, 'su');
	} catch (error) {
		context.addIssue({ code: 'custom', message: messageOf(error) });
	}
}
