/**
 * What spangate uses of jStat, which brings no types and whose names Node does not see but through the default export.
 * Where an argument is a probability, it lies in [0, 1].
 */
declare module 'jstat' {
	const jStat: {
		readonly normal: {
			cdf(x: number, mean: number, sd: number): number;
			inv(p: number, mean: number, sd: number): number;
		};
		readonly beta: {
			cdf(x: number, a: number, b: number): number;
			inv(p: number, a: number, b: number): number;
		};
	};
	export = jStat;
}
