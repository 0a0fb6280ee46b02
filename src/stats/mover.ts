import type { Bounds } from './bounds.ts';

/** An estimate of a share, and how far below and above it its bounds lie. */
export interface Arms {
	readonly value: number;
	readonly below: number;
	readonly above: number;
}

/** A share with the bounds of it, as {@link Arms}. */
export function armsOf(value: number, { lower, upper }: Bounds): Arms {
	return { value, below: Math.max(0, value - lower), above: Math.max(0, upper - value) };
}

/**
 * Bounds of the difference of two shares from those of each, by the square-and-add method with the correlation of the two
 * estimates (MOVER; Newcombe 1998, Stat. Med. 17:2635; Zou & Donner 2008, Stat. Med. 27:1693); within −1 and 1.
 */
export function moverDifference(one: Arms, other: Arms, correlation: number): Bounds {
	const joined = (a: number, b: number) => joinArms(a, b, correlation);
	const difference = one.value - other.value;
	return {
		lower: Math.max(-1, difference - joined(one.below, other.above)),
		upper: Math.min(1, difference + joined(one.above, other.below)),
	};
}

/** How far a difference can be off where its parts are off by so much: by square and add; infinite where one is. */
export function joinArms(one: number, other: number, correlation: number): number {
	if (!Number.isFinite(one) || !Number.isFinite(other)) return Infinity;
	return Math.sqrt(Math.max(0, one * one - 2 * correlation * one * other + other * other));
}

/** The correlation of two means over the same units, from the variance of each and their covariance; 0 without a spread. */
export function correlationOf(covariance: number, one: number, other: number): number {
	const spread = Math.sqrt(one * other);
	return spread > 0 ? Math.max(-1, Math.min(1, covariance / spread)) : 0;
}
