import { describe, expect, onTestFinished, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { startOpenAi } from '../support/openai-server.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const usage = (prompt: number, completion: number) => ({
	prompt_tokens: prompt,
	completion_tokens: completion,
	total_tokens: prompt + completion,
});

/** A model that wants to search first. */
async function startModel() {
	const server = await startOpenAi(({ body }) =>
		body.messages.at(-1).role === 'user'
			? { toolCalls: [{ name: 'search', arguments: { q: 'returns' } }], usage: usage(100, 20) }
			: { text: 'Thirty days.', usage: usage(150, 8) },
	);
	onTestFinished(() => server.close());
	return server;
}

/** One instrumentation is installed, a light one; what others send is kept in `test/fixtures/cli/instrumented`. */
describe('an app whose OpenAI client OpenTelemetry’s instrumentation traces', { timeout: 60_000 }, () => {
	test.each([
		['in this process', 'here'],
		['in another', 'there'],
	])('%s has its models, tokens, cost, tools and servers read', async (_, target) => {
		const [workspace, model] = [new Workspace(), await startModel()];
		const env = { MODEL_URL: model.baseUrl };
		const ran = await workspace.spangate(['run', fixture('asking'), '--target', target], { env });
		expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
		const { trials, spans } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(model.requests).toHaveLength(2);
		expect(spans.filter(({ name }) => name === 'chat m')).toHaveLength(2);
		const [trial]: readonly Json[] = trials;
		expect(trial.answer).toMatchObject({
			output: 'Thirty days.',
			model: 'm-2026-01-01',
			usage: { inputTokens: 250, outputTokens: 28 },
		});
		expect(trial.costUsd).toBeCloseTo(530e-6, 12);
		expect(trial.scores).toMatchObject([
			{ scorer: 'tools', value: 1, reason: 'called: search({"q":"returns"})' },
		]);
		expect(trial.findings).toMatchObject(
			['models', 'budget', 'data_region'].map((check) => ({ check, status: 'ok' })),
		);
	});
});
