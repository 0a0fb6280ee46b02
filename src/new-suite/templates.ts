/** Values by the names of variables. */
export type Vars = Readonly<Record<string, unknown>>;

const variable = /\{\{-?\s*([^{}]*?)\s*-?\}\}/g;
const path = /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+|\[\d+\])*$/u;

/**
 * A template of promptfoo (Nunjucks) with its variables filled in: `{{name}}`, `{{name.key}}` and `{{name[0]}}`, and no
 * more of that language; what is more, or a variable that is not there, is a fault.
 */
export function render(template: string, vars: Vars): { readonly text: string } | { readonly fault: string } {
	if (/\{%|\{#/.test(template)) return { fault: 'it holds template code (`{% … %}`)' };
	let fault: string | undefined;
	const text = template.replace(variable, (whole, expression: string) => {
		const value = path.test(expression) ? valueAt(vars, expression) : undefined;
		if (value !== undefined) return asText(value);
		fault ??= path.test(expression)
			? `the variable \`${expression}\` is not set`
			: `\`${whole}\` is more than a variable`;
		return whole;
	});
	return fault === undefined ? { text } : { fault };
}

/** A value with the templates in its texts filled in, however deep. */
export function renderAll(
	value: unknown,
	vars: Vars,
): { readonly value: unknown } | { readonly fault: string } {
	if (typeof value === 'string') {
		const rendered = render(value, vars);
		return 'fault' in rendered ? rendered : { value: rendered.text };
	}
	if (typeof value !== 'object' || value === null) return { value };
	const entries: [string, unknown][] = [];
	for (const [key, part] of Object.entries(value)) {
		const rendered = renderAll(part, vars);
		if ('fault' in rendered) return rendered;
		entries.push([key, rendered.value]);
	}
	return { value: Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries) };
}

function valueAt(vars: Vars, expression: string): unknown {
	let at: unknown = vars;
	for (const key of expression.split(/[.[\]]+/).filter((key) => key !== '')) {
		if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
		at = (at as Record<string, unknown>)[key];
	}
	return at;
}

/** A variable's value as it stands in a prompt. */
export function asText(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
