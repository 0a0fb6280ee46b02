/** The failure of work that took longer than it may. */
class TimeoutError extends Error {
	constructor(what: string, timeoutMs: number) {
		super(`${what} gave no result within ${timeoutMs} ms`);
		this.name = 'TimeoutError';
	}
}

/**
 * Runs work with a signal that aborts after `timeoutMs`, and stops waiting then even if the work ignores it.
 * Work that throws synchronously rejects like any other.
 */
export async function withDeadline<Result>(
	what: string,
	timeoutMs: number,
	work: (signal: AbortSignal) => Result | Promise<Result>,
): Promise<Result> {
	const controller = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			const error = new TimeoutError(what, timeoutMs);
			controller.abort(error);
			reject(error);
		}, timeoutMs);
	});
	try {
		return await Promise.race([Promise.resolve().then(() => work(controller.signal)), late]);
	} finally {
		clearTimeout(timer);
	}
}
