import type { Asked } from './question.ts';

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
const whole = /^\{\{\s*([^{}]*?)\s*\}\}$/;
const attribute = /^attributes\.(.+)$/;

/** What of a template stands for nothing of a question; undefined when all of it does. */
export function templateProblem(template: string): string | undefined {
	const unknown = namesIn(template).find((name) => !isKnown(name));
	if (unknown === undefined) return undefined;
	return `{{${unknown}}} stands for nothing; expected {{input}}, {{id}}, {{attributes}} or {{attributes.<name>}}`;
}

/** true when a template says something of the question. */
export function namesQuestion(template: string): boolean {
	return namesIn(template).some(isKnown);
}

/**
 * A template with the question in its places, each as `write` writes it; what the question brings is never read as a
 * template. Throws when the question lacks an attribute.
 */
export function fillTemplate(
	template: string,
	asked: Asked,
	write: (text: string) => string = (text) => text,
): string {
	return template.replace(placeholder, (_, name: string) => {
		const value = partOf(name, asked);
		return write(typeof value === 'string' ? value : JSON.stringify(value));
	});
}

/** A JSON value with the question in the places of its texts; a text that is nothing but a place becomes what stands there, as it is. */
export function fillJson(value: unknown, asked: Asked): unknown {
	if (typeof value === 'string') {
		const [, name] = whole.exec(value) ?? [];
		return name === undefined ? fillTemplate(value, asked) : partOf(name, asked);
	}
	if (Array.isArray(value)) return value.map((item) => fillJson(item, asked));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillJson(item, asked)]));
}

function namesIn(template: string): string[] {
	return [...template.matchAll(placeholder)].map(([, name = '']) => name);
}

function isKnown(name: string): boolean {
	return name === 'input' || name === 'id' || name === 'attributes' || attribute.test(name);
}

function partOf(name: string, { id, input, attributes = {} }: Asked): unknown {
	if (name === 'input') return input;
	if (name === 'id') return id;
	if (name === 'attributes') return attributes;
	const key = attribute.exec(name)?.[1] ?? '';
	if (Object.hasOwn(attributes, key)) return attributes[key];
	throw new Error(`the template wants {{attributes.${key}}}, and question "${id}" has no such attribute`);
}
