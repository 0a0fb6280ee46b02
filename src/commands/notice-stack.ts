import { connect } from 'node:net';
import type { Run } from '../model/run.ts';
import type { Io } from './io.ts';

const stackPort = 4318;
/** Loopback answers within one; a port that a firewall swallows must not be waited for. */
const waitMs = 50;

/** A look for a stack that runs beside the work; `found` is known long before the work is done. */
export interface StackProbe {
	found(): boolean;
}

/**
 * Looks whether something takes connections at OTLP's port of loopback, for a person at a terminal who sends spans
 * nowhere. Nothing is sent: the connection is closed as soon as it stands.
 */
export function probeStack(
	otlpEndpoint: string | undefined,
	{ stderr, env }: Io,
	port = stackPort,
): StackProbe {
	let found = false;
	if (otlpEndpoint === undefined && stderr.isTTY && !env.CI) {
		const socket = connect({ host: '127.0.0.1', port });
		const close = () => socket.destroy();
		// Neither the socket nor its time-out holds the process up.
		socket.unref();
		// After the sockets' events of this turn: a busy start can let the time-out come first.
		socket.setTimeout(waitMs, () => setImmediate(close));
		socket.once('error', close);
		socket.once('connect', () => {
			found = true;
			close();
		});
	}
	return { found: () => found };
}

/** Says how to send what was just measured to the stack that was found. */
export function tellOfStack(runs: readonly Run[], { stderr }: Io, port = stackPort): void {
	const url = `http://localhost:${port}`;
	const exports = runs.map(({ id }) => `\`spangate export @${id} --otlp ${url}\``).join(' and ');
	stderr.write(
		`A trace stack answers on localhost:${port}: send this with ${exports}, or measure with --otlp ${url}\n`,
	);
}
