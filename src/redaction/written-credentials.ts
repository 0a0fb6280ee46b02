import { isCredentialName } from './credential-names.ts';

/** A credential that is known by what stands around it, or by the form in which its provider issues it. */
export interface WrittenCredential {
	readonly type: string;
	readonly from: number;
	readonly to: number;
}

interface Way {
	readonly type: string;
	/** Its group `value` is the credential; a group `name`, where there is one, must be the name of a credential. */
	readonly pattern: RegExp;
}

/** Words for a password, in the languages of most answers; without a border, since some write none. */
const password = [
	'passw(?:or)?d|passwort|kennwort|mot de passe|contraseña|senha|palavra-passe|wachtwoord|l[öo]senord|passord',
	'adgangskode|salasana|has[łl]o|heslo|jelszó|parol[aă]|şifre|пароль|パスワード|密码|密碼|비밀번호',
].join('|');

/** What somebody writes where a credential would stand, and what stands there already instead of one. */
const standIn =
	/^(?:<[^>]*>?|\$?\{{1,2}[^}]*\}{0,2}|\$[A-Z_]+|%[A-Z_]+%|\*+|…|\.{3}|\[?(?:secret|pii):[a-z-]+#[a-z]{10}\]?)$/;

/** A value of JSON that is not in quotes; a placeholder in its place would be no JSON. */
const number = /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null)$/i;

/** How credentials are written in requests, URLs and settings; every quantifier is bounded, so none takes long. */
const ways: readonly Way[] = [
	{
		type: 'private-key',
		pattern:
			/(?<value>-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?)/dg,
	},
	// RFC 9110, 11.6.2: a scheme and its credentials.
	{
		type: 'authorization',
		pattern:
			/\b(?:proxy-)?authorization\\*["']?\s{0,8}[:=]\s{0,8}[[\\"']{0,4}(?<value>(?:(?:bearer|basic|digest|negotiate|token|apikey|aws4-hmac-sha256)\s{1,4})?[^\s"'`,;\\\]]{4,4000})/dgi,
	},
	{
		type: 'authorization',
		pattern:
			/\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s{1,4}(?<value>(?=[\w.~+/-]{0,4000}(?:\d|[a-z][A-Z]|=))[\w.~+/-]{8,4000}={0,2})/dg,
	},
	{
		type: 'cookie',
		pattern:
			/\b(?:set-)?cookie\\*["']?\s{0,8}[:=]\s{0,8}[[\\"']{0,4}(?<value>[^\s"'=;,]{1,256}=[^"'\\\r\n\]]{1,4000})/dgi,
	},
	{ type: 'jwt', pattern: /\b(?<value>eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,4000})/dg },
	{
		type: 'url-credentials',
		pattern: /\b[a-z][a-z\d+.-]{1,20}:\/\/(?<value>[^\s/@:"'<>]{0,256}:[^\s/@"'<>]{1,256})@/dgi,
	},
	// As code, JSON and query strings have it.
	{
		type: 'named',
		pattern:
			/(?:api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|client[_-]?secret|secret|token|passw(?:or)?d|passphrase)(?:\\*["']\s{0,4}[:=]|=|\s{1,4}[:=]{1,2}\s{0,4}(?=\\*["']))\s{0,4}\\*["']?(?<value>[^\s"',;&<>(){}[\]\\]{6,4000})/dgi,
	},
	// As people do; words follow a colon, too, so there must be a digit in it.
	{
		type: 'named',
		pattern:
			/(?:api[ _-]?key|access[ _-]?key|secret|token|passw(?:or)?d|passphrase)(?: is|:)\s{1,4}["'`]?(?<value>(?=[^\s"'`]{0,4000}\d)[^\s"'`,;&<>(){}[\]]{8,4000})/dgi,
	},
	// In settings and in Markdown, under a name that ends like one of a credential.
	{
		type: 'named',
		pattern:
			/(?<![\w-])(?<name>[\w-]{0,40}?(?:token|secret|password|passwd|pwd|passphrase|jwt|key))["'`*]{0,3}\s{0,3}(?::=|=>|[:=])\s{0,3}["'`*]{0,3}(?<value>(?=[^\s"'`]{0,64}\d)[^\s"'`,;&<>(){}[\]\\*]{8,4000})/dgi,
	},
	// Beside its name, with no sign between.
	{
		type: 'named',
		pattern:
			/\b(?:(?:api|access|auth|secret|bearer)[ _-](?:key|token)|auth[ _-]?token)["'`*]{0,3}(?: is)?\s{1,3}["'`*]{0,3}(?<value>(?=[\w+/=.~-]{0,64}\d)[\w+/=.~-]{20,4000})/dgi,
	},
	// A password of which a sentence tells.
	{
		type: 'named',
		pattern: new RegExp(
			`(?:${password})(?:(?! (?:is|ist|lautet|est|es|è|é|är|er|to|jest|je|is:) )[^\\n:=：.!?@/は是为為는은]){0,60}(?: (?:is|ist|lautet|est|es|è|é|är|er|to|jest|je|is:) |[:=：は是为為는은])[\\s"'\`*«„“‘「『]{0,4}(?<value>(?=[^\\s"'\`]{0,64}\\d)[^\\s"'\`,;&<>(){}[\\]*»”’」』]{8,256})`,
			'dgi',
		),
	},
	// A user and a password for a command.
	{
		type: 'named',
		pattern: /\s(?:-u|--user)[ =]["']?[\w.@-]{1,64}:(?<value>[^\s"']{6,256})/dg,
	},
	{
		type: 'named',
		pattern: /--[\w-]{0,40}(?:key|token|secret|password)[ =]{1,4}["']?(?<value>[^\s"',]{6,4000})/dgi,
	},
];

/** Without one of these words none of the ways can match. */
const credentialWord = new RegExp(
	`auth|bearer|basic|cookie|eyJ|:\\/\\/|key|secret|token|pwd|jwt|passphrase|-u |--user|-----BEGIN|${password}`,
	'i',
);

const passwordWord = new RegExp(password, 'i');

/** true when a text speaks of a password, which needs no sign to stand beside its name: `the password is …`. */
export function namesPassword(text: string): boolean {
	return passwordWord.test(text);
}

/** false when no credential is written so in a text. */
export function mayHoldWrittenCredential(text: string): boolean {
	return credentialWord.test(text);
}

/** The credentials in a text that are written as an HTTP header, in a URL, or beside the name of what they are. */
export function findWrittenCredentials(text: string): WrittenCredential[] {
	if (!mayHoldWrittenCredential(text)) return [];
	return ways.flatMap(({ type, pattern }) =>
		[...text.matchAll(pattern)].flatMap(({ groups, indices }) => {
			const [from, to] = indices?.groups?.value ?? [0, 0];
			const value = groups?.value ?? '';
			const isNumber = number.test(value) && !/["'=]/.test(text.charAt(from - 1));
			const isNamed = groups?.name === undefined || isCredentialName(groups.name);
			return !isNamed || isNumber || standIn.test(value) ? [] : [{ type, from, to }];
		}),
	);
}
