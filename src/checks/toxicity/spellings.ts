import { latinized } from '../../text.ts';

/** Three letters or more that stand alone: `s h i t`, `s.h.i.t`. */
const spelled = /(?<![\p{L}\p{N}])\p{L}(?:[ .*_-]{1,2}\p{L}(?![\p{L}\p{N}])){2,}/gu;
/** A word with digits or signs for some of its letters: `w4nker`, `b!tch`. What has its digits behind is a name with a number. */
const leet = /(?<![\p{L}\p{N}])\p{L}+[013457@$!](?:[\p{L}013457@$!]*\p{L})(?![\p{L}\p{N}])/gu;
const letters: Readonly<Record<string, string>> = {
	...{ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' },
	...{ '@': 'a', $: 's', '!': 'i' },
};
/** Shorter ones stand in ids by chance. */
const shortestLeet = 5;
const stretched = /(\p{L})\1{2,}/giu;

/** Gives a text and, where they differ, it with spelled-out words joined and look-alikes replaced, unstretched, and without digits for letters. */
export function spellings(text: string): string[] {
	const joined = latinized(text).replace(spelled, (run) => run.replace(/[ .*_-]/g, ''));
	const read = joined.replace(leet, (word) =>
		word.length < shortestLeet ? word : word.replace(/[013457@$!]/g, (sign) => letters[sign] ?? sign),
	);
	return [...new Set([text, joined, joined.replace(stretched, '$1'), read])];
}
