import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { Locate } from '../config/problems.ts';
import { messageOf } from '../errors.ts';
import { readText } from '../files/read-text.ts';
import { textOfMessages } from './messages.ts';
import type { Reading } from './source.ts';
import { asText, render, type Vars } from './templates.ts';

/** A prompt's template and what it is called. */
export interface Prompt {
	readonly label: string;
	/** Undefined where a set has none: then the variables themselves are asked. */
	readonly template: string | undefined;
}

const texts = new Set(['.txt', '.md', '.json', '.yaml', '.yml', '.j2']);

/** The prompts of a config; those that are made by code are left out. */
export function promptsOf(value: unknown, locate: Locate, reading: Reading): Prompt[] {
	if (value === undefined) return [{ label: 'prompt', template: undefined }];
	const entries = Array.isArray(value) ? value : [value];
	const prompts = entries.flatMap((entry: unknown, index): Prompt[] => {
		const line = locate(Array.isArray(value) ? ['prompts', index] : ['prompts']);
		return promptOf(entry, index + 1, line, reading);
	});
	if (prompts.length === 0 && reading.problems.empty) {
		reading.problems.add(
			reading.file,
			locate([], 'prompts'),
			'prompts: none of them can be carried over; expected a text',
		);
	}
	return prompts;
}

function promptOf(
	entry: unknown,
	number: number,
	line: number | undefined,
	{ file, folder, left, problems }: Reading,
): Prompt[] {
	const { text, label } = partsOf(entry);
	const leave = (why: string) => {
		left.add({ file, line, what: `prompt ${label ?? text ?? ''}`.trim(), why });
		return [];
	};
	if (text === undefined) return leave('it is no text');
	const path = text.replace(/^file:\/\//, '');
	const isFile = text.startsWith('file://') || (!/\s/.test(text) && texts.has(extname(text)));
	if (!isFile) return [{ label: label ?? (isShort(text) ? text : `prompt ${number}`), template: text }];
	if (/[*?]/.test(path)) return leave('a pattern of files; name each of them');
	if (!texts.has(extname(path))) return leave('it is made by code');
	const from = join(folder, path);
	if (!existsSync(from)) {
		problems.add(file, line, `prompts: no such file: ${from}`);
		return [];
	}
	const parts = readText(from, 'prompt').split(extname(path) === '.txt' ? /^---\s*$/m : /$^/);
	return parts.map((part, at) => ({
		label: label ?? (parts.length === 1 ? basename(path) : `${basename(path)}-${at + 1}`),
		template: part.trim(),
	}));
}

function partsOf(entry: unknown): { text: string | undefined; label: string | undefined } {
	if (typeof entry === 'string') return { text: entry, label: undefined };
	const { raw, id, label } = (entry ?? {}) as { raw?: unknown; id?: unknown; label?: unknown };
	const text = typeof raw === 'string' ? raw : typeof id === 'string' ? id : undefined;
	return { text, label: typeof label === 'string' ? label : undefined };
}

/** What is asked with these variables: a chat's messages as one text. */
export function renderPrompt(
	{ template }: Prompt,
	vars: Vars,
): { readonly text: string } | { readonly fault: string } {
	if (template === undefined) {
		const values = Object.entries(vars);
		const [only] = values;
		if (only === undefined) return { fault: 'it has neither a prompt nor variables, so nothing is asked' };
		if (values.length === 1) return { text: asText(only[1]) };
		return { text: values.map(([name, value]) => `${name}: ${asText(value)}`).join('\n') };
	}
	// Filled in after it is parsed, so that a quote in a variable cannot break it.
	const messages = chatOf(template);
	const rendered = render(messages ?? template, vars);
	if ('fault' in rendered) return rendered;
	return rendered.text.trim() === '' ? { fault: 'its prompt is empty' } : { text: rendered.text.trim() };
}

function chatOf(template: string): string | undefined {
	if (!/^\s*[[-]/.test(template)) return undefined;
	try {
		return textOfMessages(parseYaml(template));
	} catch (error) {
		// A list in Markdown is no chat.
		void messageOf(error);
		return undefined;
	}
}

/** true for a text that can stand for itself where results are shown. */
function isShort(text: string): boolean {
	return text.length <= 60 && !/[\n{]/.test(text.replace(/\{\{[^{}]*\}\}/g, ''));
}
