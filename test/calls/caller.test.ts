import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type CallContext, Caller } from '../../src/calls/caller.ts';
import { CircuitOpenError, EndpointError, TransientError } from '../../src/calls/errors.ts';
import { connectionFailure, statusFailure } from '../../src/calls/http-failures.ts';
import { CallOptions } from '../../src/calls/options.ts';
import { answerHttp, type HttpAnswer } from '../support/http-answers.ts';

const never = new AbortController().signal;
const fine = { status: 200, body: 'fine' };

function callerOf(options: object = {}): Caller {
	return new Caller(CallOptions.parse(options), { name: 'the endpoint' });
}

/** Asks a real server as a target does. */
function asking(url: string) {
	return async (signal: AbortSignal) => {
		const response = await fetch(url, { signal }).catch((error: unknown) => {
			throw signal.aborted ? error : connectionFailure(error, 'no answer');
		});
		const body = await response.text();
		if (!response.ok) {
			throw statusFailure(response.status, response.headers.get('retry-after'), `HTTP ${response.status}`);
		}
		return body;
	};
}

/** A server that gives these answers one after the other, and the last one for ever. */
async function serving(...answers: HttpAnswer[]) {
	const server = await answerHttp((_, index) => answers[Math.min(index, answers.length - 1)] ?? fine);
	return { server, attempt: asking(server.url) };
}

