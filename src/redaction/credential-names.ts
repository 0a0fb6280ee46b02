/** The last word of a name under which credentials stand. */
const lastWords = new Set(
	'authorization apikey auth bearer cookie credential credentials dsn jwt passphrase passwd password pat pwd secret secrets signature token accesskey privatekey secretkey'.split(
		' ',
	),
);
/** What a `key` must be for to be a credential: a cache and a message have keys, too. */
const keyKinds = new Set(
	'access account admin api app auth client deploy encryption license master private secret service session shared signing ssh storage subscription'.split(
		' ',
	),
);
/** What stands for where a credential is, or what it is like, and not for the credential. */
const aboutCredentials = new Set(
	'algorithm count dir enabled env expires expiry file header id length limit name path prefix region sock timeout ttl type url uri version'.split(
		' ',
	),
);

/** A name's words in lower case, whether it is written as `apiKey`, `api_key` or `X-Api-Key`. */
function wordsOf(name: string): string[] {
	return name
		.replace(/([a-z\d])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '');
}

/** Tells whether an attribute, a header or an option of this name holds a credential. */
export function isCredentialName(name: string): boolean {
	const words = wordsOf(name);
	const [last = '', before = ''] = words.reverse();
	return lastWords.has(last) || (last === 'key' && keyKinds.has(before));
}

/** The name under which an item of a list stands: a flag's before it (`--api-key`, `abc`), else the list's own. */
export function nameOfItem(items: readonly unknown[], index: number, name: string): string {
	const before = items[index - 1];
	if (typeof before !== 'string') return name;
	const [, flag] = /^--?([\w-]{1,60})$/.exec(before) ?? [];
	return flag !== undefined && isCredentialName(flag) ? flag : name;
}

/** Tells whether an environment variable of this name looks as if it held a credential: any of its words is enough. */
export function isCredentialVariable(name: string): boolean {
	if (name === 'PWD' || name === 'OLDPWD') return false;
	if (/(?:ACCESS_?KEY_?ID|CONNECTION_?STRING)$/i.test(name)) return true;
	const words = wordsOf(name).filter((word) => !/^\d+$/.test(word));
	if (aboutCredentials.has(words.at(-1) ?? '')) return false;
	return words.some((word) => lastWords.has(word) || /(key|token|secret|passw(or)?d)$/.test(word));
}
