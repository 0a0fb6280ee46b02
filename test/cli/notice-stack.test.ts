import { createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { probeStack, tellOfStack } from '../../src/commands/notice-stack.ts';
import { eventually } from '../support/cli.ts';
import { run } from '../support/records.ts';

/** A terminal, or a pipe, that keeps what is written to it. */
function io({ isTTY = true, env = {} }: { isTTY?: boolean; env?: Record<string, string> } = {}) {
	let text = '';
	const stream = () =>
		Object.assign(
			new Writable({
				write(chunk, _encoding, done) {
					text += chunk;
					done();
				},
			}),
			{ isTTY },
		);
	const streams = { stdout: stream(), stderr: stream() };
	return { ...streams, env, onInterrupt: () => () => {}, exit() {}, written: () => text };
}

const servers: Server[] = [];
afterAll(() => {
	for (const server of servers) server.close();
});

/** Listens on a free port of loopback; tells of the connections and of the bytes that came. */
async function listen() {
	const sockets: Socket[] = [];
	let bytes = 0;
	const server = createServer((socket) => {
		sockets.push(socket.on('data', (chunk) => (bytes += chunk.length)).on('error', () => {}));
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return { port, sockets, bytes: () => bytes, server };
}

describe('a stack on this machine', () => {
	test('is noticed, and nothing is sent to it', async () => {
		const stack = await listen();
		const probe = probeStack(undefined, io(), stack.port);
		await eventually(
			() => probe.found() && stack.sockets.every((socket) => socket.destroyed || socket.readableEnded),
		);
		expect(stack.sockets).toHaveLength(1);
		expect(stack.bytes()).toBe(0);
	});

	test('is not looked for when spans are sent, no person looks, or CI runs', async () => {
		const stack = await listen();
		const probes = [
			probeStack('http://localhost:4318/v1/traces', io(), stack.port),
			probeStack(undefined, io({ isTTY: false }), stack.port),
			probeStack(undefined, io({ env: { CI: 'true' } }), stack.port),
		];
		// A look that is allowed comes later, so that the others would have been seen by then.
		const allowed = probeStack(undefined, io(), stack.port);
		await eventually(() => allowed.found() && stack.sockets.length > 0);
		expect(probes.map((probe) => probe.found())).toEqual([false, false, false]);
		expect(stack.sockets).toHaveLength(1);
	});

	test('that is not there is not found, and throws nothing', async () => {
		const stack = await listen();
		await new Promise((resolve) => stack.server.close(resolve));
		const probe = probeStack(undefined, io(), stack.port);
		await sleep(100);
		expect(probe.found()).toBe(false);
	});

	test('is told of in one line, with how to send each run', () => {
		const terminal = io();
		tellOfStack([run({ id: 'a' }), run({ id: 'b' })], terminal);
		expect(terminal.written()).toBe(
			'A trace stack answers on localhost:4318: send this with `spangate export @a --otlp http://localhost:4318` and `spangate export @b --otlp http://localhost:4318`, or measure with --otlp http://localhost:4318\n',
		);
	});
});
