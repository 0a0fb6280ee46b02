import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SinkTally } from '../fixtures/sink/count.ts';

/** A backend in another process that takes every span and counts on its own. */
export interface CountingSink {
	/** The base URL, as `--otlp` takes it. */
	readonly endpoint: string;
	/** What it has taken so far; rejects when its process has ended. */
	tally(): Promise<SinkTally>;
	/** Every `traceId/spanId` that it has taken, each once; only of a sink that keeps ids. */
	ids(): Promise<string[]>;
	/** Ends its process. */
	close(): Promise<void>;
}

const script = fileURLToPath(new URL('../fixtures/sink/count.ts', import.meta.url));

/** Starts a sink that keeps the `ids` of spans, or, where it must cost little, only their `number`. */
export async function startCountingSink(keeps: 'ids' | 'number'): Promise<CountingSink> {
	const child = fork(script, [keeps], { execArgv: [] });
	const exited = once(child, 'exit');
	const ended = exited.then(([code, signal]) => {
		throw new Error(`the sink ended: ${signal ?? code}`);
	});
	// Whoever asks it is told; its end after the last question is no error.
	ended.catch(() => {});
	const message = async () => (await Promise.race([once(child, 'message'), ended]))[0];
	const ask = (what: string) => {
		const told = message();
		child.send(what);
		return told;
	};
	const endpoint: string = await message();
	return {
		endpoint,
		tally: () => ask('tally'),
		ids: () => ask('ids'),
		async close() {
			if (child.connected) child.disconnect();
			await exited;
		},
	};
}
