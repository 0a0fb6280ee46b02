/** Letters of other scripts that look like Latin ones, as far as they are used to slip a word past a list. */
const lookalikes: Readonly<Record<string, string>> = {
	...{ а: 'a', с: 'c', е: 'e', һ: 'h', і: 'i', к: 'k', о: 'o', р: 'p', ѕ: 's', т: 't', у: 'y', х: 'x' },
	...{ α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u' },
};
const lookalike = new RegExp(`[${Object.keys(lookalikes).join('')}]`, 'giu');
/** A word of both scripts: one of either alone is a word of its language. */
const mixed = /(?<!\p{L})(?=\p{L}*\p{sc=Latn})(?=\p{L}*[\p{sc=Cyrl}\p{sc=Grek}])\p{L}+/giu;
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
	const joined = text
		.replace(mixed, (word) => word.replace(lookalike, (letter) => lookalikes[letter.toLowerCase()] ?? letter))
		.replace(spelled, (run) => run.replace(/[ .*_-]/g, ''));
	const read = joined.replace(leet, (word) =>
		word.length < shortestLeet ? word : word.replace(/[013457@$!]/g, (sign) => letters[sign] ?? sign),
	);
	return [...new Set([text, joined, joined.replace(stretched, '$1'), read])];
}
