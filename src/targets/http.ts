import { context as otelContext, propagation } from '@opentelemetry/api';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { Asked } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { appEnvironment } from '../telemetry/app-environment.ts';
import { beginningOf } from '../text.ts';
import { startApp } from './http/app-process.ts';
import { type Connections, openConnections } from './http/connections.ts';
import { type AnswerContext, SpansOption, spanWait, type Target, targetKind } from './target.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: a suite.yaml writes it so; nothing here is interpolated
const portMark = '${PORT}';

const Start = strict({
	command: z
		.array(z.string().min(1))
		.min(1)
		.describe('The program and its arguments; it must listen on $PORT'),
	env: z.record(z.string(), z.string()).default({}).describe('Extra environment of the app'),
	ready: z.string().startsWith('/').default('/').describe('The path that answers 2xx when the app is ready'),
	readyTimeoutMs: z.int().min(1).default(30_000),
});

const Options = strict({
	url: z
		.string()
		.min(1)
		.describe(`Where questions are sent by POST; ${portMark} stands for the started app’s port`),
	headers: z.record(z.string(), z.string()).default({}),
	start: Start.optional().describe('Starts the app before the run and stops it afterwards'),
	spans: SpansOption,
}).superRefine((options, issues) => {
	const url = options.url.replaceAll(portMark, '1');
	if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
		issues.addIssue({ code: 'custom', path: ['url'], message: 'must be an http:// or https:// URL' });
	}
	if (options.url.includes(portMark) && options.start === undefined) {
		issues.addIssue({
			code: 'custom',
			path: ['url'],
			message: `${portMark} needs a \`start:\` command that gets the port`,
		});
	}
});

/** The longest body of an answer that is read, in bytes. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** A JSON API: POST {id, input, attributes} → an answer object; `traceparent` and baggage go with it. */
export const http = targetKind({
	options: Options,
	remote: true,
	spans: (options) => spanWait(options.spans),
	async open({ url, headers, start }, { name, folder, otlpEndpoint, signal }): Promise<Target> {
		const [connections, app] = await Promise.all([
			openConnections(),
			start &&
				startApp({
					name,
					folder,
					command: start.command,
					env: appEnvironment(name, otlpEndpoint, start.env),
					readyPath: start.ready,
					readyTimeoutMs: start.readyTimeoutMs,
					signal,
				}),
		]);
		const to = { url: url.replaceAll(portMark, String(app?.port ?? '')), headers };
		return {
			answer: (asked, context) => post(connections, to, asked, context),
			async close() {
				await connections.close();
				await app?.stop();
			},
		};
	},
});

async function post(
	connections: Connections,
	{ url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
	asked: Asked,
	{ signal, handedOver }: AnswerContext,
): Promise<unknown> {
	const carrier: Record<string, string> = {
		'content-type': 'application/json',
		accept: 'application/json',
		...headers,
	};
	propagation.inject(otelContext.active(), carrier);
	const request = { method: 'POST', headers: carrier, body: JSON.stringify(asked), signal };
	const response = await connections.fetch(url, request, handedOver).catch((error: unknown) => {
		// "fetch failed" is all that the error itself says; its cause tells a refused connection from a reset one.
		const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
		throw new Error(`no answer from ${url}: ${messageOf(cause)}`, { cause: error });
	});
	const text = await readBody(response.body ?? []);
	if (!response.ok) throw new Error(`HTTP ${response.status} from ${url}: ${beginningOf(text, 200)}`);
	try {
		return JSON.parse(text);
	} catch {
		throw new Error(
			`${url} answered ${response.status} with a body that is not JSON: ${beginningOf(text, 200)}`,
		);
	}
}

async function readBody(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body) {
		size += chunk.byteLength;
		if (size > maxAnswerBytes) throw new Error(`the answer's body is larger than ${maxAnswerBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}
