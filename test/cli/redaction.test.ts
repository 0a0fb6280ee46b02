import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import {
	contentWord,
	environment,
	filesBelow,
	held,
	issuedParts,
	knownParts,
	personal,
	plantSuite,
} from '../support/planted-secrets.ts';
import { startRawSink } from '../support/raw-sink.ts';
import { readStoredRun } from '../support/stored-run.ts';

/** Does all that writes, sends or prints, with secrets planted everywhere; gives every text that came of it. */
async function tellAll(content: string) {
	const sink = await startRawSink();
	const workspace = new Workspace();
	const suite = workspace.copySuite(fixture('secretive'));
	plantSuite(fixture('secretive'), suite, content);
	mkdirSync(workspace.path('out'));
	const out = (name: string) => ['-o', workspace.path(`out/${name}`)];
	const env = { ...environment, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' };
	const finished: Finished[] = [];
	const spangate = async (...args: string[]) => {
		const done = await workspace.spangate(args, { env });
		finished.push(done);
		return done;
	};
	const to = ['--otlp', sink.endpoint];
	const compared = await spangate(
		'compare',
		suite,
		...to,
		...out('a.md'),
		...out('a.json'),
		...out('a.intoto.json'),
	);
	const [baseline = '', candidate = ''] = runIds(compared);
	if (candidate === '') throw new Error(`nothing was compared: ${compared.stderr}`);
	await spangate('run', suite, '--target', 'program', ...to, ...out('b.md'), '--json');
	await spangate('gate', `@${candidate}`, '--baseline', `@${baseline}`, ...out('c.md'), '--json');
	for (const id of [baseline, candidate]) {
		await spangate('trace', `@${id}`, 'telling');
		await spangate('trace', `@${id}`, 'failing', '--json');
		await spangate('export', `@${id}`, ...to, '--all');
	}
	await spangate('runs');
	await spangate('history', 'secretive');
	const texts = new Map([
		...filesBelow(workspace.home),
		...filesBelow(workspace.path('out')),
		...sink.bodies.map(({ path, text }, index) => [`${path} ${index}`, text] as const),
		...finished.flatMap(({ stdout, stderr }, index) => [
			[`stdout ${index}`, stdout] as const,
			[`stderr ${index}`, stderr] as const,
		]),
	]);
	const leaks = (values: readonly string[]) =>
		[...texts].flatMap(([place, text]) => held(text, values).map((value) => `${place}: ${value}`));
	return { workspace, sink, texts, leaks, finished, baseline, candidate };
}

describe('secrets and personal data that are planted everywhere', { timeout: 180_000 }, () => {
	test('are in no byte that is written, sent or printed; they were judged all the same', async () => {
		const { leaks, texts, sink, workspace, baseline, candidate, finished } = await tellAll('redacted');
		expect(leaks([...issuedParts, ...knownParts, ...personal, 'planted@acme-mail.io'])).toEqual([]);
		expect(leaks(['short1', 'short2', 'short3'])).toEqual([]);
		// Otherwise there was nothing to find: each way was gone, and the content is there.
		expect(finished.map(({ code }) => code).slice(0, 3)).toEqual([1, 4, 1]);
		expect(sink.bodies.filter(({ path }) => path === '/v1/traces').length).toBeGreaterThan(2);
		expect(sink.bodies.some(({ path }) => path === '/v1/metrics')).toBe(true);
		expect(sink.bodies.every(({ gzip, path }) => gzip || path !== '/v1/traces')).toBe(true);
		for (const place of ['stdout 3', 'stderr 0', '/v1/traces 0'])
			expect(texts.get(place)).toContain(contentWord);
		for (const id of [baseline, candidate]) {
			const { trials, run } = readStoredRun(workspace.home, id);
			expect(run.content).toBe('redacted');
			const telling = trials.find(({ questionId }) => questionId === 'telling');
			for (const type of [
				'secret:aws-access-key',
				'secret:github-token',
				'secret:private-key',
				'pii:email',
				'pii:phone',
			]) {
				expect(telling.input).toContain(`[${type}#`);
				expect(telling.answer.output).toContain(`[${type}#`);
			}
			expect(telling.findings.map(({ status }: { status: string }) => status)).toEqual([
				'violated',
				'violated',
			]);
		}
		const inputs = [baseline, candidate].map((id) => readStoredRun(workspace.home, id).trials[0].input);
		expect(inputs[0]).toBe(inputs[1]);
	});

	test('credentials are nowhere with `content: full` either, and all else is', async () => {
		const { leaks, workspace, baseline, texts } = await tellAll('full');
		expect(leaks([...issuedParts, ...knownParts, 'short1', 'short2', 'short3'])).toEqual([]);
		const { trials, run } = readStoredRun(workspace.home, baseline);
		expect(run.content).toBe('full');
		for (const datum of personal) {
			expect(trials[0].input).toContain(datum);
			expect(texts.get('/v1/traces 0')).toContain(datum);
		}
	});

	test('with `content: none` no word of questions, answers, reasons and errors is recorded or sent', async () => {
		const { leaks, texts, workspace, candidate } = await tellAll('none');
		const { trials, spans, run } = readStoredRun(workspace.home, candidate);
		expect(run.content).toBe('none');
		expect(leaks([...issuedParts, ...knownParts, ...personal])).toEqual([]);
		const recorded = [...texts].filter(([place]) => !/^std/.test(place));
		expect(
			recorded.filter(([, text]) => held(text, [contentWord]).length > 0).map(([place]) => place),
		).toEqual([]);
		const telling = trials.find(({ questionId }) => questionId === 'telling');
		expect(telling).toMatchObject({ input: '[content:withheld]', result: 'answered' });
		expect(telling.answer).toMatchObject({ output: '[content:withheld]', model: 'quill-3' });
		expect(spans.some(({ attributes }) => attributes['spangate.question.id'] === 'telling')).toBe(true);
	});
});

test('a reason that shows the beginning of an answer shows no half of a credential', {
	timeout: 60_000,
}, async () => {
	const workspace = new Workspace();
	const token = `ghp_${'a1B2'.repeat(9)}`;
	const answers = Array.from({ length: 20 }, (_, shift) => {
		const note = `${'so '.repeat(60).slice(0, 150 + 2 * shift)} ${token}`;
		return { id: `q${shift}`, output: JSON.stringify({ note }) };
	});
	workspace.write('suite/answers.jsonl', answers.map((each) => JSON.stringify(each)).join('\n'));
	workspace.write(
		'suite/questions.jsonl',
		answers.map(({ id }) => JSON.stringify({ id, input: 'Well?', expected: { json: { $: 1 } } })).join('\n'),
	);
	const suite = workspace.write(
		'suite/suite.yaml',
		`name: cut
questions: questions.jsonl
targets: { said: { use: recorded, answers: answers.jsonl } }
scorers: [{ use: json_path }]
`,
	);
	const ran = await workspace.spangate(['run', suite, '--target', 'said']);
	const { trials } = readStoredRun(workspace.home, runIds(ran)[0]);
	expect(trials).toHaveLength(answers.length);
	for (const { scores } of trials) {
		expect(scores[0].reason).toContain('so so so');
		expect(scores[0].reason).not.toContain('ghp_');
	}
});

test.each(['redacted', 'none'])(
	'an app can put a secret into no field of its spans that is recorded: %s',
	{ timeout: 60_000 },
	async (content) => {
		const workspace = new Workspace();
		const server = workspace.write(
			'suite/server.mjs',
			`import { createServer } from 'node:http';
			const token = 'ghp_' + 'a1B2'.repeat(9);
			const text = (stringValue) => ({ stringValue });
			createServer(async (request, response) => {
				const [, traceId, parentSpanId] = (request.headers.traceparent ?? '').split('-');
				if (request.method === 'POST') {
					const times = { startTimeUnixNano: '1', endTimeUnixNano: '2' };
					const attributes = [
						{ key: token, value: text('told') },
						{ key: 'list', value: { arrayValue: { values: [text(token), { doubleValue: 4111111111111111 }] } } },
						{ key: 'card', value: { doubleValue: 4111111111111111 } },
						{ key: 'bytes', value: { bytesValue: Buffer.from(token).toString('base64') } },
					];
					const entity = { schemaUrl: token, type: token, idKeys: [token], descriptionKeys: [token] };
					const span = {
						...{ traceId, parentSpanId, spanId: '00000000000000ab', name: 'did ' + token, traceState: 'a=' + token },
						...{ ...times, attributes, status: { code: 2, message: token } },
						events: [{ name: token, timeUnixNano: '1', attributes }],
						links: [{ traceId, spanId: parentSpanId, traceState: 'a=' + token, attributes }],
					};
					const scope = { name: token, version: token, attributes };
					const scopeSpans = [{ scope, schemaUrl: token, spans: [span] }];
					const resource = { attributes, entityRefs: [entity] };
					const sent = await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/traces', {
						method: 'POST',
						headers: { 'content-type': 'application/json' },
						body: JSON.stringify({ resourceSpans: [{ resource, schemaUrl: token, scopeSpans }] }),
					});
					if (!sent.ok) throw new Error(await sent.text());
				}
				response.end('{"output":"fine"}');
			}).listen(process.env.PORT, '127.0.0.1');`,
		);
		workspace.write('suite/questions.jsonl', '{"id":"q","input":"Well?"}');
		const suite = workspace.write(
			'suite/suite.yaml',
			JSON.stringify({
				...{ name: 'fields', questions: 'questions.jsonl', scorers: [{ use: 'regex', pattern: '.' }] },
				targets: {
					app: {
						// biome-ignore lint/suspicious/noTemplateCurlyInString: a suite.yaml writes it so
						...{ use: 'http', url: 'http://127.0.0.1:${PORT}/', spans: true },
						start: { command: [process.execPath, server] },
					},
				},
			}),
		);
		const ran = await workspace.spangate(['run', suite, '--target', 'app', '--content', content]);
		const { spans, folder } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(spans.some(({ spanId }) => spanId === '00000000000000ab')).toBe(true);
		const texts = [...filesBelow(folder).values()];
		expect(texts.flatMap((text) => held(text, [`a1B2a1B2`, '4111111111111111']))).toEqual([]);
	},
);

describe('how much is recorded', { timeout: 60_000 }, () => {
	const capitals = fixture('capitals');
	const modeOf = async (suiteContent: string, args: string[], env: Record<string, string> = {}) => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(capitals, {
			'suite.yaml': (text) => (suiteContent === '' ? text : `${text}\ncontent: ${suiteContent}\n`),
		});
		const ran = await workspace.spangate(['run', suite, '--target', 'baseline', '-n', '1', ...args], { env });
		const [id] = runIds(ran);
		if (id === undefined) return ran;
		return { ...ran, content: readStoredRun(workspace.home, id).run.content };
	};

	test.each([
		['', [], {}, 'redacted'],
		['full', [], {}, 'full'],
		['full', ['--content', 'redacted'], {}, 'redacted'],
		['redacted', ['--content', 'full'], {}, 'redacted'],
		['full', ['--content', 'full'], { SPANGATE_CONTENT: 'none' }, 'none'],
		['none', [], { SPANGATE_CONTENT: 'full' }, 'none'],
	])('suite %j, flags %j and environment %j give %s', async (suite, args, env, expected) => {
		expect(await modeOf(suite, args, env)).toMatchObject({ code: 0, content: expected });
	});

	test('a mode that is none is refused, wherever it stands', async () => {
		expect(await modeOf('', ['--content', 'some'])).toMatchObject({ code: 2 });
		expect(await modeOf('', [], { SPANGATE_CONTENT: 'nothing' })).toMatchObject({ code: 2 });
		expect(await modeOf('secret', [])).toMatchObject({ code: 2 });
	});

	test('a run that ended has no key of its placeholders any more', async () => {
		const workspace = new Workspace();
		await workspace.spangate(['run', capitals, '--target', 'baseline', '-n', '1']);
		expect([...filesBelow(workspace.home).keys()].filter((name) => name.includes('redaction'))).toEqual([]);
	});
});
