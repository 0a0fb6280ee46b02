import { z } from 'zod';

/** Where the JSON of an answer may stand, as an option. */
export const Fence = z
	.enum(['optional', 'refused', 'anywhere'])
	.default('optional')
	.describe(
		'A Markdown code fence may wrap the whole answer; must not; or may stand among other text, as the only one',
	);

/** How every JSON text begins (RFC 8259, §3). */
const beginsAsJson = /^[[{"\d\-tfn]/;

/** The value of a JSON answer, or why it is none. */
export type ParsedAnswer = { readonly value: unknown } | { readonly fault: string };

/** Reads a whole output as JSON (RFC 8259), out of its code fence where the option says that it may have one. */
export function parseJsonAnswer(output: string, where: z.output<typeof Fence>): ParsedAnswer {
	const text = output.trim();
	// A parser's fault takes many times as long as a look at the first character, so it is asked for only to be told.
	const bare = beginsAsJson.test(text) ? parse(text) : undefined;
	if (bare !== undefined && 'value' in bare) return bare;
	const fault = () => bare ?? parse(text);
	if (where === 'refused') return fault();
	const lines = text.split(/\r?\n/);
	const fences = fencesIn(lines);
	if (where === 'anywhere' && fences.length > 1)
		return { fault: `${fences.length} code fences, expected one` };
	const [first] = fences;
	if (first === undefined) return fault();
	const isWhole = first.open === 0 && first.close === lines.length - 1;
	if (where === 'optional' && !isWhole) return fault();
	return parse(lines.slice(first.open + 1, first.close).join('\n'));
}

const opening = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

/** The lines on which each fence opens and closes, the closing one at least as long (CommonMark 0.31, §4.5). */
function fencesIn(lines: readonly string[]): { readonly open: number; readonly close: number }[] {
	const fences: { open: number; close: number }[] = [];
	let open: { readonly line: number; readonly mark: string } | undefined;
	for (const [line, text] of lines.entries()) {
		if (open === undefined) {
			const mark = opening.exec(text)?.[1];
			if (mark !== undefined) open = { line, mark };
		} else if (closes(text.trim(), open.mark)) {
			fences.push({ open: open.line, close: line });
			open = undefined;
		}
	}
	return fences;
}

function closes(line: string, mark: string): boolean {
	return line.startsWith(mark) && line === mark.charAt(0).repeat(line.length);
}

function parse(text: string): ParsedAnswer {
	try {
		return { value: JSON.parse(text) };
	} catch (error) {
		return { fault: `no JSON: ${error instanceof Error ? error.message : String(error)}` };
	}
}
