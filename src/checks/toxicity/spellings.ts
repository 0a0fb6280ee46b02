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
const stretched = /(\p{L})\1{2,}/giu;

/** Gives a text and, where they differ, it with spelled-out words joined and look-alikes replaced, and unstretched. */
export function spellings(text: string): string[] {
	const joined = text
		.replace(mixed, (word) => word.replace(lookalike, (letter) => lookalikes[letter.toLowerCase()] ?? letter))
		.replace(spelled, (run) => run.replace(/[ .*_-]/g, ''));
	return [...new Set([text, joined, joined.replace(stretched, '$1')])];
}
