/** The failure of work that took longer than it may. */
export class TimeoutError extends Error {
	constructor(what: string, timeoutMs: number) {
		super(`${what} gave no result within ${timeoutMs} ms`);
		this.name = 'TimeoutError';
	}
}

/** A signal that is made when somebody asks for it: most work is done before it could be aborted. */
class Cancellation {
	#controller: AbortController | undefined;
	#reason: unknown;

	get signal(): AbortSignal {
		if (this.#controller === undefined) {
			this.#controller = new AbortController();
			if (this.#reason !== undefined) this.#controller.abort(this.#reason);
		}
		return this.#controller.signal;
	}

	abort(reason: Error): void {
		this.#reason = reason;
		this.#controller?.abort(reason);
	}
}

/**
 * Runs work with a signal that aborts after `timeoutMs`, and stops waiting then even if the work ignores it.
 * Work that is done at once gives its result at once, and throws what it throws.
 */
export function withDeadline<Result>(
	what: string,
	timeoutMs: number,
	work: (given: { readonly signal: AbortSignal }) => Result | PromiseLike<Result>,
): Result | Promise<Result> {
	const cancellation = new Cancellation();
	const result = work(cancellation);
	if (!isThenable(result)) return result;
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			const error = new TimeoutError(what, timeoutMs);
			cancellation.abort(error);
			reject(error);
		}, timeoutMs);
		result.then(
			(value) => {
				clearTimeout(timer);
				resolve(value);
			},
			(error: unknown) => {
				clearTimeout(timer);
				reject(error);
			},
		);
	});
}

function isThenable<Result>(value: Result | PromiseLike<Result>): value is PromiseLike<Result> {
	return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
