import { type Bounds, wider } from '../stats/bounds.ts';
import type { MethodName } from './methods.ts';

/** A number drawn from questions, with what is known of how far off it can be. */
export interface Estimate {
	readonly method: MethodName;
	readonly value: number;
	/** The questions that it rests on. */
	readonly questions: number;
	/** Their groups, when they are grouped. */
	readonly clusters?: number;
	/** Questions that could not be paired, and why. */
	readonly dropped?: { readonly questions: number; readonly why: string };
	/**
	 * One-sided 1 − `alpha` bounds; with `times`, those that so many times as many questions of the same kind would
	 * give.
	 */
	bounds(alpha: number, times?: number): Bounds;
}

/** What a method makes of values: an estimate but for what it rests on. */
export type Part = Pick<Estimate, 'method' | 'value' | 'bounds'>;

/** An estimate, or why there is none. */
export type Estimated = Estimate | { readonly missing: string };

/** How an estimate is to be made. */
export interface EstimateOptions {
	/** In place of the method that the kind of metric has. */
	readonly method?: MethodName | undefined;
	/** Of what is drawn at random. */
	readonly seed: number;
}

/** The bounds with each number put through an increasing function. */
export function mapBounds({ lower, upper }: Bounds, to: (bound: number) => number): Bounds {
	return { lower: to(lower), upper: to(upper) };
}

/** The bounds of replicates as if there were so many times as many questions: nearer by the root of it. */
export function nearer({ lower, upper }: Bounds, value: number, times: number): Bounds {
	const by = Math.sqrt(times);
	return { lower: value - (value - lower) / by, upper: value + (upper - value) / by };
}

/** The same with bounds no nearer than these. */
export function noNearer(part: Part, least: Part['bounds']): Part {
	return { ...part, bounds: (alpha, times) => wider(part.bounds(alpha, times), least(alpha, times)) };
}
