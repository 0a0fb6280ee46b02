const factors = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** How a duration is written: a whole number and its unit. */
export const durationPattern = /^([1-9]\d{0,8})(ms|s|m|h|d)$/;

/** The seconds of a duration such as `30s` or `15m`; nothing when it is not one. */
export function secondsOf(text: string): number | undefined {
	const [, digits, unit] = durationPattern.exec(text) ?? [];
	return digits === undefined ? undefined : Number(digits) * factors[unit as keyof typeof factors];
}
