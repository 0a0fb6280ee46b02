import { z } from 'zod';
import { strict } from '../model/strict.ts';

const notCircuit = 'expected a whole number from 1 to 1000, or false';

/** How an endpoint may be called: options that every kind which calls one takes as its own. */
export const callOptions = {
	retries: z
		.int()
		.min(0)
		.max(20)
		.default(3)
		.describe(
			'How often a call is tried again after 429, 503 or a lost connection: Retry-After, else backoff with jitter',
		),
	rpm: z.number().gt(0).optional().describe('The most requests a minute, retries included, evenly spread'),
	tpm: z.number().gt(0).optional().describe('The most tokens a minute, by what the answers report'),
	maxConcurrent: z
		.int()
		.min(1)
		.optional()
		.describe('The most calls under way at once, where that is less than -j'),
	circuit: z
		.union([z.literal(false), z.int(notCircuit).min(1, notCircuit).max(1_000, notCircuit)], notCircuit)
		.default(10)
		.describe(
			'Calls that fail one after the other (no connection, 429, 5xx, time-out), with none answered in between, until the endpoint counts as down; false: never',
		),
} as const;

/** `callOptions` as an object of its own, with its defaults. */
export const CallOptions = strict(callOptions);

export type CallOptions = z.output<typeof CallOptions>;
