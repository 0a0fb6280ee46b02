import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { Trial } from '../../src/model/trial.ts';
import { type PlannedTrial, planTrials } from '../../src/runner/plan.ts';
import { runTrials } from '../../src/runner/pool.ts';
import { openBench } from './bench.ts';
import { Crowd, ids, many, nextTurn, planOf, raise, runAll } from './pool-bench.ts';

describe('a pool', () => {
	it('runs all that is planned, and records each with its spans', async () => {
		const bench = await openBench({
			answer: async ({ id }) => {
				await nextTurn();
				if (id === 'q3') throw new Error('down');
				return id;
			},
			scorers: { s: () => 1 },
		});
		const plan = planTrials(many(12), { repeats: 2, runs: 1, seed: 1 });
		const keys = (await runAll(bench, plan)).map(({ questionId, repeat }) => `${questionId} ${repeat}`);
		expect(new Set(keys).size).toBe(24);
		const onDisk = await bench.trialsOnDisk();
		expect(ids(onDisk.filter(({ result }) => result === 'failed'))).toEqual(['q3', 'q3']);
		expect(onDisk.map(({ questionId, repeat }) => `${questionId} ${repeat}`).sort()).toEqual(keys.sort());
		const { ended, recorded } = bench.context.spans.counts;
		// A root, a call and, unless it failed, an evaluation each.
		expect([ended, recorded]).toEqual([70, 70]);
		expect(await bench.spansOnDisk()).toHaveLength(recorded);
		expect(new Set(onDisk.map(({ traceId }) => traceId)).size).toBe(24);
	});

	it.each([1, 3, 8])('asks and grades as many at once as it is told: %i', async (concurrency) => {
		const [asking, grading] = [new Crowd(), new Crowd()];
		const bench = await openBench({
			answer: ({ id }) => asking.pass(id),
			scorers: { s: () => grading.pass(1) },
		});
		expect(await runAll(bench, planOf(40), { concurrency })).toHaveLength(40);
		expect(asking.most).toBe(concurrency);
		expect(grading.most).toBeGreaterThan(0);
		expect(grading.most).toBeLessThanOrEqual(concurrency);
	});

	it('is done when what it told of is on disk, trials and their spans', async () => {
		const bench = await openBench({ scorers: { s: () => 1 } });
		const told = await runAll(bench, planOf(20));
		const [trials, spans] = [await bench.trialsOnDisk(), await bench.spansOnDisk()];
		expect(ids(trials)).toEqual(ids(told));
		expect(told).toHaveLength(20);
		for (const { traceId } of trials) {
			const names = spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
			expect(names.sort()).toEqual(['evaluate s', 'invoke_agent app', 'question']);
		}
	});

	it('lets a trial that never waits end before the next begins', async () => {
		const steps: string[] = [];
		const bench = await openBench({
			answer: async ({ id }) => steps.push(`ask ${id}`) && id,
			scorers: { s: async ({ question: { id } }) => steps.push(`grade ${id}`) && 1 },
		});
		await runAll(bench, planOf(3), { concurrency: 8 });
		expect(steps).toEqual(['ask q0', 'grade q0', 'ask q1', 'grade q1', 'ask q2', 'grade q2']);
	});

	it('gives the event loop its turn between trials that come back together', async () => {
		const spin = () => {
			const end = performance.now() + 6;
			while (performance.now() < end);
			return 1;
		};
		let turns = 0;
		let running = true;
		const count = () => {
			turns++;
			if (running) setImmediate(count);
		};
		setImmediate(count);
		const turnsAtGrading: number[] = [];
		const bench = await openBench({
			answer: async ({ id }) => {
				await sleep(20);
				return id;
			},
			scorers: { s: () => turnsAtGrading.push(turns) && spin() },
		});
		await runAll(bench, planOf(5), { concurrency: 5 });
		running = false;
		expect(new Set(turnsAtGrading).size).toBe(5);
	});

	it('tells which run a trial is of', async () => {
		const [first, second] = [await openBench(), await openBench()];
		const plan = planTrials(many(10), { repeats: 1, runs: 2, seed: 3 });
		const told: number[] = [];
		await runTrials(plan, [first.context, second.context], {
			...{ concurrency: 2, stop: new AbortController().signal },
			onTrial: (_, run) => void told.push(run),
		});
		expect(told.sort()).toEqual([...Array(10).fill(0), ...Array(10).fill(1)]);
		for (const { trialsOnDisk } of [first, second]) expect(await trialsOnDisk()).toHaveLength(10);
	});

	it('counts, by run, the trials whose answer came by the event loop', async () => {
		const [first, second] = [
			await openBench({ answer: async ({ id }) => id }),
			await openBench({
				answer: async ({ id }) => {
					if (id !== 'q2') await nextTurn();
					return id;
				},
			}),
		];
		const plan = planTrials(many(10), { repeats: 1, runs: 2, seed: 3 });
		const tallies = await runTrials(plan, [first.context, second.context], {
			...{ concurrency: 4, stop: new AbortController().signal },
			onTrial: () => {},
		});
		expect(tallies).toEqual([{ waited: 0 }, { waited: 9 }]);
	});

	it('waits for the disk, not the loop’s next turn, when so much waits for it already', async () => {
		const bench = await openBench({ answer: () => 'x'.repeat(400_000) });
		let most = 0;
		let begun = 0;
		const done: Trial[] = [];
		const plan = (function* () {
			for (const planned of planOf(40)) {
				most = Math.max(most, begun++ - done.length);
				yield planned;
			}
		})();
		await runAll(bench, plan, { concurrency: 1, onTrial: (trial) => void done.push(trial) });
		expect(done).toHaveLength(40);
		// Two megabytes: what is being written, and what waits.
		expect(most).toBeLessThan(10);
		expect(ids(await bench.trialsOnDisk())).toHaveLength(40);
	});

	it('begins when more spans wait for the disk than may: those of a target’s start', async () => {
		const bench = await openBench();
		const tracer = trace.getTracer('app');
		bench.keepStrays();
		for (let index = 0; index < 600; index++) {
			tracer.startSpan('load', { attributes: { text: 'x'.repeat(3_000) } }).end();
		}
		expect(bench.context.spans.room).toBeDefined();
		expect(await runAll(bench, planOf(3))).toHaveLength(3);
	});
});

