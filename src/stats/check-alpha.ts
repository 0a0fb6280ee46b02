/** Throws a RangeError unless `alpha`, the error of a one-sided bound, lies in (0, 0.5]. */
export function checkAlpha(alpha: number): void {
	if (!(alpha > 0 && alpha <= 0.5)) throw new RangeError(`alpha is ${alpha}, not in (0, 0.5]`);
}
