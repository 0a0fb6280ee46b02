import { z } from 'zod';
import { environmentProblem, withoutEnvironment } from '../../calls/environment.ts';
import { callOptions } from '../../calls/options.ts';
import { namesQuestion, templateProblem } from '../../model/question-template.ts';
import { strict } from '../../model/strict.ts';
import { AnswerPaths } from './answer-paths.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: a suite.yaml writes them so; nothing here is interpolated
const portMark = '${PORT}';
const envMark = '${env:';
const anyEnv = '${env:NAME}';
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

const Start = strict({
	command: z
		.array(z.string().min(1))
		.min(1)
		.describe('The program and its arguments; it must listen on $PORT'),
	env: z.record(z.string(), z.string()).default({}).describe('Extra environment of the app'),
	ready: z.string().startsWith('/').default('/').describe('The path that answers 2xx when the app is ready'),
	readyTimeoutMs: z.int().min(1).default(30_000),
});

/** The options of an HTTP API, but for the wait for its spans. */
export const httpOptions = {
	url: z
		.string()
		.min(1)
		.describe(
			`Where questions are sent; ${portMark} stands for the started app’s port, {{input}} and {{id}} for the question’s, ${anyEnv} for the environment’s`,
		),
	method: z.enum(['POST', 'PUT', 'PATCH', 'GET'], 'expected POST, PUT, PATCH or GET').default('POST'),
	headers: z
		.record(z.string(), z.string())
		.default({})
		.describe(`Sent along; ${anyEnv} stands for an environment variable, whose value is never printed`),
	body: z
		.json()
		.optional()
		.describe(
			`What is sent, as JSON; in its texts {{input}}, {{id}}, {{attributes.x}} and ${anyEnv} stand for their values. By default {id, input, attributes}`,
		),
	response: z
		.enum(['json', 'text'], 'expected json or text')
		.default('json')
		.describe('What the body of an answer is: JSON, or the output itself'),
	answer: AnswerPaths.optional().describe(
		'Where in the JSON its parts are found, by JSONPath; by default it is an answer object',
	),
	start: Start.optional().describe('Starts the app before the run and stops it afterwards'),
	...callOptions,
};

type HttpOptions = z.output<ReturnType<typeof strict<typeof httpOptions>>>;

/** A URL with the started app's port in its place. */
export function withPort(url: string, port: number | undefined): string {
	return url.replaceAll(portMark, String(port ?? ''));
}

/** true for a URL that a question can be sent to, whatever stands for its placeholders. */
export function isHttpUrl(url: string): boolean {
	const filled = url.replace(/\{\{[^{}]*\}\}/g, 'x');
	return /^https?:\/\//.test(filled) && URL.canParse(filled);
}

/** Adds what is wrong with the options together. */
export function refineHttp(options: Omit<HttpOptions, 'spans'>, issues: z.RefinementCtx): void {
	const wrong = (path: readonly PropertyKey[], message: string | undefined) => {
		if (message !== undefined) issues.addIssue({ code: 'custom', path: [...path], message });
	};
	const { url, method, headers, body, start, response, answer } = options;
	const plainUrl = withoutEnvironment(withPort(url, 1));
	// Where the environment brings the beginning, it is looked at when the target is opened.
	if (!isHttpUrl(url.startsWith(envMark) ? `http://${plainUrl}` : plainUrl)) {
		wrong(['url'], 'must be an http:// or https:// URL');
	}
	if (/^[^/]*\/\/[^/?#]*\{\{/.test(url)) wrong(['url'], 'no question names the host that it is sent to');
	if (url !== withPort(url, 1) && start === undefined) {
		wrong(['url'], `${portMark} needs a \`start:\` command that gets the port`);
	}
	wrong(['url'], templateProblem(url) ?? environmentProblem(url));
	for (const [name, value] of Object.entries(headers)) {
		wrong(['headers', name], environmentProblem(value) ?? strayReference(value));
	}
	const texts = textsIn(body);
	for (const { text, path } of texts)
		wrong(['body', ...path], templateProblem(text) ?? environmentProblem(text));
	if (method === 'GET' && body !== undefined)
		wrong(['body'], 'a GET has no body; put {{input}} into the url');
	if (response === 'text' && answer !== undefined) {
		wrong(['answer'], 'finds its parts in JSON, and `response: text` has none');
	}
	const whole = body === undefined && method !== 'GET';
	if (!whole && ![url, ...texts.map(({ text }) => text)].some(namesQuestion)) {
		wrong(
			body === undefined ? ['url'] : ['body'],
			'has no {{input}}, and so the question reaches the app nowhere',
		);
	}
}

function strayReference(value: string): string | undefined {
	const [found] = /\$\{(?!env:)[^}]*\}/.exec(value) ?? [];
	return found && `${found} stands for nothing; expected ${anyEnv}`;
}

function textsIn(
	value: unknown,
	path: readonly PropertyKey[] = [],
): { readonly text: string; readonly path: readonly PropertyKey[] }[] {
	if (typeof value === 'string') return [{ text: value, path }];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, item]) =>
		textsIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
	);
}
