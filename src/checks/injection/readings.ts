import { decodedIn } from './encodings.ts';

/** Runs that can be base64, in lines or not, and runs of hex pairs; shorter ones hide no canary. */
const base64Run = /[A-Za-z0-9+/_-]{8,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const hexRun = /(?:[0-9a-f]{2}[ :]?){5,}/gi;
const escapes = /(?:%[0-9a-f]{2})+/gi;
/** Words and numbers, joined or not, which prose is full of: bytes of text in base64 do not look so. */
const prose = /^(?:[A-Z]?[a-z]+|[A-Z]+|\d+)(?:[-_/](?:[A-Z]?[a-z]+|[A-Z]+|\d+))*$/;

/**
 * Gives the ways in which a text can be read: as it stands, percent escapes resolved, what its base64 and hex runs hold, and
 * what it holds in other encodings.
 */
export function readings(text: string): string[] {
	const plain = text.includes('%') ? text.replace(escapes, (run) => fromHex(run.replaceAll('%', ''))) : text;
	const decoded = [
		...(text.match(base64Run) ?? [])
			.filter((run) => !prose.test(run))
			.map((run) => Buffer.from(run.replace(/\s/g, ''), 'base64').toString('utf8')),
		...(text.match(hexRun) ?? []).map((run) => fromHex(run.replace(/[ :]/g, ''))),
	];
	const others = decodedIn(text);
	return decoded.length === 0 ? [plain, ...others] : [plain, decoded.join(' '), ...others];
}

/** Gives a text as models write it that were told to leak quietly: itself, backwards, and in ROT13. */
export function disguises(text: string): string[] {
	return [text, [...text].reverse().join(''), rot13(text)];
}

function fromHex(digits: string): string {
	return Buffer.from(digits, 'hex').toString('utf8');
}

function rot13(text: string): string {
	return text.replace(/[a-z]/gi, (letter) => {
		const code = letter.charCodeAt(0);
		const first = code < 97 ? 65 : 97;
		return String.fromCharCode(((code - first + 13) % 26) + first);
	});
}
