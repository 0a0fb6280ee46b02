import { z } from 'zod';

/** What a judge is to do that lists what an answer claims. */
export const claimsPrompt =
	'You list the claims that an answer makes: each statement of fact that could be true or false, in a short sentence ' +
	'of its own that can be understood alone, in the language of the answer and no more than it says. Leave out greetings, ' +
	'questions, offers, refusals and statements about the answer itself. An answer that claims nothing has an empty list.';

/** The form of its reply. */
export const claimsForm = {
	name: 'claims',
	schema: z.strictObject({ claims: z.array(z.string()) }),
};

/** What a judge is to do that holds claims against documents. */
export const supportPrompt =
	'You hold claims against documents. A claim is supported when the documents say it, or it follows from what they say ' +
	'without anything else; what you know yourself counts for nothing, and a claim that goes beyond the documents is not ' +
	'supported. Judge each claim by its number, once: say first in a sentence which document says so or what is lacking, ' +
	'then whether it is supported.';

/** The form of its reply. */
export const supportForm = {
	name: 'support',
	schema: z.strictObject({
		verdicts: z.array(z.strictObject({ claim: z.number(), explanation: z.string(), supported: z.boolean() })),
	}),
};
