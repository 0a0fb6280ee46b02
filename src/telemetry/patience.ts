/** What is left of a wait for a backend after Ctrl-C, in milliseconds. */
export const interruptedWaitMs = 1_000;

/** Waits for work of a backend, at most `timeoutMs` or, once `interrupt` is aborted, a second; false when that was too short. */
export async function within(
	work: Promise<unknown>,
	timeoutMs: number,
	interrupt: AbortSignal,
): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const giveUp = () => resolve(false);
	const ended = () => resolve(true);
	work.then(ended, ended);
	const timers = [setTimeout(giveUp, timeoutMs)];
	const shorten = () => timers.push(setTimeout(giveUp, interruptedWaitMs));
	if (interrupt.aborted) shorten();
	else interrupt.addEventListener('abort', shorten, { once: true });
	const inTime = await promise;
	for (const timer of timers) clearTimeout(timer);
	interrupt.removeEventListener('abort', shorten);
	return inTime;
}
