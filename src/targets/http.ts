import { context as otelContext, propagation } from '@opentelemetry/api';
import { z } from 'zod';
import type { Caller } from '../calls/caller.ts';
import { type Connections, openConnections } from '../calls/connections.ts';
import { EndpointError } from '../calls/errors.ts';
import { connectionFailure, statusFailure } from '../calls/http-failures.ts';
import { callOptions } from '../calls/options.ts';
import { messageOf } from '../errors.ts';
import type { Asked } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { appEnvironment } from '../telemetry/app-environment.ts';
import { startApp } from './http/app-process.ts';
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
	...callOptions,
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
	async open({ url, headers, start, ...calls }, { name, folder, otlpEndpoint, signal }): Promise<Target> {
		const [{ Caller }, connections, app] = await Promise.all([
			import('../calls/caller.ts'),
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
		const caller = new Caller(calls, { name: `target "${name}"` });
		return {
			circuit: caller.circuit,
			answer: (asked, context) => ask(caller, connections, to, asked, context),
			async close() {
				await connections.close();
				await app?.stop();
			},
		};
	},
});

function ask(
	caller: Caller,
	connections: Connections,
	to: Address,
	asked: Asked,
	{ signal, handedOver, retried, waiting }: AnswerContext,
): Promise<unknown> {
	// Handed over when it is written to a socket, not before.
	return caller.call((until) => post(connections, to, asked, { signal: until, handedOver }), {
		signal,
		...(retried && { retried }),
		...(waiting && { waiting }),
	});
}

interface Address {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
}

async function post(
	connections: Connections,
	{ url, headers }: Address,
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
		if (signal.aborted) throw signal.reason;
		throw connectionFailure(error, `no answer from ${url}`);
	});
	const text = await readBody(response.body ?? []).catch((error: unknown) => {
		if (signal.aborted || error instanceof TooLargeError) throw error;
		throw new EndpointError(`the answer of ${url} broke off: ${messageOf(error)}`, {
			reason: 'answer broken off',
			cause: error,
		});
	});
	const { status } = response;
	if (!response.ok) {
		const message = `HTTP ${status} from ${url}: ${text.slice(0, 200)}`;
		throw statusFailure(status, response.headers.get('retry-after'), message);
	}
	try {
		return JSON.parse(text);
	} catch {
		throw new Error(`${url} answered ${response.status} with a body that is not JSON: ${text.slice(0, 200)}`);
	}
}

class TooLargeError extends Error {
	override readonly name = 'TooLargeError';
}

async function readBody(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body) {
		size += chunk.byteLength;
		if (size > maxAnswerBytes)
			throw new TooLargeError(`the answer's body is larger than ${maxAnswerBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}
