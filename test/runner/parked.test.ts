import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runTrials } from '../../src/runner/pool.ts';
import { appRequest } from './app-request.ts';
import { never, openBench, question } from './bench.ts';
import { Crowd, many, planOf, raise, runAll } from './pool-bench.ts';

describe('a trial that waits for its app’s spans', () => {
	it('does not hold a place: others are asked and graded in the meantime', async () => {
		let toldFirst: string | undefined;
		const bench = await openBench({ spans: { quietMs: 0, timeoutMs: 600_000 } });
		const { target } = bench.context;
		const context = { ...bench.context, target: { ...target, spans: undefined } };
		// One place for both runs: the first one's trial waits until the second's have all been told.
		const plan = [
			{ question: { ...question, id: 'waits' }, repeat: 0, run: 0 },
			...many(5).map((each) => ({ question: each, repeat: 0, run: 1 })),
		];
		const done: string[] = [];
		await runTrials(plan, [bench.context, context], {
			...{ concurrency: 1, stop: new AbortController().signal },
			onTrial({ questionId }) {
				toldFirst ??= questionId;
				if (done.push(questionId) === 5) bench.context.spans.addRequest(appRequest(bench.lastCall('waits')));
			},
		});
		expect(toldFirst).toBe('q0');
		expect(done).toEqual(['q0', 'q1', 'q2', 'q3', 'q4', 'waits']);
	});

	it('is graded within the concurrency', async () => {
		const grading = new Crowd();
		let asked = 0;
		const bench = await openBench({
			answer: ({ id }) => {
				asked++;
				return id;
			},
			scorers: { s: () => grading.pass(1) },
			spans: { quietMs: 0, timeoutMs: 600_000 },
		});
		const running = runAll(bench, planOf(20), { concurrency: 2 });
		// All wait; then all that they wait for comes at once.
		await expect.poll(() => asked).toBe(20);
		for (const { id } of many(20)) bench.context.spans.addRequest(appRequest(bench.lastCall(id)));
		expect(await running).toHaveLength(20);
		expect(grading.most).toBe(2);
	});

	it('is graded, when its spans came, before another is asked', async () => {
		const steps: string[] = [];
		const bench = await openBench({
			answer: async ({ id }) => {
				steps.push(`ask ${id}`);
				if (id === 'q1') {
					bench.context.spans.addRequest(appRequest(bench.lastCall('q0')));
					// Long enough for the quiet time of none to be over.
					await sleep(50);
				}
				return id;
			},
			scorers: { s: ({ question: { id } }) => steps.push(`grade ${id}`) && 1 },
			spans: { quietMs: 0, timeoutMs: 200 },
		});
		expect(await runAll(bench, planOf(4), { concurrency: 1 })).toHaveLength(4);
		expect(steps.slice(0, 4)).toEqual(['ask q0', 'ask q1', 'grade q0', 'ask q2']);
	});

	it('is one of a thousand at most', async () => {
		let asked = 0;
		const bench = await openBench({
			answer: ({ id }) => {
				asked++;
				return id;
			},
			spans: { quietMs: 0, timeoutMs: 600_000 },
		});
		const running = runAll(bench, planOf(1_010), { concurrency: 1 });
		await expect.poll(() => asked).toBe(1_000);
		await sleep(20);
		expect(asked).toBe(1_000);
		const release = (id: string) => bench.context.spans.addRequest(appRequest(bench.lastCall(id)));
		for (const { id } of many(4)) release(id);
		await expect.poll(() => asked).toBe(1_004);
		for (const { id } of many(1_004).slice(4)) release(id);
		await expect.poll(() => asked).toBe(1_010);
		for (const { id } of many(1_010).slice(1_004)) release(id);
		expect(await running).toHaveLength(1_010);
	});

	it('is not waited for when it failed', async () => {
		const bench = await openBench({
			answer: ({ id }) => (id === 'q0' ? never() : raise('down')),
			...{ spans: { quietMs: 0, timeoutMs: 600_000 }, timeoutMs: 5 },
		});
		const done = await runAll(bench, planOf(4), { concurrency: 2 });
		expect(done.map(({ result }) => result)).toEqual(['failed', 'failed', 'failed', 'failed']);
	});
});
