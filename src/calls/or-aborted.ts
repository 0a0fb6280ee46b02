import { setTimeout as after } from 'node:timers/promises';

/** What the promise comes to, or the signal's reason as soon as that is aborted. */
export async function orAborted<Value>(promise: PromiseLike<Value>, signal: AbortSignal): Promise<Value> {
	signal.throwIfAborted();
	const aborted = Promise.withResolvers<never>();
	const abort = () => aborted.reject(signal.reason);
	signal.addEventListener('abort', abort, { once: true });
	try {
		return await Promise.race([promise, aborted.promise]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}

/** Waits so many milliseconds; throws the signal's reason as soon as that is aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
	try {
		await after(ms, undefined, { signal });
	} catch (error) {
		// An AbortError of the timer's own would hide why.
		throw signal.aborted ? signal.reason : error;
	}
}
