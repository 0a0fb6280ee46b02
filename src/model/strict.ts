import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

/** A strict object that tells of an unknown key which one may be meant, or lists those it knows; `wanted` is the whole. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape, wanted?: string) {
	const known = Object.keys(shape);
	return z.strictObject(shape, {
		error: (issue) => {
			if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys ?? [], known);
			return issue.code === 'invalid_type' && wanted !== undefined ? `expected ${wanted}` : undefined;
		},
	});
}

/** The known name that a wrong one is likely meant for: at most two letters off, and most of it right, or cut short. */
export function meant(wrong: string, known: readonly string[]): string | undefined {
	let best: { readonly name: string; readonly off: number } | undefined;
	for (const name of known) {
		// Two letters that changed places are one slip, not two.
		const off = lettersOf(wrong) === lettersOf(name) ? 1 : distance(wrong, name);
		if (off <= 2 && off < name.length / 2 && off < (best?.off ?? Infinity)) best = { name, off };
	}
	// What was written may be the beginning of a longer name.
	const longer = wrong.length < 4 ? [] : known.filter((name) => name.startsWith(wrong));
	return best?.name ?? (longer.length === 1 ? longer[0] : undefined);
}

function lettersOf(word: string): string {
	return [...word].sort().join('');
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
	const strange = keys.filter((key) => meant(key, known) === undefined);
	const misspelt = keys.filter((key) => !strange.includes(key));
	return [
		...misspelt.map((key) => `unknown key "${key}"; did you mean \`${meant(key, known)}\`?`),
		...(strange.length === 0
			? []
			: [`unknown key ${strange.map((key) => `"${key}"`).join(', ')}; expected one of: ${known.join(', ')}`]),
	].join(' ');
}
