import type { AttributeValue } from '../model/question.ts';
import type { Case } from './case.ts';
import type { LeftOut } from './left-out.ts';

/** Where fields stand, for what cannot be kept of them. */
interface Place {
	readonly file: string;
	readonly line: number | undefined;
	readonly what: string;
	readonly left: LeftOut;
}

/** The longest text that groups questions; a longer one tells of its own question alone. */
const longestTag = 60;

/**
 * What else a set says of an item, as tags (short texts, by which results are sliced) and attributes (numbers, true or
 * false, lists, longer texts); what is nested deeper is left out.
 */
export function fieldsOf(
	fields: Readonly<Record<string, unknown>>,
	{ file, line, what, left }: Place,
	tagsBefore: readonly (readonly [string, string])[] = [],
): Pick<Case, 'tags' | 'attributes'> {
	const tags: Record<string, string> = Object.fromEntries(tagsBefore);
	const attributes: Record<string, AttributeValue> = {};
	for (const [key, value] of Object.entries(fields)) {
		if (value === null || value === undefined || value === '' || key === '') continue;
		// Names of ours are not a set's to write.
		const name = /^(spangate|test)\./.test(key) ? `imported.${key}` : key;
		if (typeof value === 'string' && value.length <= longestTag) tags[name] = value;
		else if (typeof value === 'string' || typeof value === 'boolean') attributes[name] = value;
		else if (typeof value === 'number' && Number.isFinite(value)) attributes[name] = value;
		else if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
			attributes[name] = value;
		else
			left.add({
				file,
				line,
				what: `${what}: ${key}`,
				why: 'it is nested deeper than a tag or an attribute',
			});
	}
	return { tags, attributes };
}