/** One that resets each connection without a byte. */
async function resetting(): Promise<{ url: string; connections: () => number }> {
	let connections = 0;
	const server = createServer((socket) => {
		connections++;
		socket.on('error', () => {});
		socket.once('data', () => socket.resetAndDestroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	afterAll(() => void server.close());
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		connections: () => connections,
	};
}

/** What a call tells of itself. */
function watching(signal = never) {
	const told = { handedOver: 0, retried: 0, waitedMs: 0 };
	const given: CallContext = {
		signal,
		handedOver: () => void told.handedOver++,
		retried: () => void told.retried++,
		waiting: () => {
			const began = performance.now();
			return () => {
				told.waitedMs += performance.now() - began;
			};
		},
	};
	return { told, given };
}

async function timed<Result>(work: Promise<Result>): Promise<{ result: Result; ms: number }> {
	const began = performance.now();
	return { result: await work, ms: performance.now() - began };
}

describe('a call that is refused for now', { concurrent: true }, () => {
	test.each([429, 503])('is tried again after the seconds that a %d asks for', async (status) => {
		const { server, attempt } = await serving({ status, headers: { 'retry-after': '1' } }, fine);
		const { told, given } = watching();
		const { result, ms } = await timed(callerOf().call(attempt, given));
		expect(result).toBe('fine');
		expect(server.requests).toHaveLength(2);
		expect(ms).toBeGreaterThanOrEqual(995);
		expect(told).toMatchObject({ handedOver: 2, retried: 1 });
		expect(told.waitedMs).toBeGreaterThanOrEqual(995);
	});

	test('is tried again at the date that it is told', async () => {
		const date = new Date(Date.now() + 2_000).toUTCString();
		const { attempt } = await serving({ status: 503, headers: { 'retry-after': date } }, fine);
		const at = await callerOf()
			.call(attempt, { signal: never })
			.then(() => Date.now());
		expect(at).toBeGreaterThanOrEqual(Date.parse(date) - 5);
	});

	test('waits longer each time without a word of when', async () => {
		const { server, attempt } = await serving({ status: 429 }, { status: 429 }, { status: 429 }, fine);
		const { told, given } = watching();
		expect(await callerOf().call(attempt, given)).toBe('fine');
		expect(server.requests).toHaveLength(4);
		expect(told).toMatchObject({ handedOver: 4, retried: 3 });
		expect(told.waitedMs).toBeGreaterThan(500);
	});

	test('is given up after so many tries, and says so', async () => {
		const { server, attempt } = await serving({ status: 429, headers: { 'retry-after': '0' } });
		const given = { signal: never };
		await expect(callerOf({ retries: 2 }).call(attempt, given)).rejects.toMatchObject({
			name: 'TransientError',
			reason: 'HTTP 429',
			message: 'HTTP 429 (given up after 2 retries)',
		});
		expect(server.requests).toHaveLength(3);
	});

	test('is not waited for longer than a question may be held up', async () => {
		const { server, attempt } = await serving({ status: 429, headers: { 'retry-after': '86400' } });
		await expect(callerOf().call(attempt, { signal: never })).rejects.toThrow(
			'HTTP 429 (it asks to wait 86400 s)',
		);
		expect(server.requests).toHaveLength(1);
	});

	test.each([400, 401, 404, 422, 500, 502])('is not tried again after %d', async (status) => {
		const { server, attempt } = await serving({ status });
		await expect(callerOf().call(attempt, { signal: never })).rejects.toThrow(`HTTP ${status}`);
		expect(server.requests).toHaveLength(1);
	});

	test('lets go at once when nobody waits any longer', async () => {
		const { server, attempt } = await serving({ status: 429, headers: { 'retry-after': '60' } });
		const late = new AbortController();
		const call = callerOf().call(attempt, { signal: late.signal });
		await expect.poll(() => server.requests.length).toBe(1);
		await sleep(50);
		late.abort(new Error('too late'));
		const { ms } = await timed(expect(call).rejects.toThrow('too late'));
		expect(ms).toBeLessThan(1_000);
		expect(server.requests).toHaveLength(1);
	});
});

describe('a connection', { concurrent: true }, () => {
	test('that is reset before an answer is made anew', async () => {
		const { url, connections } = await resetting();
		await expect(callerOf({ retries: 1 }).call(asking(url), { signal: never })).rejects.toMatchObject({
			name: 'TransientError',
			reason: 'connection reset',
		});
		expect(connections()).toBe(2);
	});

	test('that is refused is tried again', async () => {
		const { told, given } = watching();
		// A port that was free a moment ago.
		const server = await answerHttp(() => fine);
		await server.close();
		await expect(callerOf({ retries: 1 }).call(asking(server.url), given)).rejects.toMatchObject({
			reason: 'connection refused',
			message: expect.stringMatching(/ECONNREFUSED.* \(given up after 1 retry\)$/),
		});
		expect(told.retried).toBe(1);
	});

	test('that breaks in the middle of an answer is not tried again', async () => {
		const { server, attempt } = await serving('tear');
		await expect(callerOf().call(attempt, { signal: never })).rejects.toThrow('terminated');
		expect(server.requests).toHaveLength(1);
	});

	test('that hangs is let go of with its signal, and not tried again', async () => {
		const { server, attempt } = await serving('hang');
		await expect(callerOf().call(attempt, { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/);
		expect(server.requests).toHaveLength(1);
	});
});

describe('limits', { concurrent: true }, () => {
	test('no more calls are under way at once than may be', async () => {
		const server = await answerHttp(async () => {
			await sleep(30);
			return fine;
		});
		const caller = callerOf({ maxConcurrent: 2 });
		const { told, given } = watching();
		await Promise.all(Array.from({ length: 8 }, () => caller.call(asking(server.url), given)));
		expect(server.requests).toHaveLength(8);
		expect(server.mostAtOnce()).toBe(2);
		expect(told.waitedMs).toBeGreaterThan(100);
	});

	test('one that nobody waits for any longer never gets its turn', async () => {
		const { server, attempt } = await serving('hang');
		const caller = callerOf({ maxConcurrent: 1 });
		const [first, second] = [new AbortController(), new AbortController()];
		const calls = [first, second].map(({ signal }) => caller.call(attempt, { signal }));
		await expect.poll(() => server.requests.length).toBe(1);
		second.abort(new Error('not needed'));
		await expect(calls[1]).rejects.toThrow('not needed');
		first.abort(new Error('enough'));
		await expect(calls[0]).rejects.toThrow('enough');
		await sleep(20);
		expect(server.requests).toHaveLength(1);
	});

	test('requests go out as fast as a minute allows, evenly', async () => {
		const times: number[] = [];
		const server = await answerHttp(() => {
			times.push(performance.now());
			return fine;
		});
		const caller = callerOf({ rpm: 600 });
		await Promise.all(Array.from({ length: 6 }, () => caller.call(asking(server.url), { signal: never })));
		const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
		// The first at once, then one each 100 ms.
		expect(span).toBeGreaterThan(450);
		expect(span).toBeLessThan(1_500);
	});

	test('tokens that were used hold back the calls that follow', async () => {
		const { attempt } = await serving(fine);
		const caller = callerOf({ tpm: 60_000 });
		await caller.call(attempt, { signal: never });
		caller.used(700);
		const { ms } = await timed(caller.call(attempt, { signal: never }));
		expect(ms).toBeGreaterThan(500);
		expect(ms).toBeLessThan(2_000);
	});

	test('who waits for a turn is let go of', async () => {
		const { attempt } = await serving(fine);
		const caller = callerOf({ rpm: 1 });
		await caller.call(attempt, { signal: never });
		const late = new AbortController();
		const call = caller.call(attempt, { signal: late.signal });
		late.abort(new Error('too late'));
		await expect(call).rejects.toThrow('too late');
	});
});

describe('the circuit', { concurrent: true }, () => {
	test.each([
		['500s', { status: 500 }],
		['429s', { status: 429 }],
		['broken answers', 'hang'],
	] as const)('opens after so many %s in a row', async (_, answer) => {
		const { server, attempt } = await serving(answer);
		const caller = callerOf({ circuit: 3, retries: 0 });
		for (let call = 0; call < 3; call++) {
			expect(caller.circuit.isOpen).toBe(false);
			await expect(caller.call(attempt, { signal: AbortSignal.timeout(200) })).rejects.toThrow();
		}
		expect(caller.circuit.isOpen).toBe(true);
		await expect(caller.call(attempt, { signal: never })).rejects.toThrow(CircuitOpenError);
		expect(server.requests).toHaveLength(3);
	});

	test('stays closed while something is answered in between, be it a refusal', async () => {
		const bad = { status: 500 };
		const { attempt } = await serving(bad, bad, { status: 400 }, bad, bad, fine, bad, bad);
		const caller = callerOf({ circuit: 3, retries: 0 });
		for (let call = 0; call < 8; call++) await caller.call(attempt, { signal: never }).catch(() => {});
		expect(caller.circuit.isOpen).toBe(false);
		expect(caller.circuit.failing).toBe(true);
		expect(caller.circuit.reason).toBe(
			'the endpoint counts as down: the last 2 calls failed and none was answered in between; last: HTTP 500',
		);
	});

	test('is not fooled by answers to what was asked before', async () => {
		const caller = callerOf({ circuit: 3, retries: 0 });
		const slow = Promise.withResolvers<string>();
		const before = caller.call(() => slow.promise, { signal: never });
		const fail = () => Promise.reject(new EndpointError('gone', { reason: 'HTTP 500' }));
		const failing = () => expect(caller.call(fail, { signal: never })).rejects.toThrow('gone');
		await failing();
		await failing();
		slow.resolve('late');
		expect(await before).toBe('late');
		expect(caller.circuit.failing).toBe(true);
		await failing();
		expect(caller.circuit.isOpen).toBe(true);
	});

	test('breaks off what is under way when it opens', async () => {
		const { attempt } = await serving('hang');
		const caller = callerOf({ circuit: 1 });
		const hangs = caller.call(attempt, { signal: never });
		const fails = caller.call(() => Promise.reject(new EndpointError('gone', { reason: 'HTTP 500' })), {
			signal: never,
		});
		await expect(fails).rejects.toThrow('gone');
		await expect(hangs).rejects.toThrow('the endpoint counts as down: the last call failed');
	});

	test('opens within seconds when nobody listens, even call by call', async () => {
		const server = await answerHttp(() => fine);
		await server.close();
		const caller = callerOf();
		const began = performance.now();
		while (!caller.circuit.isOpen) {
			await expect(caller.call(asking(server.url), { signal: never })).rejects.toThrow(TransientError);
		}
		expect(performance.now() - began).toBeLessThan(20_000);
	}, 30_000);

	test('never opens when it is not to', async () => {
		const caller = callerOf({ circuit: false, retries: 0 });
		const fail = () => Promise.reject(new EndpointError('gone', { reason: 'HTTP 500' }));
		for (let call = 0; call < 2_000; call++) await caller.call(fail, { signal: never }).catch(() => {});
		expect(caller.circuit).toMatchObject({ isOpen: false, failing: false });
	});
});

test.each([
	[{ retries: -1 }, /retries/],
	[{ rpm: 0 }, /rpm/],
	[{ maxConcurrent: 1.5 }, /maxConcurrent/],
	[{ circuit: 0 }, /a whole number from 1 to 1000, or false/],
	[{ rmp: 60 }, /did you mean `rpm`/],
])('refuses %j', (options, says) => {
	expect(() => CallOptions.parse(options)).toThrow(says);
});
