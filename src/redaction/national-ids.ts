import { loadValidator } from './load.ts';

/** What verifies a candidate: the parts of `validator` that know a country's check digits. */
type IdValidators = Pick<typeof import('validator'), 'isIdentityCard' | 'isTaxID'>;

interface NationalId {
	/** How the number is written; kept narrow, because plain runs of digits are mostly something else. */
	readonly written: string;
	readonly verify: (compact: string, validators: IdValidators) => boolean;
	/** The fewest digits that one has: a text with fewer need not be searched. */
	readonly digits: number;
	/** What stands in a text that holds one, where it can be found faster than the number itself. */
	readonly mark?: RegExp;
}

const nationalIds: readonly NationalId[] = [
	// US Social Security number: no check digit, so only the groups the SSA never issues are left out.
	{ written: String.raw`(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}`, verify: () => true, digits: 9 },
	// GB National Insurance number.
	{
		written: String.raw`[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]`,
		verify: (id, { isTaxID }) => isTaxID(id, 'en-GB'),
		digits: 6,
		mark: /[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]/i,
	},
	// ES DNI and NIE.
	{
		written: String.raw`[XYZ\d][ \-]?\d{7}[ \-]?[A-Z]`,
		verify: (id, { isIdentityCard }) => isIdentityCard(id, 'ES'),
		digits: 7,
	},
	// DE Steuer-ID.
	{
		written: String.raw`[1-9]\d ?\d{3} ?\d{3} ?\d{3}`,
		verify: (id, { isTaxID }) => isTaxID(id, 'de-DE'),
		digits: 11,
	},
	// IT codice fiscale, which may have letters in the place of any of its digits.
	{
		written: String.raw`[A-Z]{6}[A-Z\d]{2}[A-Z][A-Z\d]{2}[A-Z][A-Z\d]{3}[A-Z]`,
		verify: (id, { isTaxID }) => isTaxID(id, 'it-IT'),
		digits: 0,
		mark: /[A-Z\d]{16}/i,
	},
	// BR CPF.
	{
		written: String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`,
		verify: (id, { isTaxID }) => isTaxID(id.replace(/\D/g, ''), 'pt-BR'),
		digits: 11,
	},
	// BE national number.
	{
		written: String.raw`\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}`,
		verify: (id, { isTaxID }) => isTaxID(id.replace(/\D/g, ''), 'fr-BE'),
		digits: 11,
	},
	// SE personnummer.
	{
		written: String.raw`(?:19|20)?\d{6}[\-+]\d{4}`,
		verify: (id, { isTaxID }) => isTaxID(id, 'sv-SE'),
		digits: 10,
	},
	// FI henkilötunnus.
	{
		written: String.raw`\d{6}[\-+A]\d{3}[\dA-Y]`,
		verify: (id, { isIdentityCard }) => isIdentityCard(id, 'FI'),
		digits: 9,
	},
	// CN resident identity card.
	{
		written: String.raw`\d{17}[\dX]`,
		verify: (id, { isIdentityCard }) => isIdentityCard(id, 'zh-CN'),
		digits: 17,
	},
	// PL PESEL.
	{
		written: String.raw`\d{11}`,
		verify: (id, { isIdentityCard }) => isIdentityCard(id, 'PL'),
		digits: 11,
	},
	// NL BSN: one in eleven numbers of nine digits would pass, so only one that is called so.
	{
		written: String.raw`(?<=\b(?:BSN|burgerservicenummer)\P{N}{0,12})\d{9}`,
		mark: /BSN|burgerservicenummer/i,
		verify: (id, { isTaxID }) => isTaxID(id, 'nl-NL'),
		digits: 9,
	},
	// FR NIR, whose last two digits are 97 less the rest of the others by 97.
	{
		written: String.raw`[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d{2} ?\d{3} ?\d{3} ?\d{2}`,
		verify: (id) => 97 - (Number(id.slice(0, 13)) % 97) === Number(id.slice(13)),
		digits: 13,
	},
	// IN Aadhaar.
	{
		written: String.raw`[2-9]\d{3} \d{4} \d{4}`,
		verify: (id, { isIdentityCard }) => isIdentityCard(id, 'IN'),
		digits: 12,
	},
	// KR resident registration number, by the check digit of those before October 2020.
	{
		written: String.raw`\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}`,
		verify: (id) =>
			(11 - (weighed(id.replace('-', ''), [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 ===
			Number(id.at(-1)),
		digits: 13,
	},
	// CH AHV number, whose last digit is that of an EAN-13.
	{
		written: String.raw`756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}`,
		verify: (id) => {
			const compact = id.replace(/\D/g, '');
			return (
				(10 - (weighed(compact, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === Number(compact.at(-1))
			);
		},
		digits: 13,
	},
	// GB NHS number, PT NIF, CA SIN: as with the BSN, only one that is called so.
	{
		written: String.raw`(?<=\bNHS\P{N}{0,20})\d{3}[ \-]?\d{3}[ \-]?\d{4}`,
		mark: /NHS/i,
		verify: (id) => {
			const compact = id.replace(/\D/g, '');
			return (11 - (weighed(compact, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(compact.at(-1));
		},
		digits: 10,
	},
	{
		written: String.raw`(?<=\b(?:NIF|contribuinte)\P{N}{0,20})\d{3} ?\d{3} ?\d{3}`,
		mark: /NIF|contribuinte/i,
		verify: (id, { isTaxID }) => isTaxID(id, 'pt-PT'),
		digits: 9,
	},
	{
		written: String.raw`(?<=\b(?:SIN|social insurance number)\P{N}{0,12})\d{3}[ \-]?\d{3}[ \-]?\d{3}`,
		mark: /SIN|social insurance number/i,
		verify: (id, { isTaxID }) => isTaxID(id.replace(/\D/g, ''), 'en-CA'),
		digits: 9,
	},
	// A passport's number has no check digit where it is told, so only one that is called so.
	{
		written: String.raw`(?<=(?:passport|reisepass|passeport|pasaporte|passaporto|passaporte|paspoort)\P{N}{0,20})[A-Z]{0,2}\d{6,9}`,
		mark: /passport|reisepass|passeport|pasaporte|passaporto|passaporte|paspoort/i,
		verify: () => true,
		digits: 6,
	},
];

function weighed(digits: string, weights: readonly number[]): number {
	return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);
}

/** Letters of scripts without spaces are no part of a number. */
const letter = String.raw`[[\p{L}\p{N}]--[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]]`;

const patterns = nationalIds.map(({ written, mark, ...each }) => ({
	...each,
	// What stands around a number takes many times as long as its digits, which most texts do not have.
	mark: mark ?? new RegExp(written, 'iv'),
	// A digit beyond a separator means that the candidate is a piece of a longer number.
	pattern: new RegExp(String.raw`(?<!${letter}|\p{N}[ .\-])(?:${written})(?!${letter}|[ .\-]\p{N})`, 'giv'),
}));

/**
 * Gives where the text, which has so many digits, holds national identity or tax numbers whose check digits hold, one match
 * per number.
 */
export function findNationalIds(text: string, digits: number): { index: number; text: string }[] {
	const found: { index: number; text: string }[] = [];
	for (const { digits: fewest, mark, pattern, verify } of patterns) {
		if (fewest > digits || !mark.test(text)) continue;
		for (const { index, 0: match } of text.matchAll(pattern)) {
			const isValid = verify(match.replaceAll(' ', '').toUpperCase(), loadValidator());
			if (isValid) found.push({ index, text: match });
		}
	}
	return found;
}
