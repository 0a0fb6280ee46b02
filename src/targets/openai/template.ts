import type { Asked } from '../../model/question.ts';

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
const attribute = /^attributes\.(.+)$/;

/** What of a template stands for nothing of a question; undefined when all of it does. */
export function templateProblem(template: string): string | undefined {
	const [, unknown] = [...template.matchAll(placeholder)].find(([, name = '']) => !isKnown(name)) ?? [];
	if (unknown === undefined) return undefined;
	return `{{${unknown}}} stands for nothing; expected {{input}}, {{id}}, {{attributes}} or {{attributes.<name>}}`;
}

/** true when a template shows the model what is asked. */
export function showsInput(template: string): boolean {
	return [...template.matchAll(placeholder)].some(([, name = '']) => name !== 'id' && isKnown(name));
}

/** A template with the question in its places; what the question brings is never read as a template. Throws when it lacks an attribute. */
export function fill(template: string, { id, input, attributes = {} }: Asked): string {
	return template.replace(placeholder, (_, name: string) => {
		if (name === 'input') return input;
		if (name === 'id') return id;
		if (name === 'attributes') return JSON.stringify(attributes);
		const key = attribute.exec(name)?.[1] ?? '';
		if (!Object.hasOwn(attributes, key)) {
			throw new Error(`the template wants {{attributes.${key}}}, and question "${id}" has no such attribute`);
		}
		const value = attributes[key];
		return typeof value === 'string' ? value : JSON.stringify(value);
	});
}

function isKnown(name: string): boolean {
	return ['input', 'id', 'attributes'].includes(name) || attribute.test(name);
}
