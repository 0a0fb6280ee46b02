import { describe, expect, test } from 'vitest';
import type { RuleResult } from '../../src/model/verdict.ts';
import { runIds, Workspace } from '../support/cli.ts';
import { readStoredRun } from '../support/stored-run.ts';

/** A suite of ten questions with a target that keeps this process busy for so long before it answers. */
function suiteThatBlocks(workspace: Workspace, rules: readonly string[]): string {
	const ids = Array.from({ length: 10 }, (_, index) => JSON.stringify({ id: `q${index}`, input: 'Well?' }));
	workspace.write('busy/questions.jsonl', `${ids.join('\n')}\n`);
	workspace.write('busy/gate.yaml', `rules:\n${rules.join('\n')}\n`);
	workspace.write(
		'busy/app.ts',
		`export const createTarget = ({ busyMs }) => ({
			async answer() {
				for (const until = performance.now() + busyMs; performance.now() < until; );
				await new Promise((resolve) => setTimeout(resolve, 20));
				return 'well';
			},
		});`,
	);
	const target = (name: string, busyMs: number) =>
		`  ${name}: { use: module, path: app.ts, with: { busyMs: ${busyMs} } }`;
	const lines = ['name: busy', 'questions: questions.jsonl', 'gate: gate.yaml', 'targets:'];
	const scorers = 'scorers:\n  - { use: contains, any: [well] }';
	const targets = [target('idle', 0), target('blocking', 300)];
	workspace.write('busy/suite.yaml', `${[...lines, ...targets, scorers].join('\n')}\n`);
	return workspace.path('busy');
}

describe('the event loop’s delay', { timeout: 60_000 }, () => {
	test('stands in the run, and a target that blocks the loop shows in it', async () => {
		const workspace = new Workspace();
		const suite = suiteThatBlocks(workspace, ['  - { id: p, metric: pass_rate, check: "value >= 1" }']);
		const delayOf = async (target: string) => {
			const ran = await workspace.spangate(['run', suite, '--target', target, '-j', '1']);
			expect(ran.code).toBe(0);
			return readStoredRun(workspace.home, runIds(ran)[0]).run.loopDelay;
		};
		const idle = await delayOf('idle');
		const blocking = await delayOf('blocking');
		for (const { p50Ms, p99Ms, maxMs, waited } of [idle, blocking]) {
			expect(waited).toBe(10);
			expect(p50Ms).toBeGreaterThanOrEqual(0);
			expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
			expect(maxMs).toBeGreaterThanOrEqual(p99Ms);
		}
		// 300 ms, less the interval of the measurement itself.
		expect(blocking.maxMs).toBeGreaterThanOrEqual(280);
	});

	test('makes a latency rule inconclusive that it could have decided, and names the remedy', async () => {
		const workspace = new Workspace();
		const suite = suiteThatBlocks(workspace, [
			'  - { id: near, metric: latency_p50_ms, check: "value <= 250" }',
			'  - { id: far, metric: latency_p50_ms, check: "value <= 600000" }',
		]);
		const sides = ['--baseline', 'idle', '--candidate', 'blocking'];
		const compared = await workspace.spangate(['compare', suite, ...sides, '-j', '1', '--json']);
		expect(compared.code).toBe(3);
		const { verdict } = JSON.parse(compared.stdout);
		const [near, far] = verdict.rules as RuleResult[];
		expect(near).toMatchObject({ id: 'near', outcome: 'inconclusive' });
		expect(near?.observed).toBeGreaterThan(300);
		expect(near?.reason).toMatch(/event loop.*lower -j \(--max-concurrency\)/);
		expect(far).toMatchObject({ id: 'far', outcome: 'pass' });
	});
});
