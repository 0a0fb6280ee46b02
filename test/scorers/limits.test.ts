import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import { evidence } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';

describe('latency', () => {
	it.each([
		[{ maxMs: 1000 }, undefined, 1000, 1],
		[{ maxMs: 1000 }, undefined, 1000.1, 0],
		[{ maxMs: 1000 }, 500, 800, 0],
		[{ maxMs: 1000 }, 2000, 1500, 1],
		[{}, 500, 1, 1],
	])('by %j and a question’s %s judges %d ms as %d', async (options, maxLatencyMs, latencyMs, value) => {
		const question = maxLatencyMs === undefined ? {} : { expected: { maxLatencyMs } };
		const given = evidence('x', { question, answer: { latencyMs } });
		expect(await grade('latency', options, given)).toMatchObject({ value });
	});

	it('tells what it took', async () => {
		const given = evidence('x', { answer: { latencyMs: 1234.567 } });
		expect(await grade('latency', { maxMs: 1000 }, given)).toEqual({
			value: 0,
			reason: 'took 1234.6 ms, at most 1000 ms',
		});
	});

	it('throws on an answer from the cache, however fast', async () => {
		const given = evidence('x', { answer: { cached: true } });
		await expect(grade('latency', { maxMs: 1000 }, given)).rejects.toThrow(/from the cache/);
	});
});

describe('cost', () => {
	it.each([
		[{ maxUsd: 0.01 }, undefined, 0.01, 1],
		[{ maxUsd: 0.01 }, undefined, 0.0100001, 0],
		[{ maxUsd: 0.01 }, 0.02, 0.015, 1],
		[{ maxUsd: 0 }, undefined, 0, 1],
		[{}, 0.001, 0.002, 0],
	])('by %j and a question’s %s judges $%d as %d', async (options, maxCostUsd, costUsd, value) => {
		const question = maxCostUsd === undefined ? {} : { expected: { maxCostUsd } };
		expect(await grade('cost', options, evidence('x', { question, answer: { costUsd } }))).toMatchObject({
			value,
		});
	});

	it('throws when the cost is unknown, which is not 0', async () => {
		await expect(grade('cost', { maxUsd: 1 }, evidence('x'))).rejects.toThrow(
			/cost of the answer is unknown/,
		);
	});
});

describe.each([
	['latency', 'expected.maxLatencyMs', { maxMs: 1 }, [{ maxMs: 0 }, { maxMs: '1s' }]],
	['cost', 'expected.maxCostUsd', { maxUsd: 1 }, [{ maxUsd: -1 }]],
])('%s', (use, key, options, bad) => {
	it('needs a limit, its own or the question’s', async () => {
		expect((await scorer(use)).lacks?.(evidence('').question)).toContain(key);
		expect((await scorer(use, options)).lacks?.(evidence('').question)).toBeUndefined();
	});

	it('refuses a limit that nothing could keep', () => {
		for (const each of bad) expect(refusals(scorerKinds, use, each)).not.toEqual([]);
	});
});
