import { context as otelContext, propagation } from '@opentelemetry/api';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { Asked } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { startApp } from './http/app-process.ts';
import { type Target, targetKind } from './target.ts';

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
	spans: z.boolean().default(false).describe('Wait for the app’s own spans, sent over OTLP to spangate'),
	spansTimeoutMs: z
		.int()
		.min(0)
		.max(600_000)
		.default(10_000)
		.describe('The longest wait for the app’s spans of one answer'),
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
	sendsSpans: (options) => options.spans,
	spansTimeoutMs: (options) => options.spansTimeoutMs,
	async open(options, context): Promise<Target> {
		const app =
			options.start &&
			(await startApp({
				name: context.name,
				folder: context.folder,
				command: options.start.command,
				env: { ...otlpEnvironment(context.name, context.otlpEndpoint), ...options.start.env },
				readyPath: options.start.ready,
				readyTimeoutMs: options.start.readyTimeoutMs,
				signal: context.signal,
			}));
		const url = options.url.replaceAll(portMark, String(app?.port ?? ''));
		return {
			answer: (asked, { signal }) => post(url, options.headers, asked, signal),
			...(app && { close: () => app.stop() }),
		};
	},
});

/**
 * The standard variables by which a stock OpenTelemetry SDK finds spangate's receiver, keeps every span whole and
 * flushes in time; those that spangate itself was given are meant for its own backend.
 */
function otlpEnvironment(name: string, endpoint: string | undefined): Record<string, string> {
	if (endpoint === undefined) return {};
	return {
		OTEL_SERVICE_NAME: name,
		OTEL_SDK_DISABLED: 'false',
		OTEL_TRACES_EXPORTER: 'otlp',
		OTEL_TRACES_SAMPLER: 'parentbased_always_on',
		OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
		OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
		OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
		OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
		// An empty variable counts as one that is not set.
		OTEL_ATTRIBUTE_COUNT_LIMIT: '',
		OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '',
		OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '',
		OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '',
		// The SDK's default of 5 s between batches would hold every trial up.
		OTEL_BSP_SCHEDULE_DELAY: '100',
	};
}

async function post(
	url: string,
	headers: Readonly<Record<string, string>>,
	asked: Asked,
	signal: AbortSignal,
): Promise<unknown> {
	const carrier: Record<string, string> = {
		'content-type': 'application/json',
		accept: 'application/json',
		...headers,
	};
	propagation.inject(otelContext.active(), carrier);
	const response = await fetch(url, {
		method: 'POST',
		headers: carrier,
		body: JSON.stringify(asked),
		signal,
	}).catch((error: unknown) => {
		// "fetch failed" is all that the error itself says; its cause tells a refused connection from a reset one.
		const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
		throw new Error(`no answer from ${url}: ${messageOf(cause)}`, { cause: error });
	});
	const text = await readBody(response);
	if (!response.ok) throw new Error(`HTTP ${response.status} from ${url}: ${text.slice(0, 200)}`);
	try {
		return JSON.parse(text);
	} catch {
		throw new Error(`${url} answered ${response.status} with a body that is not JSON: ${text.slice(0, 200)}`);
	}
}

async function readBody(response: Response): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		size += chunk.byteLength;
		if (size > maxAnswerBytes) throw new Error(`the answer's body is larger than ${maxAnswerBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}
