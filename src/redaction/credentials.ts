import { SpangateError } from '../errors.ts';
import { isCredentialName, isCredentialVariable, nameOfItem } from './credential-names.ts';
import { Sign, signsIn } from './signs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a known credential stands in a text, and where it is from. */
export interface KnownCredential {
	readonly type: string;
	readonly from: number;
	readonly to: number;
}

/** A shorter value of a variable could be a word or a number like any other. */
const minLength = 8;
const minNamedLength = 4;

/** Variables that hold lists of headers: `name=value,name=value`, percent-encoded. */
const headerLists = /^(?:OTEL_EXPORTER_OTLP(?:_[A-Z]+)?|SPANGATE_(?:JAEGER|TEMPO|PROMETHEUS))_HEADERS$/;
/** Headers that say how, and not who. */
const openHeaders =
	/^(?:accept(?:-.*)?|content-.*|user-agent|cache-control|connection|host|x-request-id|traceparent)$/i;
/** Tells whether a header of this name holds no credential. */
export function isOpenHeader(name: string): boolean {
	return openHeaders.test(name);
}

const variableName = /^[A-Z_][A-Z0-9_]*$/;
const onlyReference = /^(?:(?:basic|bearer|token)\s+)?\$\{[\w.:\s]+\}$/i;
/** By this spangate itself fills in a variable, and so one of any name. */
const filledReference = /\$\{env:([A-Za-z_]\w*)\}/g;
/** Options that are a variable's name: `apiKeyEnv`. */
const variableOption = /Env$/;
const variableReference = /\$\{?\s*(?:env[.:])?\s*([A-Z_][A-Z0-9_]*)\s*\}?/g;

/**
 * Credentials by their values, so that they are found wherever they turn up: in the environment, in the headers and
 * the options of a suite.
 */
export class Credentials {
	/** The type of each value. */
	readonly #types = new Map<string, string>();
	#values: { readonly tokens: readonly string[]; readonly others: readonly string[] } | undefined;

	/** Those of environment variables that look as if they held one by their names, or that hold headers. */
	static ofEnvironment(env: Environment): Credentials {
		const known = new Credentials();
		for (const [name, value] of Object.entries(env)) {
			if (value === undefined) continue;
			if (headerLists.test(name)) known.#addHeaderList(value);
			else if (isCredentialVariable(name)) known.add(value, 'environment');
			known.#addUser(value);
		}
		return known;
	}

	/**
	 * Adds what a suite's definition holds, and the environment's variables that it names: those of `secretEnv`, and any
	 * that an option names (`apiKeyEnv: MY_KEY`) or refers to (`${MY_KEY}`). A named one that is too short to be told
	 * from other words is a `config` error.
	 */
	addSuite(definition: unknown, secretEnv: readonly string[], env: Environment): void {
		for (const name of secretEnv) {
			const value = env[name];
			if (value === undefined || value === '') continue;
			if (value.length < minNamedLength) {
				throw new SpangateError(
					'config',
					`secretEnv: the value of ${name} has less than ${minNamedLength} characters; it cannot be told from other text`,
					{ hint: 'Leave it out, or give it a longer value.' },
				);
			}
			this.#keep(value, 'environment');
		}
		this.#addOptions(definition, env);
	}

	/** Adds a value, unless it is too short to be told from other words. */
	add(value: string, type: string): void {
		if (value.length >= minLength) this.#keep(value, type);
	}

	/** true when a text without any sign holds a value all the same: a password of a few words shows none. */
	standsIn(text: string): boolean {
		return this.#sorted().others.some((value) => text.includes(value));
	}

	/** Where the values stand in a text that has these signs. */
	find(text: string, signs: number): KnownCredential[] {
		const { tokens, others } = this.#sorted();
		const found: KnownCredential[] = [];
		// A search for each is many times faster than an expression of all.
		for (const values of signs & Sign.token ? [tokens, others] : [others]) {
			for (const value of values) {
				const type = this.#types.get(value) ?? 'environment';
				for (let from = text.indexOf(value); from !== -1; from = text.indexOf(value, from + value.length)) {
					found.push({ type, from, to: from + value.length });
				}
			}
		}
		return found;
	}

	#keep(value: string, type: string): void {
		this.#values = undefined;
		// As it is, and as it stands in a URL, inside of JSON text, and in a header of HTTP.
		for (const written of [
			value,
			encodeURIComponent(value.toWellFormed()),
			JSON.stringify(value).slice(1, -1),
		]) {
			if (!this.#types.has(written)) this.#types.set(written, type);
		}
		const [, scheme = '', rest = ''] = /^(basic|bearer|token)\s+(\S+)$/i.exec(value) ?? [];
		if (rest === '') return;
		this.add(rest, type);
		if (scheme.toLowerCase() !== 'basic') return;
		const decoded = Buffer.from(rest, 'base64').toString('utf8');
		this.add(decoded, type);
		this.add(decoded.slice(decoded.indexOf(':') + 1), type);
	}

	#addHeaderList(list: string): void {
		this.add(list, 'header');
		for (const pair of list.split(',')) {
			const at = pair.indexOf('=');
			const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
			if (at <= 0 || openHeaders.test(name)) continue;
			this.add(value, 'header');
			this.add(decoded(value), 'header');
		}
	}

	/** The user of a URL: `https://user:password@host`. */
	#addUser(value: string): void {
		const [, user = '', password = ''] = /^[a-z][a-z\d+.-]*:\/\/([^\s/@:]*):([^\s/@]+)@/i.exec(value) ?? [];
		if (password === '') return;
		this.add(`${user}:${password}`, 'url-credentials');
		this.add(password, 'url-credentials');
		this.add(decoded(password), 'url-credentials');
	}

	#addOptions(options: unknown, env: Environment, name = ''): void {
		if (typeof options === 'string') {
			if (isCredentialName(name)) this.add(options, 'option');
			this.#addUser(options);
			const named = variableName.test(options) || variableOption.test(name) ? [options] : [];
			const referred = [variableReference, filledReference].flatMap((reference) =>
				[...options.matchAll(reference)].map(([, variable = '']) => variable),
			);
			for (const variable of [...named, ...referred]) this.add(env[variable] ?? '', 'environment');
		} else if (Array.isArray(options)) {
			for (const [index, item] of options.entries()) {
				this.#addOptions(item, env, nameOfItem(options, index, name));
			}
		} else if (typeof options === 'object' && options !== null) {
			for (const [key, value] of Object.entries(options)) {
				if (key === 'headers') this.#addHeaders(value);
				this.#addOptions(value, env, key);
			}
		}
	}

	#addHeaders(headers: unknown): void {
		if (typeof headers !== 'object' || headers === null) return;
		for (const [name, value] of Object.entries(headers)) {
			// One that refers to a variable is no credential itself; the variable's value is.
			const isHidden = typeof value === 'string' && !openHeaders.test(name);
			if (isHidden && !onlyReference.test(value)) this.add(value, 'header');
		}
	}

	/** Those that show themselves by a sign are looked for only where there is one. */
	#sorted() {
		if (this.#values === undefined) {
			const isToken = (value: string) => (signsIn(value) & Sign.token) !== 0;
			const values = [...this.#types.keys()];
			this.#values = { tokens: values.filter(isToken), others: values.filter((value) => !isToken(value)) };
		}
		return this.#values;
	}
}

function decoded(value: string): string {
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}
