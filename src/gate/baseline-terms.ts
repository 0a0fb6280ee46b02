import { z } from 'zod';
import { durationPattern, secondsOf } from '../config/duration.ts';
import { strict } from '../model/strict.ts';
import type { BaselineTerms } from './rule.ts';

const notAge = 'expected a duration such as 12h or 30d';
const parts = ['suite', 'scorers', 'checks', 'concurrency', 'spangate'] as const;

/** `baseline:` of a gate file. */
export const BaselineEntry = strict({
	max_age: z
		.string(notAge)
		.regex(durationPattern, notAge)
		.optional()
		.describe('The oldest that it may be when the verdict is judged: `30d`'),
	same: z
		.array(z.enum(parts, `expected one of: ${parts.join(', ')}`))
		.refine(
			(same) => same.includes('suite'),
			'must hold suite: without it the answers to different questions would be compared',
		)
		.refine((same) => new Set(same).size === same.length, 'names one twice')
		.default(['suite'])
		.describe('What must be the same in both runs; `suite` always'),
});

/** What `baseline:` says, with its durations in seconds. */
export function baselineTerms({ max_age: maxAge, same }: z.infer<typeof BaselineEntry>): BaselineTerms {
	const maxAgeS = maxAge === undefined ? undefined : secondsOf(maxAge);
	return { ...(maxAgeS !== undefined && { maxAgeS }), same };
}
