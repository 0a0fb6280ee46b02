import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ReceiverLimits } from '../../src/telemetry/request-limits.ts';
import type { Tally } from '../fixtures/receiver/serve.ts';
import { root } from './cli.ts';

/** A receiver in a process of its own with little memory; it goes when the file's tests are over. */
export interface ReceiverProcess {
	readonly endpoint: string;
	/** What it has taken; rejects when the process has ended. */
	tally(): Promise<Tally>;
	/** A connection to it. */
	dial(): Talk;
}

/** More of V8's heap than this ends the process, and so the tests. */
const heapMegabytes = 256;

export async function startReceiverProcess(limits: Partial<ReceiverLimits> = {}): Promise<ReceiverProcess> {
	const child = fork(join(root, 'test/fixtures/receiver/serve.ts'), [JSON.stringify(limits)], {
		execArgv: [`--max-old-space-size=${heapMegabytes}`],
	});
	afterAll(() => child.disconnect());
	const ended = new Promise<never>((_, reject) => {
		child.once('exit', (code, signal) => reject(new Error(`the receiver ended: ${signal ?? code}`)));
	});
	// A test that asks is told; the end after the last test is no error.
	ended.catch(() => {});
	const message = async () => (await Promise.race([once(child, 'message'), ended]))[0];
	const endpoint: string = await message();
	return {
		endpoint,
		async tally() {
			const told = message();
			child.send('tally');
			return told;
		},
		dial: () => new Talk(Number(new URL(endpoint).port)),
	};
}

/** A raw connection: what is written goes out as it is, what comes back is kept. */
export class Talk {
	readonly socket: Socket;
	/** All that came back, once the other side is done. */
	readonly answer: Promise<string>;
	#text = '';

	constructor(port: number) {
		this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
		this.socket.setNoDelay(true);
		this.socket.on('data', (chunk) => {
			this.#text += chunk.toString('latin1');
		});
		// A reset is one of the ways in which the other side can be done.
		this.socket.on('error', () => {});
		this.answer = new Promise((resolve) => {
			this.socket.once('end', () => this.socket.end());
			this.socket.once('close', () => resolve(this.#text));
		});
	}

	get text(): string {
		return this.#text;
	}

	/** Writes as fast as it is taken; false when the other side is done before all is written. */
	async write(part: string | Uint8Array): Promise<boolean> {
		if (this.socket.destroyed || !this.socket.writable) return false;
		if (this.socket.write(part)) return true;
		await new Promise<void>((resolve) => {
			this.socket.once('drain', resolve);
			void this.answer.then(() => resolve());
		});
		return !this.socket.destroyed;
	}
}

/** The head of a POST of spans; headers given as undefined are left out. */
export function head(headers: Readonly<Record<string, string | number | undefined>> = {}): string {
	const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
	const lines = Object.entries(all).flatMap(([name, value]) =>
		value === undefined ? [] : `${name}: ${value}\r\n`,
	);
	return `POST /v1/traces HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** The status codes of the answers that came over one connection. */
export function statuses(answer: string): number[] {
	return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
