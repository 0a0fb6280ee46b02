import { describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

/** The scores of each question, by scorer, of one target of the agent. */
async function scoresOf(target: string): Promise<Record<string, Json>[]> {
	const workspace = new Workspace();
	const ran = await workspace.spangate(['run', fixture('agent'), '--target', target]);
	expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
	const { trials } = readStoredRun(workspace.home, runIds(ran)[0]);
	expect(trials).toHaveLength(2);
	return trials.map(({ scores }) => Object.fromEntries(scores.map((score: Json) => [score.scorer, score])));
}

describe('spans and tools score the spans of', { timeout: 60_000, concurrent: true }, () => {
	test.each([
		['a module in this process', 'here'],
		['an app in another process with stock OpenTelemetry', 'there'],
	])('%s', async (_, target) => {
		for (const { tools, spans } of await scoresOf(target)) {
			expect(tools).toMatchObject({ status: 'scored', value: 1, passed: true });
			expect(tools.reason).toMatch(/^called: search\(\{"q":"Buy \w+\."\}\), pay\(\{"eur":3\}\)$/);
			expect(spans).toMatchObject({ status: 'scored', value: 1, passed: true, reason: 'all 4 hold' });
		}
	});

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
			for (const name of ['tools', 'spans']) {
				expect(scores[name]).toMatchObject({
					status: 'errored',
					error: expect.stringContaining('none came'),
				});
			}
		}
	});
});
