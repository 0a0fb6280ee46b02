/** What stands in a manual where a credential would: nobody is let in by it. */
const sample =
	/example|sample|dummy|placeholder|change[-_ ]?me|redacted|foobar|insert[-_]|replace[-_]|<|>|\$\{|\{\{|\*{3}|\.{3}|…|(?:^|[^a-z])your(?![a-z])/i;
/** What fills the place of a random part; in a password that somebody chose it is a part like any other. */
const filler = /x{4}|0{8}|1234567|abcdefg/i;
const onlyFiller = /^(?:x+|0+|1234567\d*|abcdefg\w*)$/i;
/** A long run of base64 holds short words by chance. */
const longestSample = 200;

/** What stands for a password, or is one that a program comes with. */
const defaults =
	/^(?:pass|passw(?:or)?d|pwd|secret|user(?:name)?|token|admin|root|guest|test|postgres|mysql|redis|minio)?$/i;
const noHost =
	/^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\b|(?:[\w-]+\.)*example(?:\.|\b)|(?:[\w.-]+\.)?(?:test|invalid)\b)/i;

/** Code that computes the value, or names where it is. */
const code =
	/^(?:process\.env|os\.|env[.:[]|import\.meta|(?:[A-Za-z_$][\w$]*\.)+[A-Za-z_$][\w$]*$|(?:https?|file):|[./~]*\/[\w.-]+\/|\d{4}-\d\d-\d\d)/;
const namesItself = /passw|secret|token|(?:api|access)[-_]?key|credential/i;

/** The names of what is no secret though it is called a key or a token. */
const openName =
	/(?:page|next|prev(?:ious)?|csrf|xsrf|continuation|cursor|sync|idempotency|public|publishable|cache|sort|partition|primary|foreign|max|stop|eos|bos|pad)[-_ ]?(?:api)?[-_ ]?(?:token|key)["'`*\s:=]{0,8}$/i;

/** The payload of the sample token of every manual, of John Doe: `{"sub":"1234567890",…`. */
const sampleJwt = 'eyJzdWIiOiIxMjM0NTY3ODkw';

/** true when a credential of a provider's form is none that a manual shows. */
export function isIssued(value: string): boolean {
	return value.length > longestSample || !(sample.test(value) || filler.test(value));
}

/**
 * Tells whether what is written as a credential can be one that somebody uses, rather than a sample, a placeholder or
 * code: redaction replaces either, but only one of them is a leak.
 */
export function isReal(
	type: string,
	value: string,
	{ before, after }: { before: string; after: string },
): boolean {
	if (type === 'jwt') return !value.includes(sampleJwt);
	if (type === 'private-key')
		return /(?:[A-Za-z0-9+/=]|\\n|\s){64}/.test(value.replace(/-----[^-]*-----/g, ''));
	if (type === 'url-credentials') return isLogin(value, after);
	if (!isIssued(value)) return false;
	if (type === 'cookie') return isRandom(value.slice(value.indexOf('=') + 1));
	if (type === 'authorization') return isRandom(value.replace(/^\S+\s+/, ''));
	if (type !== 'named') return true;
	if (openName.test(before) || code.test(value) || namesItself.test(value) || /^[([.]/.test(after))
		return false;
	return isPasswordName(before) ? isPassword(value) : isRandom(value);
}

/** A user and a password in a URL, but for those that a local database comes with. */
function isLogin(value: string, after: string): boolean {
	const at = value.indexOf(':');
	const [user, password] = [value.slice(0, at), value.slice(at + 1)];
	if (sample.test(value) || onlyFiller.test(password) || defaults.test(password)) return false;
	return password !== user && !noHost.test(after.replace(/^@/, ''));
}

function isPasswordName(before: string): boolean {
	return !/(?:token|key|secret|jwt|bearer)["'`*\s:=>]{0,8}(?:is\s{0,3}["'`*]{0,3})?$/i.test(before);
}

/** A password as people choose it: letters and a digit, at least. */
function isPassword(value: string): boolean {
	const [bare = ''] = /^.*[^.:!?]/.exec(value) ?? [];
	return bare.length >= 8 && /\d/.test(bare) && (bare.match(/\p{L}/gu)?.length ?? 0) >= 3;
}

/** A run of letters and digits that no word, version or name has. */
function isRandom(value: string): boolean {
	return value
		.split(/[^A-Za-z0-9+/]/)
		.some(
			(part) =>
				part.length >= 12 &&
				(part.match(/\d/g)?.length ?? 0) >= 2 &&
				(part.match(/[A-Za-z]/g)?.length ?? 0) >= 2,
		);
}
