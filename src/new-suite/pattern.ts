/** The source of a regular expression, with whatever flags, that matches this text and no other. */
export function escaped(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\n/g, '\\n');
}
