import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { type Finished, runIds, Workspace } from '../support/cli.ts';
import { type ModelRequest, type OpenAiServer, type Reply, startOpenAi } from '../support/openai-server.ts';
import { readStoredRun } from '../support/stored-run.ts';

const pass = JSON.stringify({ explanation: 'So it is.', level: 'pass' });
const fails: Reply = { status: 500, error: { message: 'out of order' } };
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
	for (const close of closers) await close();
});

/** A suite of answers that a judge at a server of its own grades; the targets note what they are asked. */
class Judged {
	readonly workspace = new Workspace();
	readonly log = this.workspace.write('log', '');
	readonly server: OpenAiServer;
	readonly suite = this.workspace.path('suite');

	constructor(server: OpenAiServer, questions: number, options: string) {
		this.server = server;
		const lines = Array.from({ length: questions }, (_, index) =>
			JSON.stringify({ id: `q${index}`, input: 'Is it?' }),
		);
		this.workspace.write('suite/questions.jsonl', `${lines.join('\n')}\n`);
		this.workspace.write(
			'suite/gate.yaml',
			'rules:\n  - { id: a, metric: pass_rate, check: "value >= 0.5" }\n',
		);
		this.workspace.write(
			'suite/app.mjs',
			`import { appendFileSync } from 'node:fs';\nexport function answer({ id }) {\n\tappendFileSync(${JSON.stringify(this.log)}, id + '\\n');\n\treturn 'yes';\n}\n`,
		);
		this.workspace.write(
			'suite/suite.yaml',
			`name: judged\nquestions: questions.jsonl\ngate: gate.yaml\ntargets:\n  app: { use: module, path: app.mjs }\n  other: { use: module, path: app.mjs }\nscorers:\n  - { use: judge, name: helpful, model: m, rubric: r, retries: 0, baseUrl: "${server.baseUrl}"${options} }\n`,
		);
	}

	spangate(...args: string[]): Promise<Finished> {
		return this.workspace.spangate(args);
	}

	stored(run: Finished) {
		return readStoredRun(this.workspace.home, runIds(run)[0]);
	}

	/** How many questions the targets were asked. */
	get asked(): number {
		return readFileSync(this.log, 'utf8').trim().split('\n').length;
	}
}

async function judged(
	reply: (request: ModelRequest, index: number) => Reply | undefined,
	{ questions = 60, options = '' } = {},
): Promise<Judged> {
	const server = await startOpenAi((request, index) => reply(request, index) ?? pass);
	closers.push(server.close);
	return new Judged(server, questions, options);
}

const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('a judge that goes down', { timeout: 60_000, concurrent: true }, () => {
	test('ends the run, since what is asked on cannot be graded, and the resume completes it when it is back', async () => {
		let isDown = true;
		const suite = await judged((_, index) => (isDown && index >= 20 ? fails : undefined));
		const ended = await suite.spangate('run', suite.suite, '--target', 'app', '-j', '4');
		expect(ended.code).toBe(4);
		expect(flat(ended.stderr)).toMatch(
			/scorer "helpful" counts as down: the last \d+ calls failed and none was answered in between; last: HTTP 500 \(http:\/\/127\.0\.0\.1:\d+\)/,
		);
		const { run, trials } = suite.stored(ended);
		expect(ended.stderr).toContain(`spangate resume @${run.id}`);
		expect(suite.asked).toBeLessThan(40);
		// Those that could not be graded do not count, so none of them is missed afterwards.
		expect(trials.map(({ scores: [score] }) => score.status)).toEqual(trials.map(() => 'scored'));
		expect(run).toMatchObject({
			interrupted: true,
			completed: trials.length,
			down: expect.stringContaining('scorer "helpful" counts as down'),
		});
		expect(run.abandoned).toBe(suite.asked - trials.length);

		isDown = false;
		const resumed = await suite.spangate('resume');
		expect(resumed.code, resumed.stderr).toBe(0);
		const whole = suite.stored(resumed);
		expect(whole.run).toMatchObject({ id: run.id, completed: 60, interrupted: false });
		expect(whole.trials.map(({ scores: [score] }) => score.status)).toEqual(Array(60).fill('scored'));
		expect(suite.asked).toBe(60 + run.abandoned);
	});

	test('ends a pair, which goes on as a pair', async () => {
		let isDown = true;
		const suite = await judged((_, index) => (isDown && index >= 20 ? fails : undefined));
		const pair = ['--baseline', 'other', '--candidate', 'app'];
		const ended = await suite.spangate('compare', suite.suite, ...pair);
		expect(ended.code).toBe(4);
		isDown = false;
		const resumed = await suite.spangate('resume');
		expect(resumed.code, resumed.stderr).toBe(0);
		expect(resumed.stdout).toContain('DEPLOY');
	});

	test('is down when it answered nothing at all, be the questions ever so few', async () => {
		const suite = await judged(() => undefined, { questions: 2 });
		await suite.server.down();
		const ended = await suite.spangate('run', suite.suite, '--target', 'app');
		expect(ended.code).toBe(4);
		expect(flat(ended.stderr)).toContain('scorer "helpful" counts as down: the last 2 calls failed');
		expect(ended.stderr).toContain('connection refused');
		expect(suite.stored(ended).trials).toEqual([]);
	});
});

describe('a judge that fails now and then', { timeout: 60_000, concurrent: true }, () => {
	test.each([
		['', 'measure again (with --cache, answers are kept'],
		['--cache', 'measure again (with --cache again, which has the answers'],
	])('leaves answers ungraded, and the end of the run says what helps (%s)', async (flag, says) => {
		const suite = await judged((_, index) => (index === 3 ? fails : undefined), { questions: 6 });
		const args = ['run', suite.suite, '--target', 'app', ...(flag === '' ? [] : [flag])];
		const ended = await suite.spangate(...args);
		expect(ended.code).toBe(0);
		const statuses = suite.stored(ended).trials.map(({ scores: [score] }) => score.status);
		expect(statuses.filter((status) => status === 'errored')).toHaveLength(1);
		expect(flat(ended.stderr)).toContain(
			'1 of 6 answers of "app" could not be graded in full, since a scorer or check errored; last: scorer "helpful": HTTP 500',
		);
		expect(ended.stderr).toContain(says);
		const again = await suite.spangate(...args);
		expect(again.stderr).not.toContain('could not be graded');
		expect(suite.asked).toBe(flag === '' ? 12 : 6);
	});

	test('is asked on with `circuit: false`, whatever comes', async () => {
		const suite = await judged(() => fails, { questions: 20, options: ', circuit: false' });
		const ended = await suite.spangate('run', suite.suite, '--target', 'app');
		expect(ended.code).toBe(0);
		expect(suite.asked).toBe(20);
		expect(flat(ended.stdout)).toContain('scorer "helpful" errored in 20 trial(s)');
	});
});
