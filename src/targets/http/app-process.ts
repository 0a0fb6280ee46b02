import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessGroup } from '../../calls/process-group.ts';
import { messageOf, SpangateError } from '../../errors.ts';
import { endOf } from '../../text.ts';

/** An app that spangate started: where it listens and how it is stopped. */
export interface AppProcess {
	readonly port: number;
	stop(): Promise<void>;
}

/** How an app is started and when it counts as ready, in milliseconds. */
export interface AppOptions {
	readonly name: string;
	readonly folder: string;
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly readyPath: string;
	readonly readyTimeoutMs: number;
	readonly signal: AbortSignal;
}

const probeEveryMs = 50;
/** A parent that is not sampled, so that an instrumented app makes no spans of the readiness probe. */
const unsampled = `00-${'1'.repeat(32)}-${'1'.repeat(16)}-00`;
const stopGraceMs = 5_000;
const lastWordsMs = 500;
const keptOutput = 2_000;

/**
 * Starts an app with a free port in `PORT` and waits until its readiness path answers 2xx.
 * An app that exits, or is not ready in time, is an `unmeasured` error with the end of its output.
 */
export async function startApp(options: AppOptions): Promise<AppProcess> {
	const port = await freePort();
	const [command = '', ...args] = options.command;
	// Its own process group, so that a shell or npm in between is stopped with the app.
	const child = spawn(command, args, {
		cwd: options.folder,
		env: { ...process.env, ...options.env, PORT: String(port) },
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
	});
	let output = '';
	const keep = (chunk: Buffer) => {
		output = (output + chunk.toString()).slice(-2 * keptOutput);
	};
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	const ended = new Promise<string>((resolve) => {
		child.once('error', (error) => resolve(messageOf(error)));
		child.once('exit', (code, signal) => {
			const tell = () => resolve(`it exited with ${signal ?? `code ${code}`}`);
			// Its last words may still be in the pipe, which a process that it left behind can hold open.
			child.once('close', tell);
			setTimeout(tell, lastWordsMs).unref();
		});
	});
	// All of it: a shell that ends when it is asked to leaves behind an app that does not.
	const group = child.pid === undefined ? undefined : new ProcessGroup(child.pid);
	// A crash of ours must not leave the app behind.
	const killOnExit = () => group?.kill();
	process.once('exit', killOnExit);
	const stop = async () => {
		await group?.end(stopGraceMs);
		process.removeListener('exit', killOnExit);
	};
	const url = `http://127.0.0.1:${port}${options.readyPath}`;
	const failure = await Promise.race([ended, untilReady(url, options)]);
	if (failure !== undefined) {
		await stop();
		const last = endOf(output.trim(), keptOutput);
		const tail = last === '' ? 'it printed nothing' : `it printed:\n${last}`;
		throw new SpangateError(
			options.signal.aborted ? 'interrupted' : 'unmeasured',
			`target "${options.name}": the app did not become ready: ${failure}; ${tail}`,
			{
				hint: `Run it by hand: cd ${options.folder} && PORT=${port} ${options.command.join(' ')}`,
			},
		);
	}
	return { port, stop };
}

async function untilReady(url: string, { readyTimeoutMs, signal }: AppOptions): Promise<string | undefined> {
	const deadline = Date.now() + readyTimeoutMs;
	let last = 'no answer';
	while (Date.now() < deadline && !signal.aborted) {
		try {
			const response = await fetch(url, {
				headers: { traceparent: unsampled },
				signal: AbortSignal.timeout(1_000),
			});
			await response.arrayBuffer();
			if (response.ok) return undefined;
			last = `HTTP ${response.status}`;
		} catch (error) {
			last = messageOf(error);
		}
		await sleep(probeEveryMs);
	}
	return signal.aborted
		? 'interrupted'
		: `${url} did not answer 2xx within ${readyTimeoutMs} ms (last: ${last})`;
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('no port from the system');
	return address.port;
}
