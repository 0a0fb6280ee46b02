import type { JSONPathQuery } from 'json-p3';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { strict } from '../../model/strict.ts';
import { beginningOf } from '../../text.ts';

const notPath = 'expected a JSONPath, e.g. $.choices[0].message.content, or {path, optional: true}';
const Path = z
	.union(
		[
			z.string(notPath).transform((path) => ({ path, optional: false })),
			strict({
				path: z.string(),
				optional: z.boolean().default(false).describe('An answer without it is an answer, too'),
			}),
		],
		notPath,
	)
	.describe('A JSONPath (RFC 9535) into the answer');

/** Where in the body of a JSON API's answer its parts are found. */
export const AnswerPaths = strict({
	output: Path.describe('The text; several texts are put together'),
	sources: Path.optional().describe('The ids of the documents that the answer cites'),
	model: Path.optional(),
	promptVersion: Path.optional(),
	finishReason: Path.optional(),
	costUsd: Path.optional(),
	responseId: Path.optional(),
	usage: strict({
		inputTokens: Path,
		outputTokens: Path,
		cachedInputTokens: Path.optional(),
		reasoningTokens: Path.optional(),
	}).optional(),
});

export type AnswerPaths = z.output<typeof AnswerPaths>;

type PathOption = z.output<typeof Path>;

/** The longest piece of an answer that an error shows, in characters. */
const shown = 200;

interface Place {
	readonly path: string;
	readonly optional: boolean;
	/** The option that names it: `answer.usage.inputTokens`. */
	readonly key: string;
	readonly query: JSONPathQuery;
}

/** What a body that was parsed holds, by its paths; a path that finds nothing, or something else, is an error that names it. */
export type AnswerReader = (body: unknown) => unknown;

/** What is wrong with the paths; undefined when nothing is. */
export async function pathProblem(paths: AnswerPaths): Promise<string | undefined> {
	try {
		await answerReader(paths);
		return undefined;
	} catch (error) {
		return messageOf(error);
	}
}

/** Compiles the paths; throws when one of them is no JSONPath. */
export async function answerReader({ usage, ...paths }: AnswerPaths): Promise<AnswerReader> {
	// Loaded here: few targets need it.
	const { compile } = await import('json-p3');
	const places = new Map<string, Place>();
	const parts = { ...paths, ...(usage && prefixed(usage)) };
	for (const [name, part] of Object.entries(parts)) {
		if (part === undefined) continue;
		const key = `answer.${name}`;
		try {
			places.set(name, { ...part, key, query: compile(part.path) });
		} catch (error) {
			throw new Error(`${key}: ${part.path} is no JSONPath (RFC 9535): ${messageOf(error)}`);
		}
	}
	return (body) => {
		const read = <Value>(name: string, form: Form<Value>) => {
			const place = places.get(name);
			return place === undefined ? undefined : valueAt(place, body, form);
		};
		const answer = {
			output: read('output', text),
			sources: read('sources', list),
			model: read('model', text),
			promptVersion: read('promptVersion', text),
			finishReason: read('finishReason', text),
			costUsd: read('costUsd', number),
			responseId: read('responseId', text),
			usage: usageOf((name) => read(`usage.${name}`, number)),
		};
		return defined(answer);
	};
}

function prefixed(usage: NonNullable<AnswerPaths['usage']>): Record<string, PathOption | undefined> {
	return Object.fromEntries(Object.entries(usage).map(([name, path]) => [`usage.${name}`, path]));
}

function valueAt<Value>(
	{ key, path, optional, query }: Place,
	body: unknown,
	{ wanted, of }: Form<Value>,
): Value | undefined {
	const found = query.query(body as Parameters<JSONPathQuery['query']>[0]).values();
	const there = found.filter((value) => value !== null);
	if (there.length === 0) {
		if (optional) return undefined;
		const what = found.length > 0 ? 'found null' : 'found nothing';
		throw new Error(`${key}: ${path} ${what} in the answer ${excerpt(body)}`);
	}
	const value = of(there);
	if (value !== undefined) return value;
	const what = excerpt(there.length === 1 ? there[0] : there);
	throw new Error(`${key}: ${path} found ${what}; expected ${wanted}`);
}

/** What is to be made of the values that a path found; undefined when it cannot be. */
interface Form<Value> {
	readonly wanted: string;
	of(found: readonly unknown[]): Value | undefined;
}

const text: Form<string> = {
	wanted: 'text',
	of: (found) => (found.every(isScalar) ? found.map(String).join('') : undefined),
};

const list: Form<string[]> = {
	wanted: 'texts, or a list of them',
	of(found) {
		const items = found.flat();
		return items.every(isScalar) ? items.map(String) : undefined;
	},
};

const number: Form<number> = {
	wanted: 'one number',
	of: ([value, ...more]) => (more.length === 0 && typeof value === 'number' ? value : undefined),
};

function isScalar(value: unknown): boolean {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Both counts or none: one alone says nothing of what an answer used. */
function usageOf(read: (name: string) => number | undefined) {
	const [inputTokens, outputTokens] = [read('inputTokens'), read('outputTokens')];
	const parts = {
		cachedInputTokens: read('cachedInputTokens'),
		reasoningTokens: read('reasoningTokens'),
	};
	if (inputTokens === undefined || outputTokens === undefined) return undefined;
	return { inputTokens, outputTokens, ...defined(parts) };
}

function defined(parts: Readonly<Record<string, unknown>>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

function excerpt(value: unknown): string {
	return beginningOf(JSON.stringify(value) ?? 'nothing', shown);
}
