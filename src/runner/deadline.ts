/** The failure of work that took longer than it may. */
export class TimeoutError extends Error {
	constructor(what: string, timeoutMs: number) {
		super(`${what} gave no result within ${timeoutMs} ms`);
		this.name = 'TimeoutError';
	}
}

/** What work with a deadline is given. */
export interface Given {
	/** Aborts when the time is up. */
	readonly signal: AbortSignal;
	/** Stops the clock while the work only waits for its turn; what it gives lets the time run on. */
	waiting(): () => void;
}

/** The signal is made when somebody asks for it, and a timer when there is something to wait for: most work is done at once. */
class Deadline implements Given {
	#controller: AbortController | undefined;
	#reason: unknown;
	#leftMs: number;
	#waits = 0;
	#timer: NodeJS.Timeout | undefined;
	#startedAt = 0;
	#onTime: (() => void) | undefined;

	constructor(timeoutMs: number) {
		this.#leftMs = timeoutMs;
	}

	get signal(): AbortSignal {
		if (this.#controller === undefined) {
			this.#controller = new AbortController();
			if (this.#reason !== undefined) this.#controller.abort(this.#reason);
		}
		return this.#controller.signal;
	}

	waiting(): () => void {
		this.#waits++;
		if (this.#timer !== undefined) {
			clearTimeout(this.#timer);
			this.#timer = undefined;
			this.#leftMs -= performance.now() - this.#startedAt;
		}
		let over = false;
		return () => {
			if (over) return;
			over = true;
			this.#waits--;
			this.#run();
		};
	}

	/** Calls `onTime` when the time is up. */
	start(onTime: () => void): void {
		this.#onTime = onTime;
		this.#run();
	}

	/** The work is done: the time no longer runs. */
	end(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#onTime = undefined;
	}

	abort(reason: Error): void {
		this.#reason = reason;
		this.#controller?.abort(reason);
	}

	#run(): void {
		if (this.#waits > 0 || this.#onTime === undefined || this.#timer !== undefined) return;
		this.#startedAt = performance.now();
		this.#timer = setTimeout(this.#onTime, Math.max(0, this.#leftMs));
	}
}

/**
 * Runs work with a signal that aborts after `timeoutMs`, and stops waiting then even if the work ignores it.
 * Work that is done at once gives its result at once, and throws what it throws.
 */
export function withDeadline<Result>(
	what: string,
	timeoutMs: number,
	work: (given: Given) => Result | PromiseLike<Result>,
): Result | Promise<Result> {
	const deadline = new Deadline(timeoutMs);
	const result = work(deadline);
	if (!isThenable(result)) return result;
	return new Promise((resolve, reject) => {
		deadline.start(() => {
			const error = new TimeoutError(what, timeoutMs);
			deadline.end();
			deadline.abort(error);
			reject(error);
		});
		result.then(
			(value) => {
				deadline.end();
				resolve(value);
			},
			(error: unknown) => {
				deadline.end();
				reject(error);
			},
		);
	});
}

function isThenable<Result>(value: Result | PromiseLike<Result>): value is PromiseLike<Result> {
	return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
