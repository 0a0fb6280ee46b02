import { chmodSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { answerHttp, type HttpAnswers } from '../support/http-answers.ts';
import { readStoredRun, type StoredRun } from '../support/stored-run.ts';

const questions = 6;
const secret = 'sk-spangate-0123456789';

/** A suite over a server that counts, and two modules. */
class Cached {
	readonly workspace = new Workspace();
	readonly suite = this.workspace.path('suite');
	readonly #server: HttpAnswers;

	constructor(server: HttpAnswers) {
		this.#server = server;
		const lines = Array.from({ length: questions }, (_, index) =>
			JSON.stringify({ id: `q${index}`, input: `Is it ${index}?`, expected: { terms: ['yes'] } }),
		);
		this.workspace.write('suite/questions.jsonl', `${lines.join('\n')}\n`);
		this.workspace.write(
			'suite/gate.yaml',
			'rules:\n  - { id: fast, metric: latency_p50_ms, check: "value <= 60000" }\n',
		);
		this.workspace.write('suite/app.mjs', "export const answer = async () => 'yes';\n");
		this.write();
	}

	write(options = '', path = '/ask'): void {
		const app = `{ use: http, url: "${this.#server.url}${path}", headers: { x-key: "\${env:KEY}" }${options} }`;
		this.workspace.write(
			'suite/suite.yaml',
			`name: cached\nquestions: questions.jsonl\ngate: gate.yaml\ntargets:\n  app: ${app}\n  other: ${app}\n  module: { use: module, path: app.mjs }\nscorers:\n  - { use: terms, name: faithfulness }\n`,
		);
	}

	/** Runs the suite; gives the record, and how often the server was asked meanwhile. */
	async run(args: readonly string[] = [], env = { KEY: secret }): Promise<StoredRun & { asked: number }> {
		const before = this.#server.requests.length;
		const target = args.includes('--target') ? [] : ['--target', 'app'];
		const ran = await this.workspace.spangate(['run', this.suite, ...target, ...args], { env });
		expect(ran.code, ran.stderr).toBe(0);
		return {
			...readStoredRun(this.workspace.home, runIds(ran)[0]),
			asked: this.#server.requests.length - before,
		};
	}

	files(): string[] {
		return globSync(`${this.workspace.home}/answers/*/*`);
	}
}

async function cached(): Promise<Cached> {
	const server = await answerHttp((request) => {
		if (request.url === '/broken') return { status: 400, body: 'no' };
		return { body: '{"output":"yes","costUsd":0.5,"usage":{"inputTokens":3,"outputTokens":1}}' };
	});
	return new Cached(server);
}

describe('a run with --cache', { timeout: 60_000 }, () => {
	let cache: Cached;
	let first: StoredRun & { asked: number };
	let second: StoredRun & { asked: number };
	beforeAll(async () => {
		cache = await cached();
		first = await cache.run(['--cache']);
		second = await cache.run(['--cache']);
	}, 60_000);

	test('asks what it has no answer to, once', () => {
		expect([first.asked, second.asked]).toEqual([questions, 0]);
		expect(first.trials.every(({ answer }) => !('cached' in answer))).toBe(true);
		expect(first.run.cache).toBe(true);
	});

	test('flags an answer that it did not ask for, in the trial and on the span', () => {
		const answer = {
			...{ output: 'yes', costUsd: 0.5, usage: { inputTokens: 3, outputTokens: 1 }, cached: true },
		};
		expect(second.trials).toHaveLength(questions);
		for (const trial of second.trials) {
			expect(trial).toMatchObject({ result: 'answered', passed: true, answer });
			expect(trial).not.toHaveProperty('latencyMs');
		}
		const calls = second.spans.filter(({ name }) => name === 'invoke_agent app');
		expect(calls).toHaveLength(questions);
		for (const { attributes } of calls) expect(attributes['spangate.cached']).toBe(true);
		for (const { attributes } of first.spans) expect(attributes).not.toHaveProperty('spangate.cached');
	});

	test('keeps answers where nobody else reads them, and no value of the environment', () => {
		expect(cache.files()).toHaveLength(questions);
		for (const file of cache.files()) {
			expect(statSync(file).mode & 0o077).toBe(0);
			expect(readFileSync(file, 'utf8')).not.toContain(secret);
		}
	});

	test('is asked without it, and then takes nothing from it', async () => {
		const { asked, run, trials } = await cache.run();
		expect(asked).toBe(questions);
		expect(run).not.toHaveProperty('cache');
		expect(trials.every(({ answer }) => !('cached' in answer))).toBe(true);
	});

	test('has no latency, and a rule on one is never met', async () => {
		const { workspace, suite } = cache;
		const compared = await workspace.spangate(
			['compare', suite, '--baseline', 'other', '--candidate', 'app', '--cache', '--json'],
			{ env: { KEY: secret } },
		);
		const { candidate, baseline, verdict } = JSON.parse(compared.stdout);
		expect(compared.code).toBe(3);
		const missing = { missing: `${questions} of ${questions} answers came from the cache (--cache)` };
		expect(candidate.metrics.latency_p50_ms).toEqual(missing);
		expect(candidate.metrics.latency_p99_ms).toEqual(missing);
		expect(candidate.metrics.cost_usd.value).toBe(0.5 * questions);
		// Another target, though it has the same options, is asked itself.
		expect(baseline.metrics.latency_p50_ms.value).toBeGreaterThan(0);
		expect(verdict.rules.find(({ id }: { id: string }) => id === 'fast')).toMatchObject({
			outcome: 'inconclusive',
		});
	});
});

describe('the cache', { timeout: 60_000, concurrent: true }, () => {
	test('keeps no answer with what its record must not hold, and nothing at all where content is not to be kept', async () => {
		const server = await answerHttp(() => ({ body: '{"output":"yes, ask jane.doe@gmail.com"}' }));
		const cache = new Cached(server);
		expect((await cache.run(['--cache'])).asked).toBe(questions);
		expect(cache.files()).toEqual([]);
		expect((await cache.run(['--cache', '--content', 'full'])).asked).toBe(questions);
		expect(cache.files()).toEqual([]);
		const refused = await cache.workspace.spangate(
			['run', cache.suite, '--target', 'app', '--cache', '--content', 'none'],
			{ env: { KEY: secret } },
		);
		expect(refused.code).toBe(2);
		expect(refused.stderr).toContain('--cache keeps answers on disk, which content `none` forbids');
	});

	test.each(['"sources":["doc-KEY"]', '"responseId":"r-KEY"', '"model":"KEY"'])(
		'keeps no answer with a key beside its output: %s',
		async (part) => {
			const server = await answerHttp(() => ({ body: `{"output":"yes",${part.replace('KEY', secret)}}` }));
			const cache = new Cached(server);
			expect((await cache.run(['--cache'])).asked).toBe(questions);
			expect(cache.files()).toEqual([]);
		},
	);

	test('never gives one repeat the answer of another', async () => {
		const cache = await cached();
		expect((await cache.run(['--cache', '--repeat', '2'])).asked).toBe(2 * questions);
		const third = await cache.run(['--cache', '--repeat', '3']);
		expect(third.asked).toBe(questions);
		const fresh = third.trials.filter(({ answer }) => !('cached' in answer));
		expect(fresh.map(({ repeat }) => repeat)).toEqual(Array(questions).fill(2));
	});

	test.each([
		['its options', (cache: Cached) => cache.write(', rpm: 60000')],
		['its revision', (cache: Cached) => cache.write(', revision: v2')],
		['its URL', (cache: Cached) => cache.write('', '/ask2')],
	])('knows nothing of a target that changed %s', async (_, change) => {
		const cache = await cached();
		await cache.run(['--cache']);
		change(cache);
		expect((await cache.run(['--cache'])).asked).toBe(questions);
	});

	test('knows nothing of a target that another value of the environment reaches', async () => {
		const cache = await cached();
		await cache.run(['--cache']);
		expect((await cache.run(['--cache'], { KEY: 'another' })).asked).toBe(questions);
		expect((await cache.run(['--cache'])).asked).toBe(0);
	});

	test('knows nothing of a module whose file changed', async () => {
		const cache = await cached();
		const run = () => cache.run(['--target', 'module', '--cache']);
		await run();
		expect((await run()).trials.map(({ answer }) => answer.cached)).toEqual(Array(questions).fill(true));
		cache.workspace.write('suite/app.mjs', "export const answer = async () => 'oh yes';\n");
		for (const { answer } of (await run()).trials) expect(answer.output).toBe('oh yes');
	});

	test('knows nothing of a program whose script changed, though that is an argument', async () => {
		const cache = await cached();
		const script = (says: string) => cache.workspace.write('suite/run.mjs', `console.log('${says}');\n`);
		script('yes');
		cache.workspace.write(
			'suite/suite.yaml',
			'name: cached\nquestions: questions.jsonl\ntargets:\n  app: { use: command, command: [node, run.mjs] }\nscorers:\n  - { use: terms, name: faithfulness }\n',
		);
		await cache.run(['--cache']);
		expect((await cache.run(['--cache'])).trials.map(({ answer }) => answer.cached)).toEqual(
			Array(questions).fill(true),
		);
		script('no');
		for (const { answer } of (await cache.run(['--cache'])).trials) expect(answer.output).toBe('no');
	});

	test('knows nothing of a program elsewhere whose bytes changed, though they are no text', async () => {
		const cache = await cached();
		const program = (byte: number) => {
			const file = cache.workspace.write('elsewhere/ask', '');
			writeFileSync(
				file,
				Buffer.concat([
					Buffer.from("#!/bin/sh\necho it says 'x"),
					Buffer.from([byte]),
					Buffer.from("' | wc -c\n"),
				]),
			);
			chmodSync(file, 0o755);
			return file;
		};
		const file = program(0xe8);
		cache.workspace.write(
			'suite/suite.yaml',
			`name: cached\nquestions: questions.jsonl\ntargets:\n  app: { use: command, command: [${file}] }\nscorers:\n  - { use: terms, name: faithfulness }\n`,
		);
		const areCached = async () => (await cache.run(['--cache'])).trials.map(({ answer }) => answer.cached);
		await areCached();
		expect(await areCached()).toEqual(Array(questions).fill(true));
		program(0xe9);
		expect(await areCached()).toEqual(Array(questions).fill(undefined));
	});

	test('asks anew where a file of it is torn, or is of another version', async () => {
		const cache = await cached();
		await cache.run(['--cache']);
		const [torn = '', other = ''] = cache.files();
		writeFileSync(torn, readFileSync(torn, 'utf8').slice(0, 40));
		writeFileSync(other, readFileSync(other, 'utf8').replace('"schemaVersion":1', '"schemaVersion":2'));
		expect((await cache.run(['--cache'])).asked).toBe(2);
		expect((await cache.run(['--cache'])).asked).toBe(0);
	});

	test('keeps no failure', async () => {
		const cache = await cached();
		cache.write('', '/broken');
		const ran = () =>
			cache.workspace.spangate(['run', cache.suite, '--target', 'app', '--cache'], { env: { KEY: secret } });
		expect((await ran()).code).toBe(4);
		expect((await ran()).stderr).toContain('HTTP 400');
		expect(cache.files()).toEqual([]);
	});

	test('is refused where a scorer reads spans, before anything is asked', async () => {
		const workspace = new Workspace();
		const ran = await workspace.spangate(['run', fixture('agent'), '--target', 'here', '--cache']);
		expect(ran.code).toBe(2);
		expect(ran.stderr).toMatch(/--cache: ".+" \(\w+\) reads the spans of the app/);
		expect(runIds(ran)).toEqual([]);
	});

	test('is used by the resume of a run that had it', async () => {
		let broken = false;
		const server = await answerHttp((_, index) => {
			broken ||= index === 3;
			return broken ? { status: 500 } : { body: '{"output":"yes"}' };
		});
		const cache = new Cached(server);
		cache.write(', circuit: 2');
		const env = { KEY: secret };
		const ran = await cache.workspace.spangate(
			['run', cache.suite, '--target', 'app', '--cache', '-j', '1'],
			{ env },
		);
		expect(ran.code).toBe(4);
		expect(cache.files()).toHaveLength(3);
		broken = false;
		const resumed = await cache.workspace.spangate(['resume'], { env });
		expect(resumed.code, resumed.stderr).toBe(0);
		expect(cache.files()).toHaveLength(questions);
		expect(readStoredRun(cache.workspace.home, runIds(resumed)[0]).run).toMatchObject({
			...{ cache: true, resumed: 1, completed: questions },
		});
	});

	test('ends a run where it cannot be used', async () => {
		const cache = await cached();
		cache.workspace.write('home/answers', 'a file where the folder should be');
		const ran = await cache.workspace.spangate(['run', cache.suite, '--target', 'app', '--cache'], {
			env: { KEY: secret },
		});
		expect(ran.code).toBe(4);
		expect(ran.stderr).toContain('cannot use the cache of answers');
	});
});
