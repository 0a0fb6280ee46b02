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
const bracketed = new RegExp(at, 'i');
const spoken = new RegExp(spokenAt, 'i');
const anyAt = new RegExp(`${at}|${spokenAt}`, 'giu');
const anyDot = new RegExp(dot, 'giu');

/** The addresses in a text whose signs are spelt out, each with itself as it is meant. */
export function findSpeltEmails(text: string): { index: number; text: string; key: string }[] {
	// "at" is a word of most texts, and this expression takes its time.
	if (!bracketed.test(text) && !(spoken.test(text) && /\s(?:dot|punkt|punto|ponto)\s/i.test(text))) return [];
	return [...text.matchAll(spelt)].map(({ index, 0: written }) => ({
		index,
		text: written,
		key: written.replace(anyAt, '@').replace(anyDot, '.').toLowerCase(),
	}));
}
