import { z } from 'zod';
import { strict } from '../model/strict.ts';

const notDay =
	'expected the last day that it holds, such as "2026-12-31" (in quotes where YAML makes a time of it)';
const said = (what: string) => z.string(`expected ${what}`).regex(/\S/, `is blank; expected ${what}`);

/** One of `waivers:`: who lets a rule be for how long, why, and what holds meanwhile. */
export const WaiverEntry = strict({
	rule: said('the id of a rule, e.g. latency, or of one of its conditions, e.g. latency/check').describe(
		'The id of the rule; of a rule with several conditions, that of one: `latency/check`',
	),
	until: z
		.string(notDay)
		.regex(/^\d{4}-\d{2}-\d{2}$/, { error: notDay, abort: true })
		.refine(isDay, 'is no day of the calendar; expected the last day that it holds, such as 2026-12-31')
		.describe('The last day that it holds (UTC), e.g. 2026-12-31'),
	by: said('who answers for it').describe('Who answers for it'),
	reason: said('why the rule may be waived').describe('Why the rule may be waived'),
	limit: said('the limit that holds meanwhile, e.g. "upper <= 4200" or "non_inferior 5pp"').describe(
		'The limit that holds meanwhile, laxer than the rule’s and of its kind: `upper <= 4200`, `non_inferior 5pp`',
	),
});

export type WaiverEntry = z.infer<typeof WaiverEntry>;

/** Date takes 2026-02-30 for the 2nd of March. */
function isDay(text: string): boolean {
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
