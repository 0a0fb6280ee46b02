import { basename, dirname, relative } from 'node:path';
import type { LeftOut, Note } from './left-out.ts';

/** The text of IMPORT.md: where a suite comes from, and what of that it does not hold, or holds otherwise. */
export function importReport(file: string, kind: string, questions: number, left: LeftOut): string {
	const folder = dirname(file);
	return [
		`# Imported from ${basename(file)}`,
		`${kind}: ${questions} question${questions === 1 ? '' : 's'}.`,
		...section('Not carried over', folder, left.leftOut, 'Everything was carried over.'),
		...(left.changed.length === 0
			? []
			: section('Carried over, but not quite the same', folder, left.changed, '')),
		...(left.unlisted === 0 ? [] : [`… and ${left.unlisted} more.`]),
		'',
	].join('\n\n');
}

/** One note on a line: its place as seen from a folder, what it is, and why. */
export function noteLine({ file, line, what, why }: Note, folder: string): string {
	return `${relative(folder, file)}${line === undefined ? '' : `:${line}`}: ${what}: ${why}`;
}

function section(title: string, folder: string, notes: readonly Note[], otherwise: string): string[] {
	return [
		`## ${title}`,
		notes.length === 0
			? otherwise
			: notes.map((note) => `- ${noteLine(note, folder).replaceAll(/\s+/g, ' ')}`).join('\n'),
	];
}
