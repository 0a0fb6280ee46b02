import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type BackendAddress, backendAddress, type TraceBackend } from '../../src/backends/backend.ts';
import { SpangateError } from '../../src/errors.ts';
import { evidenceOfOtlp, spansOf } from '../../src/telemetry/otlp-json.ts';
import { answerHttp, type HttpAnswer } from '../support/http-answers.ts';

/** What the contract needs to know of one backend. */
export interface TraceBackendSample {
	readonly name: string;
	create(address: BackendAddress): TraceBackend;
	/** The path that a trace is read at. */
	path(traceId: string): string;
	/** The file of test/fixtures/backends with the trace `traceId` in it. */
	readonly fixture: string;
	/** How it says that it has no such trace. */
	readonly absent: HttpAnswer;
	/** The variable that holds its headers. */
	readonly variable: string;
}

export const traceId = '0000000000000000a1b2c3d4e5f60718';

const question = {
	name: 'question',
	kind: 'INTERNAL',
	traceId,
	spanId: 'fb7e0a1100ff2233',
	startMs: 1_790_000_000_001,
	durationMs: 8.000001,
	status: 'unset',
	attributes: {
		'spangate.question.id': 'refunds <30 days>',
		'spangate.passed': false,
		'spangate.question.repeat': 0,
		'spangate.score.faithfulness': 0.25,
		'spangate.question.tags': ['lang=en', 'risk=high'],
		none: [],
		blob: 'AP8=',
		nested: '{"a":1}',
	},
	events: [
		{
			name: 'gen_ai.evaluation.result',
			timeMs: 1_790_000_000_003,
			attributes: { 'gen_ai.evaluation.score.value': 0.25 },
		},
	],
};
const server = {
	name: 'POST /answer',
	kind: 'SERVER',
	traceId,
	spanId: '00000000000000fe',
	parentSpanId: 'fb7e0a1100ff2233',
	startMs: 1_790_000_000_002,
	durationMs: 3.5,
	status: 'error',
	statusMessage: 'down',
	attributes: {},
	events: [],
};

