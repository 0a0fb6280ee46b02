/** The signs of an address, as people write them who hide it from robots. */
const dot = String.raw`(?:\.|\s{0,2}[\[({<]\s{0,2}(?:dot|punkt|punto|ponto|point|\.)\s{0,2}[\])}>]\s{0,2}|\s{1,2}(?:dot|punkt|punto|ponto)\s{1,2})`;
const at = String.raw`\s{0,2}[\[({<]\s{0,2}(?:at|ät|@|arroba|chiocciola)\s{0,2}[\])}>]\s{0,2}`;
const spokenAt = String.raw`\s{1,2}(?:at|arroba|chiocciola)\s{1,2}`;
const spokenDot = String.raw`\s{1,2}(?:dot|punkt|punto|ponto)\s{1,2}`;
const part = String.raw`[\p{L}\p{N}_+-]{1,63}`;
const ending = String.raw`(?:com|org|net|edu|gov|io|co|dev|app|info|biz|eu|[a-z]{2})(?![\p{L}\p{N}])`;

const spelt = new RegExp(
	String.raw`(?<![\p{L}\p{N}_+.-])${part}(?:${dot}${part}){0,3}(?:${at}${part}(?:${dot}${part}){0,3}?${dot}${ending}|${spokenAt}${part}(?:${dot}${part}){0,3}?${spokenDot}${ending})`,
	'giu',
);
const bracketed = /[[({<]\s{0,2}(?:at|ät|@|arroba|chiocciola)\s{0,2}[\])}>]/i;
const spoken = /\s(?:at|arroba|chiocciola)\s/i;
const spokenPoint = /\s(?:dot|punkt|punto|ponto)\s/i;
const anyAt = new RegExp(`${at}|${spokenAt}`, 'giu');
const anyDot = new RegExp(dot, 'giu');

/** false when no address is spelt out in a text: "at" is a word of most of them, and a look for more takes its time. */
export function maySpellEmail(text: string): boolean {
	return bracketed.test(text) || (spoken.test(text) && spokenPoint.test(text));
}

/** The addresses in a text whose signs are spelt out, each with itself as it is meant. */
export function findSpeltEmails(text: string): { index: number; text: string; key: string }[] {
	if (!maySpellEmail(text)) return [];
	return [...text.matchAll(spelt)].map(({ index, 0: written }) => ({
		index,
		text: written,
		key: written.replace(anyAt, '@').replace(anyDot, '.').toLowerCase(),
	}));
}
