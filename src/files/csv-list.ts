import { parse } from 'csv-parse/sync';
import { messageOf } from '../errors.ts';

/** The items of a text that stand between commas; one in quotes may hold some. What is no such list is a fault. */
export function csvList(text: string): readonly string[] | { readonly fault: string } {
	try {
		return parse(text, { trim: true, relax_quotes: true, record_delimiter: '\0' }).flat();
	} catch (error) {
		return { fault: messageOf(error) };
	}
}