describe('a pool that is stopped', () => {
	it('starts no further trial, and finishes those under way', async () => {
		const stop = new AbortController();
		const asked: string[] = [];
		const bench = await openBench({
			answer: async ({ id }) => {
				asked.push(id);
				if (id === 'q2') stop.abort();
				await nextTurn();
				return id;
			},
		});
		const done = await runAll(bench, planOf(50), { concurrency: 2, stop: stop.signal });
		expect(ids(done).sort()).toEqual(asked.sort());
		// q2 itself, what was asked before it, and the one trial that can be under way beside it.
		expect(asked.every((id) => ['q0', 'q1', 'q2', 'q3'].includes(id))).toBe(true);
		expect(ids(await bench.trialsOnDisk()).sort()).toEqual(asked);
	});

	it('grades the trials that wait for their app’s spans', async () => {
		const stop = new AbortController();
		const bench = await openBench({
			answer: ({ id }) => {
				if (id === 'q2') stop.abort();
				return id;
			},
			spans: { quietMs: 0, timeoutMs: 50 },
		});
		const done = await runAll(bench, planOf(50), { concurrency: 1, stop: stop.signal });
		expect(ids(done).sort()).toEqual(['q0', 'q1', 'q2']);
		expect(done.every(({ result }) => result === 'answered')).toBe(true);
	});

	it('before it began does nothing', async () => {
		const bench = await openBench();
		expect(await runAll(bench, planOf(3), { stop: AbortSignal.abort() })).toEqual([]);
		expect(await bench.spansOnDisk()).toEqual([]);
	});
});

