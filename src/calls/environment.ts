import { SpangateError } from '../errors.ts';

const reference = /\$\{env:([^}]*)\}/g;
const variable = /^[A-Za-z_]\w*$/;
/** A value so short is no secret, and to hide it would hide half of every message. */
const shortest = 4;

/** What is wrong with the `${env:NAME}` of a text; undefined when nothing is. */
export function environmentProblem(text: string): string | undefined {
	const [, name] = [...text.matchAll(reference)].find(([, each = '']) => !variable.test(each)) ?? [];
	return name === undefined ? undefined : `\${env:${name}} names no environment variable`;
}

/** A text in which each `${env:NAME}` is something short, to look at what is around it. */
export function withoutEnvironment(text: string): string {
	return text.replace(reference, 'x');
}

/** Values of the environment that an endpoint is called with: they go out with its requests, and into nothing that is said. */
export class Environment {
	readonly #env: Readonly<Record<string, string | undefined>>;
	readonly #used = new Map<string, string>();

	constructor(env: Readonly<Record<string, string | undefined>>) {
		this.#env = env;
	}

	/** The text with the values in the places of `${env:NAME}`; one that is not set is a config error at this key. */
	fill(text: string, key: string): string {
		return text.replace(reference, (_, name: string) => {
			const value = this.#env[name];
			if (value === undefined || value === '') {
				throw new SpangateError('config', `${key}: the environment variable ${name} is not set`, {
					hint: `Set it, e.g. ${name}=… spangate run …; its value is never recorded or printed.`,
				});
			}
			this.#used.set(value, `\${env:${name}}`);
			return value;
		});
	}

	/** The same of all texts of a JSON value. */
	fillJson(value: unknown, key: string): unknown {
		if (typeof value === 'string') return this.fill(value, key);
		if (Array.isArray(value)) return value.map((item, index) => this.fillJson(item, `${key}.${index}`));
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([name, item]) => [name, this.fillJson(item, `${key}.${name}`)]),
		);
	}

	/** A text in which no value that was used can be read. */
	hide(text: string): string {
		let hidden = text;
		// Longest first: one value may be a part of another.
		for (const [value, name] of [...this.#used].sort(([a], [b]) => b.length - a.length)) {
			if (value.length < shortest) continue;
			for (const written of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) {
				hidden = hidden.replaceAll(written, () => name);
			}
		}
		return hidden;
	}
}
