import { z } from 'zod';

/** How much of what was asked and answered a record and its spans hold, from all to nothing; credentials never. */
export const ContentMode = z.enum(['full', 'redacted', 'none'], 'expected full, redacted or none');

export type ContentMode = z.infer<typeof ContentMode>;

/** The mode that lets least through. */
export function strictest(modes: readonly ContentMode[]): ContentMode {
	return ContentMode.options.findLast((mode) => modes.includes(mode)) ?? 'redacted';
}