describe('a pool that has enough', () => {
	it('starts no further trial, finishes those under way, and closes the plan', async () => {
		const bench = await openBench({ answer: () => nextTurn().then(() => 'one') });
		const done: Trial[] = [];
		const plan = new ClosingPlan(planOf(50));
		await runAll(bench, plan, {
			concurrency: 3,
			enough: () => done.length >= 5,
			onTrial: (trial) => void done.push(trial),
		});
		expect(done.length).toBeGreaterThanOrEqual(5);
		expect(done.length).toBeLessThanOrEqual(5 + 2);
		expect(ids(await bench.trialsOnDisk())).toEqual(ids(done));
		expect(plan.closed).toBe(1);
	});

	it('goes on when a trial that was under way turns that', async () => {
		const bench = await openBench({ answer: () => nextTurn().then(() => 'one') });
		const done: Trial[] = [];
		await runAll(bench, planOf(20), {
			concurrency: 3,
			enough: () => done.length === 5,
			onTrial: (trial) => void done.push(trial),
		});
		expect(done).toHaveLength(20);
	});

	it('asks nothing when it had enough before', async () => {
		const bench = await openBench();
		expect(await runAll(bench, planOf(3), { enough: () => true })).toEqual([]);
	});
});

describe('a pool whose plan or disk fails', () => {
	it.each([
		['is done', {}, 5],
		['is stopped', { stop: AbortSignal.abort() }, 0],
	])('closes the plan when it %s', async (_, options, trials) => {
		const bench = await openBench();
		const plan = new ClosingPlan(planOf(5));
		expect(await runAll(bench, plan, options)).toHaveLength(trials);
		expect(plan.closed).toBe(1);
	});

	it('rejects with what the disk says, starts nothing more, and closes the plan', async () => {
		let asked = 0;
		let broken: Promise<void> | undefined;
		const bench = await openBench({
			answer: async () => {
				if (++asked === 5) broken = bench.breakDisk();
				await (broken ?? nextTurn());
				return 'one';
			},
		});
		const plan = new ClosingPlan(planOf(1_000));
		const told: Trial[] = [];
		const running = runAll(bench, plan, { concurrency: 2, onTrial: (trial) => void told.push(trial) });
		await expect(running).rejects.toMatchObject({
			code: 'unmeasured',
			message: expect.stringMatching(/(spans|trials)\.jsonl: cannot write the record: /),
		});
		expect(asked).toBeLessThan(1_000);
		const before = asked;
		await sleep(20);
		expect(asked).toBe(before);
		expect(plan.closed).toBe(1);
		const kept = ids(await bench.trialsOnDisk());
		expect(kept).toEqual(ids(told).slice(0, kept.length));
	});

	it.each([
		['the plan cannot go on', () => failingPlan(), {}],
		['nobody can be told', () => planOf(50), { onTrial: () => raise('it is broken') }],
	])('rejects when %s', async (_, plan, options) => {
		const bench = await openBench();
		await expect(runAll(bench, plan(), options)).rejects.toThrow('it is broken');
	});

	it('refuses a plan of more runs than there are', async () => {
		const bench = await openBench();
		const plan = planTrials(many(1), { repeats: 1, runs: 2, seed: 1 });
		await expect(runAll(bench, plan)).rejects.toThrow('the plan names run 1 of 1');
	});
});

/** A plan that counts how often it is closed. */
class ClosingPlan implements Iterable<PlannedTrial> {
	closed = 0;
	readonly #plan: Iterator<PlannedTrial>;

	constructor(plan: Iterable<PlannedTrial>) {
		this.#plan = plan[Symbol.iterator]();
	}

	[Symbol.iterator](): Iterator<PlannedTrial> {
		return {
			next: () => this.#plan.next(),
			return: () => {
				this.closed++;
				return { done: true, value: undefined };
			},
		};
	}
}

function* failingPlan(): Generator<PlannedTrial> {
	yield* planOf(3);
	raise('it is broken');
}
