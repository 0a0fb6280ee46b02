import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Found, Task } from './worker.ts';

/** Does all tasks, a worker on each core; tells what is found as it comes, with the place of its task. */
export async function workOn(
	tasks: readonly Task[],
	tell: (found: Found, place: number) => void,
): Promise<void> {
	const rest = tasks.entries();
	const work = async () => {
		const worker = new Worker(new URL('./worker.ts', import.meta.url));
		try {
			for (const [place, task] of rest) {
				worker.postMessage(task);
				const [found] = (await once(worker, 'message')) as [Found];
				tell(found, place);
			}
		} finally {
			await worker.terminate();
		}
	};
	await Promise.all(Array.from({ length: availableParallelism() }, work));
}
