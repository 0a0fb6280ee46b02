import { describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

/** The trials of the agent's two questions, by one of its targets. */
async function trialsOf(target: string): Promise<readonly Json[]> {
	const workspace = new Workspace();
	const ran = await workspace.spangate(['run', fixture('agent'), '--target', target]);
	expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
	const { trials } = readStoredRun(workspace.home, runIds(ran)[0]);
	expect(trials).toHaveLength(2);
	return trials;
}

/** The scores of each question, by scorer. */
async function scoresOf(target: string): Promise<Record<string, Json>[]> {
	const trials = await trialsOf(target);
	return trials.map(({ scores }) => Object.fromEntries(scores.map((score: Json) => [score.scorer, score])));
}

describe('spans, tools and retrieval score the spans of', { timeout: 60_000, concurrent: true }, () => {
	test.each([
		['a module in this process', 'here'],
		['an app in another process with stock OpenTelemetry', 'there'],
	])('%s', async (_, target) => {
		for (const { tools, spans, retrieval } of await scoresOf(target)) {
			expect(tools).toMatchObject({ status: 'scored', value: 1, passed: true });
			// One question wants what a GenAI span names, the other what an OpenInference one does.
			expect(retrieval).toMatchObject({ status: 'scored', value: 1, passed: true });
			expect(tools.reason).toMatch(/^called: search\(\{"q":"Buy \w+\."\}\), pay\(\{"eur":3\}\)$/);
			expect(spans).toMatchObject({ status: 'scored', value: 1, passed: true, reason: 'all 4 hold' });
		}
	});

	test.each(['here', 'there'])(
		'whose models are told in both dialects (%s): model, tokens and cost',
		async (target) => {
			for (const { answer, costUsd } of await trialsOf(target)) {
				expect(answer).toMatchObject({
					model: 'm-1',
					usage: { inputTokens: 110, outputTokens: 22, cachedInputTokens: 60, reasoningTokens: 1 },
				});
				// 50 × 1 of input and 60 × 0 of the cache, 21 × 10 of output and 1 × 100 of thought.
				expect(costUsd).toBeCloseTo(360e-6, 12);
			}
		},
	);

	test('a module that calls the wrong tools', async () => {
		for (const { tools, spans } of await scoresOf('wrong')) {
			expect(tools).toMatchObject({ status: 'scored', value: 0, passed: false });
			expect(tools.reason).toMatch(/^out of order: \w+\(.*\); unexpected: mail\(\{"q":"Buy \w+\."\}\)$/);
			expect(spans).toMatchObject({ status: 'scored', value: 0.5, passed: false });
			expect(spans.reason).toMatch(
				/^2 of 4 fail: search: ended after .* \| order: expected search, pay; started: /,
			);
		}
	});

	test('an app that sends none: errored, never 0 and never a pass', async () => {
		for (const scores of await scoresOf('spanless')) {
			for (const name of ['tools', 'spans', 'retrieval']) {
				expect(scores[name]).toMatchObject({
					status: 'errored',
					error: expect.stringContaining('none came'),
				});
			}
		}
	});
});
