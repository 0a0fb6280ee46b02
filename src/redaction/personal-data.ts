import type { CountryCode, PhoneNumber } from 'libphonenumber-js/min';
import { fold } from './fold.ts';
import { loadPhones, loadValidator } from './load.ts';
import { findNamedPhones } from './named-phones.ts';
import { findNationalIds } from './national-ids.ts';
import { findSpeltEmails } from './spelt-emails.ts';

type Validator = typeof import('validator');

/** The categories of personal data, gravest first. */
export const categories = ['credit_card', 'national_id', 'iban', 'phone', 'email'] as const;

/** A category of personal data. */
export type Category = (typeof categories)[number];

/** Personal data found in a text, and where; `key` is equal for two spellings of one value. */
export interface PersonalDatum {
	readonly category: Category;
	readonly text: string;
	readonly key: string;
	readonly from: number;
	readonly to: number;
}

interface Match {
	readonly index: number;
	readonly text: string;
	readonly key?: string;
}

/** Letters of scripts without spaces are no part of an address: `请联系joe@example.com` holds one all the same. */
const addressPart = String.raw`[[\p{L}\p{N}_%+\-]--[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]]`;
const email = new RegExp(
	`(?<![.]|${addressPart})${addressPart}(?:[.]|${addressPart}){0,63}@${addressPart}(?:[.]|${addressPart}){0,253}`,
	'gv',
);
const iban =
	/(?<![[\p{L}\p{N}]--[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]])[A-Z]{2}\d{2}(?:[ \-]?[A-Z\d]){11,30}/giv;
const ibanBegins = /[A-Z]{2}\d{2}/i;
const numberRun = /\d+(?:[ .\p{Pd}]\d+)*/gu;
/** The shortest phone number that the library knows has five digits. */
const fiveDigits = /\d(?:\P{L}{0,3}?\d){4}/u;

/** A card has thirteen at least; an IBAN two, were all else letters; a phone number without a prefix seven. */
const fewestDigits = { iban: 2, card: 13, phone: 7 };

/** Gives the personal data in a text, each verified by its check digits or numbering plan, in no certain order. */
export function findPersonalData(text: string, country: string | undefined): PersonalDatum[] {
	const found: PersonalDatum[] = [];
	const folded = fold(text);
	// What one category claimed is blanked, so that an IBAN is not found again as a phone number.
	let rest = folded.text;
	const take = (category: Category, matches: readonly Match[]) => {
		if (matches.length === 0) return;
		for (const { index, text, key = keyOf(text) } of matches) {
			const [from, to] = folded.range(index, index + text.length);
			found.push({ category, text, key, from, to });
		}
		rest = blank(rest, matches);
	};
	if (rest.includes('@')) take('email', findEmails(rest, loadValidator()));
	const digits = digitsIn(rest);
	// Most answers hold too few digits for a number of a person: no pattern need look at them.
	if (digits >= fewestDigits.iban && ibanBegins.test(rest)) take('iban', findIbans(rest, loadValidator()));
	if (digits >= fewestDigits.card) take('credit_card', findCards(rest, loadValidator()));
	take('national_id', findNationalIds(rest, digits));
	if (canHoldPhone(rest, country)) take('phone', findPhones(rest, country));
	if (digits >= fewestDigits.phone) take('phone', findNamedPhones(rest));
	take('email', findSpeltEmails(rest));
	return found;
}

/** Gives the form in which spellings of one value are equal: case and separators folded. */
export function keyOf(value: string): string {
	const folded = value.normalize('NFKC').toLowerCase();
	return folded.includes('@') ? folded : folded.replace(/[^\p{L}\p{N}+]/gu, '');
}

/** Tells whether the phone library knows the country's numbering plan. */
export function isPhoneCountry(country: string): boolean {
	return loadPhones().isSupportedCountry(country);
}

/** Without a country only numbers with its prefix are found, and the library takes long to find that there is none. */
function canHoldPhone(text: string, country: string | undefined): boolean {
	return (country !== undefined || text.includes('+')) && fiveDigits.test(text);
}

function digitsIn(text: string): number {
	let digits = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code >= 48 && code <= 57) digits++;
	}
	return digits;
}

function findEmails(text: string, { isEmail }: Validator): Match[] {
	return [...text.matchAll(email)]
		.map((match) => ({ index: match.index, text: match[0].replace(/[^\p{L}\p{N}]+$/u, '') }))
		.filter((match) => isEmail(match.text));
}

function findIbans(text: string, { isIBAN }: Validator): Match[] {
	return [...text.matchAll(iban)].flatMap((match) => {
		// The words after an IBAN look like more of it, so the longest beginning that verifies is taken.
		for (let end = match[0].length; end >= 15; end--) {
			const candidate = match[0].slice(0, end);
			if (/[ -]$/.test(candidate)) continue;
			if (isIBAN(candidate.replace(/[ -]/g, ''))) return [{ index: match.index, text: candidate }];
		}
		return [];
	});
}

function findCards(text: string, { isCreditCard }: Validator): Match[] {
	return [...text.matchAll(numberRun)].flatMap(({ index, 0: run }) => {
		const groups = [...run.matchAll(/\d+/g)];
		const matches: Match[] = [];
		for (let from = 0; from < groups.length; from++) {
			let digits = '';
			for (let to = from; to < groups.length; to++) {
				const group = groups[to];
				const first = groups[from];
				if (!group || !first) break;
				digits += group[0];
				if (digits.length > 19) break;
				if (!isCard(digits, isCreditCard)) continue;
				matches.push({
					index: index + first.index,
					text: run.slice(first.index, group.index + group[0].length),
				});
				from = to;
				break;
			}
		}
		return matches;
	});
}

function isCard(digits: string, isCreditCard: Validator['isCreditCard']): boolean {
	// The library's Mastercard pattern (5… and 2…) lacks an anchor and takes any length; such a card has 16 digits.
	const lengthFits = digits.length === 16 || (digits.length >= 13 && /^[3468]/.test(digits));
	return lengthFits && isCreditCard(digits);
}

function findPhones(text: string, country: string | undefined): Match[] {
	const { findPhoneNumbersInText } = loadPhones();
	const options = country === undefined ? {} : { defaultCountry: country as CountryCode };
	return findPhoneNumbersInText(text, options)
		.map(({ startsAt, endsAt, number }) => ({ index: startsAt, text: text.slice(startsAt, endsAt), number }))
		.filter(({ text: written, number }) => isWrittenAsPhone(written, number))
		.map(({ number, ...match }) => ({ ...match, key: number.number }));
}

/**
 * Tells a phone number from a date or an order number that happens to fit a loose numbering plan: it bears its
 * country prefix, or the seven or more digits that the country writes at home, with the leading 0 where there is one.
 */
function isWrittenAsPhone(written: string, number: PhoneNumber): boolean {
	const digits = digitsOf(written);
	const atHome = digits.length >= 7 && digits === digitsOf(number.formatNational());
	return atHome || digits.includes(digitsOf(number.number));
}

function digitsOf(text: string): string {
	return text.replace(/\D/g, '');
}

function blank(text: string, matches: readonly Match[]): string {
	const pieces: string[] = [];
	let end = 0;
	for (const match of matches.toSorted((a, b) => a.index - b.index)) {
		const until = match.index + match.text.length;
		if (until <= end) continue;
		const from = Math.max(end, match.index);
		pieces.push(text.slice(end, from), '\ufffc'.repeat(until - from));
		end = until;
	}
	return pieces.join('') + text.slice(end);
}
