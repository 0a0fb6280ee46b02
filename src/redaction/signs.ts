/** What a text shows at a glance of what could be in it: what shows none can hold no more than a password in a sentence, or an address that is spelt out. */
export const Sign = {
	/** An address, or a URL with a user. */
	at: 1,
	/** A phone number with its country's prefix. */
	plus: 2,
	/** Six digits close together, as the shortest id has: a card, an account, an id. */
	digits: 4,
	/** Sixteen characters in a row that a token could be made of. */
	token: 8,
	/** `:` or `=`, by which a credential is named. */
	assignment: 16,
	/** Characters that could stand for others. */
	beyondAscii: 32,
} as const;

const tokenRun = 16;
/** IBANs are written in groups, with letters in between. */
const digitsWithin = 24;

const letter = 64;
const digit = 128;
/** By character code: a sign of its own, or a part of a run. */
const kinds = new Uint8Array(128);
for (const [characters, kind] of [
	['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-/.', letter],
	['0123456789', digit],
	['+', letter | Sign.plus],
	['=', letter | Sign.assignment],
	[':', Sign.assignment],
	['@', Sign.at],
] as const) {
	for (const character of characters) kinds[character.charCodeAt(0)] = kind;
}

/** The signs of a text, in one pass over its characters: this is all that a harmless text costs. */
export function signsIn(text: string): number {
	let signs = 0;
	let run = 0;
	// Where the last five digits stand, the newest first.
	let first = -digitsWithin;
	let [second, third, fourth, fifth] = [first, first, first, first];
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		const kind = code < 128 ? (kinds[code] as number) : Sign.beyondAscii;
		if ((kind & (letter | digit)) === 0) {
			run = 0;
			signs |= kind;
			continue;
		}
		if (++run === tokenRun) signs |= Sign.token;
		if (kind === digit) {
			if (at - fifth < digitsWithin) signs |= Sign.digits;
			fifth = fourth;
			fourth = third;
			third = second;
			second = first;
			first = at;
		} else {
			signs |= kind & (Sign.plus | Sign.assignment);
		}
	}
	return signs;
}
