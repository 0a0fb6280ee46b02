/**
 * The wait that a Retry-After header asks for (RFC 9110, 10.2.3: seconds, or a date), in milliseconds from `now`, a
 * time since the epoch; undefined when there is none that can be read.
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
	const value = header?.trim();
	if (!value) return undefined;
	// Whole seconds by the standard; some gateways send fractions.
	if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
	const at = Date.parse(value);
	return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
