const factors = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** How a duration is written: a whole number and its unit. */
export const durationPattern = /^([1-9]\d{0,8})(ms|s|m|h|d)$/;

/** The seconds of a duration such as `30s` or `15m`; nothing when it is not one. */
export function secondsOf(text: string): number | undefined {
	const [, digits, unit] = durationPattern.exec(text) ?? [];
	return digits === undefined ? undefined : Number(digits) * factors[unit as keyof typeof factors];
}

/** A duration of whole milliseconds in the largest unit that it is a whole number of: 900 seconds are `15m`. */
export function durationText(seconds: number): string {
	// A thousandth of a whole number is seldom exact.
	const ms = Math.round(seconds * 1_000);
	const units = Object.entries(factors).map(([unit, factor]) => [unit, ms / (factor * 1_000)] as const);
	const [unit, count] = units.findLast(([, count]) => Number.isInteger(count)) ?? ['ms', ms];
	return `${count}${unit}`;
}