/** What every backend that traces are read back from promises. */
export function traceBackendContract(sample: TraceBackendSample): void {
	const body = readFileSync(new URL(`../fixtures/backends/${sample.fixture}`, import.meta.url), 'utf8');
	const whole: HttpAnswer = { body };
	const at = (url: string, env = {}) => sample.create(backendAddress(sample.name, url, env));
	const answering = async (answer: HttpAnswer, env = {}) => {
		const backend = await answerHttp(() => answer);
		return at(backend.url, env);
	};
	const failureOf = async (read: Promise<unknown>): Promise<SpangateError> => {
		const error = await read.then(
			(value) => new Error(`read ${JSON.stringify(value)}`),
			(reason) => reason,
		);
		if (!(error instanceof SpangateError)) throw error;
		expect(error.exitCode).toBe(4);
		return error;
	};

	describe(`trace backend ${sample.name}`, () => {
		it('gives every span of a trace as it was sent, with its scope, links and resource', async () => {
			const backend = await answerHttp(() => whole);
			const trace = await at(`${backend.url}/`).read(traceId);
			expect(backend.requests.map(({ url, method }) => `${method} ${url}`)).toEqual([
				`GET ${sample.path(traceId)}`,
			]);
			const spans = spansOf(trace?.request ?? {});
			const byName = spans.map(evidenceOfOtlp).sort((a, b) => (a.name < b.name ? -1 : 1));
			expect(byName).toEqual([server, question]);
			expect(spans.flatMap(({ links }) => links ?? [])).toEqual([
				{ traceId: 'f'.repeat(32), spanId: 'e'.repeat(16) },
			]);
			const resources = trace?.request.resourceSpans ?? [];
			expect(resources.map(({ scopeSpans }) => scopeSpans?.[0]?.scope?.name).sort()).toEqual([
				'app',
				'spangate',
			]);
			expect(trace?.partial).toBeUndefined();
		});

		it('gives nothing for a trace that it does not have', async () => {
			expect(await (await answering(sample.absent)).read(traceId)).toBeUndefined();
		});

		it.each<[string, HttpAnswer, string]>([
			['a wrong path', { status: 404, body: '404 page not found\n' }, 'HTTP 404: 404 page not found'],
			['an error', { status: 500, body: '{"error":"disk\n full"}' }, 'HTTP 500: {"error":"disk full"}'],
			['a login page', { body: '<html>Log in</html>' }, '<html>Log in</html>'],
			['a list', { body: '[]' }, 'not an answer of'],
			['another API', { body: '{"data":[]}' }, 'not an answer of'],
			['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/login' } }, 'HTTP 302'],
		])('takes %s for no answer about a trace, and says what came', async (_, answer, words) => {
			const error = await failureOf((await answering(answer)).read(traceId));
			expect(error.message).toContain(words);
			expect(error.message).toContain(`${sample.name} at http://127.0.0.1:`);
			expect(error.message).toContain(sample.path(traceId));
		});

		it('refuses a trace that is not OTLP, naming the field', async () => {
			const backend = await answering({ body: body.replaceAll('"1790000000001000000"', '"yesterday"') });
			expect((await failureOf(backend.read(traceId))).message).toContain('startTimeUnixNano');
		});

		it('asks again for what passes by itself', async () => {
			const answers: HttpAnswer[] = [{ status: 503, body: 'starting' }, 'tear', whole];
			const backend = await answerHttp((_, index) => answers[index] ?? whole);
			expect(spansOf((await at(backend.url).read(traceId))?.request ?? {})).toHaveLength(2);
			expect(backend.requests).toHaveLength(3);
		});

		it('gives up on what does not pass, in the words of the last answer', async () => {
			const backend = await answerHttp(() => ({ status: 429, body: 'too many outstanding requests' }));
			const { message } = await failureOf(at(backend.url).read(traceId));
			expect(message).toContain('HTTP 429: too many outstanding requests');
			expect(backend.requests).toHaveLength(3);
		});

		it('waits for an answer no longer than it may', async () => {
			const backend = await answerHttp(() => 'hang');
			const address = { ...backendAddress(sample.name, backend.url, {}), timeoutMs: 100 };
			const { message } = await failureOf(sample.create(address).read(traceId));
			expect(message).toContain('no answer within 0.1 s');
		});

		it('says that nothing listens there', async () => {
			const backend = await answerHttp(() => whole);
			await backend.close();
			const { message } = await failureOf(at(backend.url).read(traceId));
			expect(message).toContain(`${sample.name} at ${backend.url} does not answer`);
			expect(message).toContain('ECONNREFUSED');
		});

		it('sends the headers of its variable and the credentials of its URL', async () => {
			const backend = await answerHttp(() => whole);
			const env = { [sample.variable]: 'X-Scope-OrgID=team-1, x-key=a%2Cb%3D' };
			const url = backend.url.replace('//', '//reader:p%40ss@');
			await at(url, env).read(traceId);
			expect(backend.requests[0]?.headers).toMatchObject({
				'x-scope-orgid': 'team-1',
				'x-key': 'a,b=',
				authorization: `Basic ${Buffer.from('reader:p@ss').toString('base64')}`,
			});
			await at(backend.url, { [sample.variable]: 'Authorization=Bearer%20t0ken' }).read(traceId);
			expect(backend.requests[1]?.headers.authorization).toBe('Bearer t0ken');
		});

		it('shows no credentials, even where the backend repeats them, and says where they go', async () => {
			const backend = await answerHttp(({ headers }) => ({
				status: 401,
				body: `no access with ${headers.authorization} and ${headers['x-key']}`,
			}));
			const env = { [sample.variable]: 'x-key=hush-hush' };
			const client = at(backend.url.replace('//', '//reader:p%40ssword@'), env);
			expect(client.url).toBe(backend.url);
			const { message, hint } = await failureOf(client.read(traceId));
			expect(message).toContain('HTTP 401: no access with … and …');
			expect(hint).toContain(sample.variable);
		});

		it.each<[string, string, (authorization: string) => string]>([
			['a token without its scheme', 'Bearer%20hush-hush', (value) => value.slice('Bearer '.length)],
			[
				'what Basic credentials say',
				`Basic%20${Buffer.from('reader:hush-hush').toString('base64')}`,
				(value) => Buffer.from(value.slice('Basic '.length), 'base64').toString(),
			],
		])('shows not even %s', async (_, header, told) => {
			const backend = await answerHttp(({ headers }) => ({
				status: 401,
				body: `invalid: ${told(headers.authorization ?? '')}`,
			}));
			const client = at(backend.url, { [sample.variable]: `authorization=${header}` });
			expect((await failureOf(client.read(traceId))).message).toMatch(/HTTP 401: invalid: …$/);
		});

		it.each(['token', '=x', 'a=b,c', 'bad name=x', 'a=%0d%0aX-B: c'])(
			'refuses headers such as %j without showing them',
			(headers) => {
				expect(() => backendAddress(sample.name, 'http://h', { [sample.variable]: headers })).toThrow(
					expect.objectContaining({
						code: 'usage',
						message: expect.stringMatching(new RegExp(`^${sample.variable}: entry \\d is not a header$`)),
					}),
				);
			},
		);

		it.each(['localhost:3200', 'ftp://h', ''])('refuses %j as its URL', (url) => {
			expect(() => backendAddress(sample.name, url, {})).toThrow(/expected the URL of/);
		});
	});
}
