import { context as active, propagation } from '@opentelemetry/api';
import { openConnections } from '../calls/connections.ts';
import { Environment } from '../calls/environment.ts';
import { SpangateError } from '../errors.ts';
import { strict } from '../model/strict.ts';
import { appEnvironment } from '../telemetry/app-environment.ts';
import { answerReader, pathProblem } from './http/answer-paths.ts';
import { startApp } from './http/app-process.ts';
import { Endpoint, type RequestTemplate } from './http/endpoint.ts';
import { httpOptions, isHttpUrl, refineHttp, withPort } from './http/options.ts';
import { SpansOption, spanWait, type Target, targetKind } from './target.ts';

const Options = strict({ ...httpOptions, spans: SpansOption }).superRefine(refineHttp);

/**
 * A JSON API: by default POST {id, input, attributes} → an answer object, else by templates and JSONPaths;
 * `traceparent` and baggage go with each request.
 */
export const http = targetKind({
	options: Options,
	remote: true,
	spans: (options) => spanWait(options.spans),
	environment: ({ url, headers, body }) =>
		new Environment(process.env).fillJson({ url, headers, body }, 'the target'),
	problem: async ({ answer }) => answer && pathProblem(answer),
	async open({ url, method, headers, body, response, answer, start, ...calls }, context): Promise<Target> {
		const { name, folder, otlpEndpoint, signal } = context;
		const environment = new Environment(process.env);
		// Before anything starts: a variable that is not set is told at once.
		const key = `targets.${name}`;
		const request = { method, ...requestFrom({ url, headers, body }, environment, key) };
		if (!isHttpUrl(withPort(request.url, 1))) {
			throw new SpangateError(
				'config',
				`${key}.url: ${url} is no http:// or https:// URL with what the environment says`,
			);
		}
		const [{ Caller }, connections, read, app] = await Promise.all([
			import('../calls/caller.ts'),
			openConnections(),
			answer && answerReader(answer),
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
		const at = (place: string) => withPort(place, app?.port);
		const caller = new Caller(calls, { name: `target "${name}"`, url: at(url) });
		const template: RequestTemplate = { ...request, url: at(request.url), shownUrl: at(url) };
		const endpoint = new Endpoint({
			...{ connections, caller, response, read, environment },
			request: template,
			carry: (sent) => propagation.inject(active.active(), sent),
		});
		return {
			circuit: caller.circuit,
			answer: (asked, given) => endpoint.ask(asked, given),
			async close() {
				await connections.close();
				await app?.stop();
			},
		};
	},
});

type Sent = Pick<RequestTemplate, 'url' | 'headers' | 'body'>;

/** What is sent, with the environment's values; headers by their names in small letters, so that one of the suite's stands in for one of ours however it is written. */
function requestFrom({ url, headers, body }: Sent, environment: Environment, key: string): Sent {
	const named = Object.entries(headers).map(
		([name, value]) => [name.toLowerCase(), environment.fill(value, `${key}.headers.${name}`)] as const,
	);
	return {
		url: environment.fill(url, `${key}.url`),
		headers: Object.fromEntries(named),
		body: environment.fillJson(body, `${key}.body`),
	};
}
