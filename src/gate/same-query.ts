import type { RemoteQuery } from '../model/answer.ts';

/** true when both ask the same of the same source over the same time: one answer serves both. */
export function sameQuery(one: RemoteQuery, other: RemoteQuery): boolean {
	const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof RemoteQuery>;
	return [...keys].every((key) => one[key] === other[key]);
}
