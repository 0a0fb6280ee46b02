/** Letters of scripts that put no spaces between words: each is a token of its own. */
const unspaced = String.raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}]]`;
const token = new RegExp(String.raw`${unspaced}|[[\p{L}\p{M}\p{N}]--${unspaced}]+`, 'gv');

const anyToken = new RegExp(token, 'v');

/** Tells whether a text holds a word, as `tokensOf` gives them. */
export function hasToken(text: string): boolean {
	return anyToken.test(text);
}

/** The words of a text, as runs of letters and digits; punctuation is none. */
export function tokensOf(text: string): string[] {
	return text.match(token) ?? [];
}

/** Two texts of one UTF-16 unit for each code point, the same one for the same, so that an emoji is one edit. */
export function asUnits(a: string, b: string): readonly [string, string] {
	if (!/[\ud800-\udfff]/.test(a + b)) return [a, b];
	const units = new Map<string, string>();
	const unitOf = (character: string) => {
		let unit = units.get(character);
		if (unit === undefined) {
			unit = String.fromCharCode(units.size);
			units.set(character, unit);
		}
		return unit;
	};
	const [first, second] = [a, b].map((text) => Array.from(text, unitOf).join(''));
	// Beyond 65,536 different characters two would share a unit, and an edit would be missed.
	return units.size > 0x10000 ? [a, b] : [first as string, second as string];
}
