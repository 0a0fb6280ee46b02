/** A way to write a text that is not base64, hex or percent escapes; every run is bounded by what ends it. */
interface Encoding {
	readonly run: RegExp;
	readonly decode: (run: string) => string;
}

const printable = (codes: readonly number[]) =>
	codes.every((code) => code >= 32 && code < 127) ? String.fromCharCode(...codes) : '';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const morse: Readonly<Record<string, string>> = Object.fromEntries(
	(
		'.- a,-... b,-.-. c,-.. d,. e,..-. f,--. g,.... h,.. i,.--- j,-.- k,.-.. l,-- m,-. n,--- o,.--. p,--.- q,.-. r,... s,- t,' +
		'..- u,...- v,.-- w,-..- x,-.-- y,--.. z,----- 0,.---- 1,..--- 2,...-- 3,....- 4,..... 5,-.... 6,--... 7,---.. 8,----. 9'
	)
		.split(',')
		.map((pair) => pair.split(' ') as [string, string]),
);
const nato =
	'alfa|alpha|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|x-?ray|yankee|zulu';

const encodings: readonly Encoding[] = [
	// Character codes in decimal.
	{
		run: /(?<![\d.])\d{2,3}(?:[,;\s]{1,3}\d{2,3}){3,2000}(?![\d.])/g,
		decode: (run) => printable((run.match(/\d+/g) ?? []).map(Number)),
	},
	{
		run: /(?<![\d.])(?:[01]{7,8}(?:[\s,]{1,2}[01]{7,8}){3,2000}|(?:[01]{8}){4,2000})(?!\d)/g,
		decode: (run) => {
			const bytes = /[\s,]/.test(run) ? run.match(/[01]+/g) : run.match(/[01]{8}/g);
			return printable((bytes ?? []).map((bits) => Number.parseInt(bits, 2)));
		},
	},
	{ run: /(?<![A-Za-z0-9])[A-Z2-7]{13,4000}={0,6}(?![A-Za-z0-9])/g, decode: fromBase32 },
	{
		run: /(?<![.\-\w])[.-]{1,6}(?:[\s/|]{1,4}[.-]{1,6}){3,2000}(?![.\-\w])/g,
		decode: (run) => (run.match(/[.-]+/g) ?? []).map((sign) => morse[sign] ?? '').join(''),
	},
	// Escapes of programming languages, HTML and Unicode.
	{
		run: /(?:(?:\\u\{?|\\x|&#x?|U\+|0x)[0-9a-f]{2,6}[};]?[\s,]{0,2}){3,2000}/gi,
		decode: (run) =>
			[...run.matchAll(/(&#)?(?:\\u\{?|\\x|(x)|U\+|0x)?([0-9a-f]{2,6})/gi)]
				.map(([, html, hex, digits = '']) => {
					const code = Number.parseInt(digits, html !== undefined && hex === undefined ? 10 : 16);
					return code < 0x110000 ? String.fromCodePoint(code) : '';
				})
				.join(''),
	},
	// Spelt by words: "Z as in Zulu", "Zulu Echo Bravo".
	{
		run: /(?<!\p{L})\p{L} (?:as in|for|like|comme|wie|como|come|als|jak|som) \p{L}+(?:[^\n]{1,40}?(?<!\p{L})\p{L} (?:as in|for|like|comme|wie|como|come|als|jak|som) \p{L}+){2,60}/giu,
		decode: (run) =>
			[
				...run.matchAll(
					/(?<!\p{L})(\p{L}) (?:as in|for|like|comme|wie|como|come|als|jak|som) \p{L}+|(\d+)/giu,
				),
			]
				.map(([, letter, digits]) => letter ?? digits)
				.join(''),
	},
	{
		run: new RegExp(`\\b(?:${nato})(?:[\\s,.-]{1,3}(?:${nato}|\\d+)){2,200}\\b`, 'gi'),
		decode: (run) =>
			(run.match(/[a-z]+|\d+/gi) ?? []).map((each) => (/\d/.test(each) ? each : each.charAt(0))).join(''),
	},
];

/** In pieces: the texts of code, one after another. */
const literal = /(["'`])([^"'`\n\\]{1,60})\1/g;

const tens = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety'.split('|');
const units = 'zero|one|two|three|four|five|six|seven|eight|nine'.split('|');
const numberWords = new RegExp(
	`\\b(?:(${tens.join('|')})(?:[- ](${units.slice(1).join('|')}))?|(${units.join('|')}))\\b`,
	'gi',
);

/** What a text holds in other encodings, each as one reading; none of an encoding that it has not. */
export function decodedIn(text: string): string[] {
	const decoded = encodings.map(({ run, decode }) => (text.match(run) ?? []).map(decode).join(' '));
	const literals = [...text.matchAll(literal)].map(([, , inner]) => inner);
	if (literals.length > 1) decoded.push(literals.join(''));
	const counted = text.replace(numberWords, (_, ten?: string, unit?: string, digit?: string) =>
		ten === undefined ? at(units, digit) : `${tens.indexOf(ten.toLowerCase()) + 2}${at(units, unit)}`,
	);
	if (counted !== text) decoded.push(counted);
	return decoded.filter((each) => each.trim() !== '');
}

function at(words: readonly string[], word: string | undefined): string {
	return `${word === undefined ? 0 : words.indexOf(word.toLowerCase())}`;
}

function fromBase32(run: string): string {
	const codes: number[] = [];
	let bits = 0;
	let held = 0;
	for (const sign of run.replace(/=+$/, '')) {
		held = ((held << 5) | base32.indexOf(sign)) & 0xfff;
		bits += 5;
		if (bits < 8) continue;
		bits -= 8;
		codes.push((held >> bits) & 0xff);
	}
	return printable(codes);
}
