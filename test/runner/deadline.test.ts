import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withDeadline } from '../../src/runner/deadline.ts';
import { never } from './bench.ts';

describe('withDeadline', () => {
	it('gives what the work gives, at once or later', async () => {
		expect(await withDeadline('work', 60_000, () => 1)).toBe(1);
		expect(await withDeadline('work', 60_000, async () => 2)).toBe(2);
	});

	it('makes no promise of a result that is there at once', () => {
		const result = { output: 'x' };
		expect(withDeadline('work', 60_000, () => result)).toBe(result);
	});

	it('waits for anything that can be waited for', async () => {
		const thenable = {
			// biome-ignore lint/suspicious/noThenProperty: a user's module may bring its own kind of promise
			then: (resolve: (value: number) => void) => resolve(3),
		};
		expect(await withDeadline<number>('work', 60_000, () => thenable as PromiseLike<number>)).toBe(3);
	});

	it('throws what the work throws at once, and rejects with what it throws later', async () => {
		const error = new Error('mine');
		const throws = () => {
			throw error;
		};
		expect(() => withDeadline('work', 60_000, throws)).toThrow(error);
		await expect(withDeadline('work', 60_000, async () => throws())).rejects.toBe(error);
	});

	it('stops waiting for work that ignores its signal, and aborts the signal with the reason', async () => {
		let seen: AbortSignal | undefined;
		const late = withDeadline('scorer "x"', 5, (given) => {
			seen = given.signal;
			return never();
		});
		await expect(late).rejects.toMatchObject({
			name: 'TimeoutError',
			message: 'scorer "x" gave no result within 5 ms',
		});
		expect(seen?.aborted).toBe(true);
		expect(seen?.reason).toMatchObject({ name: 'TimeoutError' });
	});

	it('gives one that is already aborted to work that asks for its signal only then', async () => {
		let ask: () => AbortSignal = () => new AbortController().signal;
		const late = withDeadline('work', 5, (given) => {
			ask = () => given.signal;
			return never();
		});
		await expect(late).rejects.toThrow('within 5 ms');
		expect(ask()).toMatchObject({ aborted: true, reason: { name: 'TimeoutError' } });
		expect(ask()).toBe(ask());
	});

	it('does not count the time that the work waits for its turn', async () => {
		const given = withDeadline('work', 150, async (deadline) => {
			// Before and after the clock began to run; twice at once counts once.
			const ends = [deadline.waiting(), deadline.waiting()];
			await sleep(120);
			for (const end of ends) end();
			const end = deadline.waiting();
			await sleep(120);
			end();
			end();
			return 'done';
		});
		expect(await given).toBe('done');
	});

	it('lets the rest of the time run on after a wait', async () => {
		const began = performance.now();
		const late = withDeadline('work', 100, async (deadline) => {
			await sleep(60);
			const end = deadline.waiting();
			await sleep(100);
			end();
			await never();
		});
		await expect(late).rejects.toThrow('within 100 ms');
		expect(performance.now() - began).toBeGreaterThan(195);
	});

	it('does not abort the signal of work that is done', async () => {
		let seen: AbortSignal | undefined;
		await withDeadline('work', 60_000, async (given) => {
			seen = given.signal;
		});
		expect(seen?.aborted).toBe(false);
	});

	it('leaves no unhandled rejection when the work fails after its deadline', async () => {
		const unhandled: unknown[] = [];
		const listen = (reason: unknown) => unhandled.push(reason);
		process.on('unhandledRejection', listen);
		const failing = Promise.withResolvers<never>();
		await expect(withDeadline('work', 1, () => failing.promise)).rejects.toThrow(
			'gave no result within 1 ms',
		);
		failing.reject(new Error('too late'));
		await new Promise(setImmediate);
		await new Promise(setImmediate);
		process.off('unhandledRejection', listen);
		expect(unhandled).toEqual([]);
	});
});
