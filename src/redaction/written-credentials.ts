/** A credential that is known by what stands around it. */
export interface WrittenCredential {
	readonly type: string;
	readonly from: number;
	readonly to: number;
}

interface Way {
	readonly type: string;
	/** Its group `value` is the credential. */
	readonly pattern: RegExp;
}

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
	{
		type: 'named',
		pattern: /--[\w-]{0,40}(?:key|token|secret|password)[ =]{1,4}["']?(?<value>[^\s"',]{6,4000})/dgi,
	},
];

/** Without one of these words none of the ways can match. */
export const credentialWord =
	/auth|bearer|basic|cookie|eyJ|:\/\/|key|secret|token|passw|passphrase|-----BEGIN/i;

/** The credentials in a text that are written as an HTTP header, in a URL, or beside the name of what they are. */
export function findWrittenCredentials(text: string): WrittenCredential[] {
	return ways.flatMap(({ type, pattern }) =>
		[...text.matchAll(pattern)].flatMap(({ groups, indices }) => {
			const [from, to] = indices?.groups?.value ?? [0, 0];
			const value = groups?.value ?? '';
			const isNumber = number.test(value) && !/["'=]/.test(text.charAt(from - 1));
			return isNumber || standIn.test(value) ? [] : [{ type, from, to }];
		}),
	);
}
