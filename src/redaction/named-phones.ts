import type { CountryCode } from 'libphonenumber-js/min';
import { loadPhones } from './load.ts';

/** What a language calls a phone number, and the countries where it is spoken and numbers are written at home. */
const names: readonly { readonly words: string; readonly countries: readonly CountryCode[] }[] = [
	{
		words: String.raw`(?:tele)?phone|mobile|cell(?:phone)?|tel\.?|call|line|whatsapp|text (?:him|her|them)`,
		countries: ['US', 'GB', 'AU', 'IN'],
	},
	{
		words:
			'telefon(?:nummer)?|handy(?:nummer)?|mobil(?:nummer|telefon)?|rufnummer|nummer|telefonisch|festnetz',
		countries: ['DE', 'AT', 'CH', 'SE'],
	},
	{ words: 'téléphone|portable|tél\\.?|joignable|numéro', countries: ['FR', 'BE', 'CH'] },
	{ words: 'teléfono|móvil|celular|tfno\\.?', countries: ['ES', 'MX', 'AR'] },
	{ words: 'telefono|cellulare|cell\\.', countries: ['IT'] },
	{ words: 'telefone|telemóvel|celular', countries: ['BR', 'PT'] },
	{ words: 'telefoon(?:nummer)?|mobiel(?:e)?|06-nummer', countries: ['NL', 'BE'] },
	{ words: 'telefon|komórk\\p{L}*|tel\\.', countries: ['PL'] },
	{ words: 'телефон\\p{L}*|мобильн\\p{L}*', countries: ['RU'] },
	{ words: '電話(?:番号)?|携帯', countries: ['JP'] },
	{ words: '전화(?:번호)?|휴대폰|연락처', countries: ['KR'] },
	{ words: '电话|手机号?|電話', countries: ['CN'] },
];

/** Between the word and the number; another number or sentence between them is too far. */
const patterns = names.map(({ words, countries }) => ({
	pattern: new RegExp(
		String.raw`(?<![[\p{L}]--[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]])(?:${words})[^\d\n.!?+]{0,40}(?<number>\(?\d[\d \(\)\/.\-]{5,18}\d)(?![\d\p{L}])`,
		'giv',
	),
	countries,
}));

/** A number behind any of the words: what most texts lack, told before each pattern has had its look. */
const anyNumber = /\d[\d ()/.-]{5,18}\d/;
const anyWord = new RegExp(names.map(({ words }) => words).join('|'), 'iu');

/** What can be another's line or number, too: behind it only what is written in groups is one of a phone. */
const weak = /^(?:line|call|nummer|numéro|text)/i;

/** A number of the company that answers: it is there to be told. */
const own =
	/(?<!\p{L})(?:our|us|we|hot-?line|helpline|support|service|emergency|toll-free|office hours|unser\p{L}*|uns|kundendienst|notruf|notre|nos|nous|assistance|nuestr\p{L}*|atención|nostr\p{L}*|assistenza|noss\p{L}*|atendimento|onze?|klantenservice|nasz\p{L}*|infolini\p{L}*|наш\p{L}*|горяч\p{L}*|当社|弊社|客服|热线|고객센터|대표)(?!\p{L})/iu;
const reach = 60;

/** Phone numbers without a country's prefix that the text calls so, valid in a country of the language that it does it in. */
export function findNamedPhones(text: string): { index: number; text: string; key: string }[] {
	if (!anyNumber.test(text) || !anyWord.test(text)) return [];
	const found = new Map<number, { index: number; text: string; key: string }>();
	for (const { pattern, countries } of patterns) {
		for (const { index, 0: whole, groups } of text.matchAll(pattern)) {
			const written = groups?.number ?? '';
			const from = index + whole.length - written.length;
			if (weak.test(whole) && !/[ ()/.-]/.test(written)) continue;
			if (found.has(from) || own.test(text.slice(Math.max(0, index - reach), from))) continue;
			const key = e164Of(written, countries);
			if (key !== undefined) found.set(from, { index: from, text: written, key });
		}
	}
	return [...found.values()];
}

function e164Of(written: string, countries: readonly CountryCode[]): string | undefined {
	const { parsePhoneNumberFromString } = loadPhones();
	const digits = written.replace(/\D/g, '');
	for (const country of countries) {
		const number = parsePhoneNumberFromString(written, country);
		// An order number fits many a plan: only what is written as the country writes it counts.
		if (number?.isValid() && number.formatNational().replace(/\D/g, '') === digits) return number.number;
	}
	return undefined;
}
