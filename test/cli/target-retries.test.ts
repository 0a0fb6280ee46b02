import { beforeAll, describe, expect, test } from 'vitest';
import { runIds, Workspace } from '../support/cli.ts';
import { answerHttp } from '../support/http-answers.ts';
import { readStoredRun, type StoredRun, type WireSpan } from '../support/stored-run.ts';

const waitMs = 2_000;

describe('a target that asks to wait', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let stored: StoredRun;

	beforeAll(async () => {
		const server = await answerHttp((_, index) => {
			if (index === 0) return { status: 429, headers: { 'retry-after': '2' }, body: 'slow down' };
			return { body: '{"output":"yes"}' };
		});
		const lines = ['q0', 'q1'].map((id) =>
			JSON.stringify({ id, input: 'Is it?', expected: { terms: ['yes'] } }),
		);
		workspace.write('suite/questions.jsonl', `${lines.join('\n')}\n`);
		workspace.write(
			'suite/suite.yaml',
			`name: limited\nquestions: questions.jsonl\ntargets:\n  app: { use: http, url: "${server.url}/" }\nscorers:\n  - { use: terms, name: faithfulness }\n`,
		);
		// The time-out is shorter than the wait, which is not the target's.
		const ran = await workspace.spangate([
			...['run', workspace.path('suite'), '--target', 'app', '-j', '1', '--timeout', '1'],
		]);
		expect(ran.code, ran.stderr).toBe(0);
		expect(server.requests).toHaveLength(3);
		stored = readStoredRun(workspace.home, runIds(ran)[0]);
	}, 60_000);

	const trial = (id: string) => stored.trials.find(({ questionId }) => questionId === id);
	const call = (id: string): WireSpan | undefined =>
		stored.spans.find((span) => span.traceId === trial(id).traceId && span.name === 'invoke_agent app');

	test('is asked again, and the answer says so', () => {
		expect(trial('q0')).toMatchObject({ result: 'answered', passed: true, answer: { retries: 1 } });
		expect(trial('q1').answer).not.toHaveProperty('retries');
	});

	test('has the latency of the last time, without the wait', () => {
		expect(trial('q0').latencyMs).toBeLessThan(waitMs / 2);
	});

	test('shows in the trace how often, why and how long', () => {
		expect(call('q0')?.attributes).toMatchObject({ 'spangate.retries': 1 });
		expect(Number(call('q0')?.attributes['spangate.waited_ms'])).toBeGreaterThanOrEqual(waitMs - 5);
		expect(call('q0')?.events).toMatchObject([
			{
				name: 'spangate.retry',
				attributes: {
					'spangate.retry.reason': 'HTTP 429',
					'spangate.retry.attempt': 1,
					'spangate.retry.wait_ms': waitMs,
				},
			},
		]);
		expect(call('q1')?.attributes).not.toHaveProperty('spangate.retries');
		expect(call('q1')?.attributes).not.toHaveProperty('spangate.waited_ms');
	});
});
