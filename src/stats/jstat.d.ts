/** What spangate uses of jStat, which brings no types. Where an argument is a probability, it lies in [0, 1]. */
declare module 'jstat' {
	export const jStat: {
		readonly normal: {
			cdf(x: number, mean: number, sd: number): number;
			inv(p: number, mean: number, sd: number): number;
		};
		readonly studentt: { cdf(x: number, df: number): number; inv(p: number, df: number): number };
		readonly beta: {
			cdf(x: number, a: number, b: number): number;
			inv(p: number, a: number, b: number): number;
		};
	};
}
