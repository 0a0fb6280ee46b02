import type { CallContext } from './caller.ts';

/** How fast, and how many at once, may be called. */
export interface Limits {
	readonly rpm?: number | undefined;
	readonly maxConcurrent?: number | undefined;
}

/** Does work within limits; the signal is that of whoever waits for it. */
export type Limited = <Result>(
	work: (signal: AbortSignal) => Promise<Result>,
	given: CallContext,
) => Promise<Result>;

/** What keeps calls within these limits; nothing when there are none, so that work which needs no waiting is not made to. */
export async function limitedBy({ rpm, maxConcurrent }: Limits, name: string): Promise<Limited | undefined> {
	if (rpm === undefined && maxConcurrent === undefined) return undefined;
	const { Caller } = await import('./caller.ts');
	const caller = new Caller({ rpm, maxConcurrent, retries: 0, circuit: false }, { name });
	return (work, { signal, waiting }) => caller.call(work, { signal, ...(waiting && { waiting }) });
}
