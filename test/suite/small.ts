import { SpangateError } from '../../src/errors.ts';
import { loadSuite } from '../../src/suite/load.ts';
import type { Suite } from '../../src/suite/suite.ts';
import { tempFolder, write } from '../support/records.ts';

/** The lines of a good suite.yaml; a test changes one. */
export const suiteLines = [
	'name: unit',
	'questions: questions.jsonl',
	'targets:',
	'  app: { use: module, path: app.ts }',
	'scorers:',
	'  - { use: terms, name: faithfulness, threshold: 0.5 }',
	'checks:',
	'  - { use: phrases, name: promises, apply: listed, forbidden: [refund] }',
	'  - { use: pii }',
];

export const questionLines = [
	'{"id":"a","input":"One?","expected":{"terms":["one"]},"policies":["promises"]}',
	'{"id":"b","input":"Two?","expected":{"terms":["two"]}}',
];

export const app = 'export function answer() {\n\treturn "one";\n}\n';

/** A good suite's files with some of them replaced; a file that is undefined is left out. */
export function suiteFolder(files: Readonly<Record<string, string | Uint8Array | undefined>> = {}): string {
	const all = {
		'suite.yaml': `${suiteLines.join('\n')}\n`,
		'questions.jsonl': `${questionLines.join('\n')}\n`,
		'app.ts': app,
		...files,
	};
	const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
	return write(tempFolder(), Object.fromEntries(given));
}

/** suite.yaml with the line that begins with `start` replaced. */
export function suiteYaml(start: string, ...replacement: string[]): string {
	const at = suiteLines.findIndex((line) => line.startsWith(start));
	if (at === -1) throw new Error(`no line of the suite begins with ${start}`);
	return `${suiteLines.toSpliced(at, 1, ...replacement).join('\n')}\n`;
}

export async function load(files: Parameters<typeof suiteFolder>[0] = {}): Promise<Suite> {
	return loadSuite(suiteFolder(files));
}

/** The problems of a bad suite, a line each, with the folder's path left out. */
export async function problemsOf(files: Parameters<typeof suiteFolder>[0]): Promise<string[]> {
	const folder = suiteFolder(files);
	try {
		await loadSuite(folder);
	} catch (error) {
		if (!(error instanceof SpangateError) || error.code !== 'config') throw error;
		const [title = '', ...lines] = error.message.split('\n');
		const listed = lines.map((line) => line.trim().replaceAll(`${folder}/`, ''));
		if (!title.endsWith(`has ${listed.length} problem${listed.length === 1 ? '' : 's'}:`)) {
			throw new Error(`a title that does not count its problems: ${error.message}`);
		}
		return listed;
	}
	throw new Error('the suite was taken');
}
