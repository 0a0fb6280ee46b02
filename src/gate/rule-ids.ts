import { validityPrefix } from './validity-rule.ts';

/** The ids that a gate file has used so far, those of the parts of rules with several conditions among them. */
export class RuleIds {
	/** For every id, those of the rule's conditions. */
	readonly parts = new Map<string, readonly string[]>();
	readonly #firsts = new Map<string, number>();
	readonly #lineOf: (index: number) => number | undefined;

	constructor(lineOf: (index: number) => number | undefined) {
		this.#lineOf = lineOf;
	}

	/** Adds a rule's id and those of its parts; `wrong` is told, by its key, of what they cannot be. */
	add(id: string, parts: readonly string[], index: number, wrong: (key: string, message: string) => void) {
		for (const each of new Set([id, ...parts])) {
			const first = this.#firsts.get(each);
			if (first === undefined) this.#firsts.set(each, index);
			else
				wrong('id', `"${each}" is used twice, first on line ${this.#lineOf(first)}; a rule's id is unique`);
			this.parts.set(each, each === id ? parts : [each]);
		}
		if (id.startsWith(validityPrefix))
			wrong('id', `"${id}": ids that begin with "${validityPrefix}" are those of the record checks`);
	}
}
