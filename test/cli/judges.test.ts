import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { type OpenAiServer, startOpenAi } from '../support/openai-server.ts';
import { type Sink, startSink } from '../support/otlp-sink.ts';
import { readStoredRun, type StoredRun, type WireSpan } from '../support/stored-run.ts';

describe('graders that ask models', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let server: OpenAiServer;
	let run: Finished;
	let stored: StoredRun;
	let sink: Sink;

	/** The suite with the server's address in it, and changed by `edit`. */
	const suite = (edit: (text: string) => string = (text) => text) =>
		workspace.copySuite(fixture('judged'), {
			'suite.yaml': (text) => edit(text.replaceAll('http://models', server.baseUrl)),
		});

	beforeAll(async () => {
		server = await startOpenAi(({ body }) => {
			const form = body.response_format?.json_schema.name;
			const user: string = body.messages?.at(-1)?.content ?? '';
			const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
			const say = (reply: object) => ({ text: JSON.stringify(reply), usage });
			switch (form) {
				case 'grade':
					return say({ explanation: 'So it is.', level: user.includes('14 days') ? 'pass' : 'fail' });
				case 'claims':
					return say({ claims: ['Refunds take 14 days.'] });
				case 'support':
					return say({ verdicts: [{ claim: 1, explanation: 'Document 1.', supported: true }] });
				case 'hazards':
					return say({ explanation: 'Harmless.', hazards: [] });
				default:
					return {};
			}
		});
		sink = await startSink();
		run = await workspace.spangate(['run', suite(), '--target', 'app', '--json', '--otlp', sink.endpoint]);
		if (run.code !== 0) throw new Error(run.stderr);
		stored = readStoredRun(workspace.home, runIds(run)[0]);
	}, 60_000);
	afterAll(() => server.close());

	it('record no message of a model where no content is told, and each of them where all is', async () => {
		const spansOf = async (content: string) => {
			const ran = await workspace.spangate(['run', suite(), '--target', 'app', '--content', content]);
			expect(ran.code, ran.stderr).toBe(0);
			const { spans, folder } = readStoredRun(workspace.home, runIds(ran)[0]);
			const text = ['spans.jsonl', 'trials.jsonl']
				.map((file) => readFileSync(join(folder, file), 'utf8'))
				.join('');
			return { chats: spans.filter(({ name }) => name.startsWith('chat ')), text };
		};
		const none = await spansOf('none');
		expect(none.chats.length).toBeGreaterThan(0);
		for (const { attributes } of none.chats) {
			expect(attributes['gen_ai.request.model']).toEqual(expect.any(String));
			expect(Object.keys(attributes).filter((key) => /messages|instructions|definitions/.test(key))).toEqual(
				[],
			);
		}
		expect(none.text).not.toMatch(/14 days|So it is|Harmless/);
		const full = await spansOf('full');
		expect(full.chats.some(({ attributes }) => 'gen_ai.input.messages' in attributes)).toBe(true);
		expect(full.text).toMatch(/14 days/);
	});

	it('records on each score and finding what it used and cost', () => {
		expect(run.code).toBe(0);
		const [trial] = stored.trials;
		expect(trial.scores).toMatchObject([
			// Three votes of 1,000 and 100 tokens at 10 and 20 dollars a million.
			{
				scorer: 'helpful',
				usage: { inputTokens: 3_000, outputTokens: 300 },
				costUsd: expect.closeTo(0.036, 9),
			},
			{ scorer: 'groundedness', value: 1, usage: { inputTokens: 2_000, outputTokens: 200 } },
			{ scorer: 'embedding', usage: { outputTokens: 0 } },
		]);
		expect(trial.findings[0]).toMatchObject({
			check: 'hazard',
			status: 'ok',
			usage: { inputTokens: 1_000, outputTokens: 100 },
			costUsd: expect.closeTo(0.012, 9),
		});
		expect(trial.findings[1]).not.toHaveProperty('usage');
		expect(stored.run.scorers.map(({ spends }: { spends?: true }) => spends)).toEqual([true, true, true]);
	});

	it('counts it apart from the target’s, whose model and tokens are its own', () => {
		const { metrics } = JSON.parse(run.stdout);
		expect(metrics.cost_usd).toEqual({ value: 1, n: 2, unit: 'usd' });
		expect(metrics.input_tokens).toEqual({ value: 200, n: 2, unit: 'tokens' });
		expect(metrics.judge_output_tokens).toEqual({ value: 1_200, n: 2, unit: 'tokens' });
		// Six calls of the judge a trial, and some tokens of the embedder.
		expect(metrics.judge_input_tokens.value).toBeGreaterThan(12_000);
		expect(metrics.judge_cost_usd.value).toBeCloseTo(2 * 6 * 0.012, 4);
		for (const { answer, findings } of stored.trials) {
			expect(answer.model).toBe('app-model');
			expect(answer.usage).toEqual({ inputTokens: 100, outputTokens: 10 });
			expect(findings[1]).toMatchObject({ check: 'seen', status: 'ok' });
		}
	});

	it('is a metric of its own in a backend, by scorer and check', () => {
		const points = sink.metrics.at(-1)?.points ?? [];
		const costs = points.filter(({ name }) => name === 'spangate.judge.cost');
		const by = costs.map(({ attributes, value }) => [
			attributes['spangate.scorer.name'] ?? attributes['spangate.check.name'],
			Number(value.toFixed(3)),
		]);
		expect(by.sort()).toEqual([
			['embedding', 0],
			['groundedness', 0.048],
			['hazard', 0.024],
			['helpful', 0.072],
		]);
		expect(points.filter(({ name }) => name === 'spangate.cost').map(({ value }) => value)).toEqual([1]);
	});

	it('does not fall for an answer that tells the judge what to give', () => {
		const grades = stored.trials.map(({ scores }) => [scores[0].value, scores[0].passed]);
		expect(grades.sort()).toEqual([
			[0, false],
			[1, true],
		]);
	});

	it('traces each call in a span of its own below the one of its scorer or check, and sends the trace on', () => {
		const { traceId } = stored.trials[0];
		const spans = stored.spans.filter((span) => span.traceId === traceId);
		const below = (name: string) => {
			const parent = spans.find((span) => span.name === name);
			return spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId).map((span) => span.name);
		};
		expect(below('evaluate helpful')).toEqual(Array(3).fill('chat judge-model'));
		expect(below('evaluate groundedness')).toEqual(Array(2).fill('chat judge-model'));
		expect(below('evaluate embedding')).toEqual(['embeddings embedder']);
		expect(below('check hazard')).toEqual(['chat judge-model']);
		const evaluate = spans.find(({ name }) => name === 'evaluate helpful') as WireSpan;
		expect(evaluate.attributes).toMatchObject({
			'spangate.judge.input_tokens': 3_000,
			'spangate.judge.output_tokens': 300,
			'spangate.judge.cost_usd': expect.closeTo(0.036, 9),
		});
		expect(evaluate.attributes['spangate.scorer.version']).toMatch(/^1-sha256:/);
		const sent = server.requests.filter(({ headers }) => String(headers.traceparent).includes(traceId));
		expect(sent).toHaveLength(7);
	});

	it('has a cost that a gate can limit', async () => {
		const gated = await workspace.spangate(['gate', `@${stored.run.id}`, '--json']);
		const { verdict } = JSON.parse(gated.stdout);
		const rule = verdict.rules.find(({ id }: { id: string }) => id === 'judges-cost');
		expect(rule).toMatchObject({ outcome: 'pass', observed: expect.closeTo(0.144, 4) });
		const tested = await workspace.spangate(['gate', '--self-test', suite()]);
		expect(tested.stdout).toMatch(/judges-cost/);
		expect(tested.code).toBe(0);
	});

	it('has no cost where a model has no price: missing, never 0', async () => {
		const unpriced = await workspace.spangate([
			'run',
			suite((text) => text.replace(/ {2}judge-model: .*/, '')),
			'--target',
			'app',
			'--json',
		]);
		const { metrics } = JSON.parse(unpriced.stdout);
		expect(metrics.judge_cost_usd.missing).toMatch(
			/^the judges of 2 trials reported no cost: no price for model "judge-model"; expected one under `prices:` in suite.yaml/,
		);
		expect(metrics.judge_output_tokens.value).toBe(1_200);
	});

	it('has no cost where a call was reset, though the next try was answered: never what that one cost', async () => {
		const form = (name: string) => `"name":"${name}"`;
		const flaky = await startOpenAi(({ body }, index) => {
			if (index === 0) return 'hang up';
			const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
			const said = JSON.stringify(body).includes(form('grade')) ? { level: 'pass' } : { hazards: [] };
			return { text: JSON.stringify({ explanation: 'So it is.', ...said }), usage };
		});
		try {
			const second = `scorers:\n  - { use: judge, name: reset, model: judge-model, rubric: r, baseUrl: "${flaky.baseUrl}" }`;
			const folder = suite((text) => text.replace('scorers:', second));
			const ran = await workspace.spangate(['run', folder, '--target', 'app', '--content', 'none', '--json']);
			expect(ran.code, ran.stderr).toBe(0);
			const after = readStoredRun(workspace.home, runIds(ran)[0]);
			const scores = after.trials.map(({ scores: [score] }) => score);
			expect(scores.map(({ status }) => status)).toEqual(['scored', 'scored']);
			expect(scores.filter((score) => 'costUsd' in score)).toHaveLength(1);
			const why =
				'the judges of 1 trial reported no cost: a request to model "judge-model" was sent and not answered: what it used is not known';
			expect(JSON.parse(ran.stdout).metrics.judge_cost_usd).toEqual({ missing: why });
		} finally {
			await flaky.close();
		}
	});

	it('is errored when it takes too long, and what it used is not known', async () => {
		const slow = await startOpenAi(() => 'hang');
		try {
			const second = `scorers:\n  - { use: judge, name: slow, model: m, rubric: r, circuit: false, baseUrl: "${slow.baseUrl}" }`;
			const folder = suite((text) => text.replace('scorers:', second));
			const hung = await workspace.spangate(['run', folder, '--target', 'app', '--timeout', '1', '--json']);
			const after = readStoredRun(workspace.home, runIds(hung)[0]);
			for (const { scores, passed } of after.trials) {
				const score = scores.find(({ scorer }: { scorer: string }) => scorer === 'slow');
				expect(score).toMatchObject({ status: 'errored', error: expect.stringContaining('within 1000 ms') });
				expect(score).not.toHaveProperty('usage');
				expect(score).not.toHaveProperty('costUsd');
				expect(passed).toBe(false);
			}
			const { metrics } = JSON.parse(hung.stdout);
			expect(metrics.slow.missing).toContain('errored in 2 trial(s)');
			expect(metrics.judge_cost_usd.missing).toBe(
				'the judges of 2 trials reported no cost: it was given up before its models had told what they used',
			);
			// Its call was given up, and its span says so.
			const given = after.spans.filter(({ status, name }) => name === 'chat m' && status.code === 2);
			expect(given).toHaveLength(2);
			expect(after.delivery.ended).toBe(after.delivery.recorded);
		} finally {
			await slow.close();
		}
	});

	it('says before the first question that a key is not there, and never what one is', async () => {
		const folder = suite((text) => text.replace('votes: 3', 'apiKeyEnv: JUDGE_KEY'));
		const asked = server.requests.length;
		const without = await workspace.spangate(['run', folder, '--target', 'app']);
		expect(without.code).toBe(2);
		expect(without.stderr).toMatch(/scorer "helpful": .*JUDGE_KEY is not set/);
		expect(server.requests).toHaveLength(asked);
		const env = { JUDGE_KEY: 'sk-planted-0123456789' };
		const keyed = await workspace.spangate(['run', folder, '--target', 'app'], { env });
		expect(keyed.code).toBe(0);
		expect(server.requests.at(-1)?.headers).toBeDefined();
		const sent = server.requests.slice(asked).map(({ headers }) => headers.authorization);
		expect(sent).toContain('Bearer sk-planted-0123456789');
		const after = readStoredRun(workspace.home, runIds(keyed)[0]);
		expect(
			JSON.stringify(after, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
		).not.toContain('sk-planted');
	});

	it('is compared with people’s labels as the run’s judge by its name', async () => {
		const labels = workspace.write('labels.csv', 'id,label\nq1,pass\nq2,fail\n');
		const { code, stdout } = await workspace.inProcess([
			...['judge-agreement', `@${stored.run.id}`, labels, '--scorer', 'helpful', '--json'],
		]);
		expect(code).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({ compared: 2, accuracy: { value: 1 } });
	});
});
