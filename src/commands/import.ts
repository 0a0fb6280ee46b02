import { basename, dirname, extname, resolve } from 'node:path';
import { ExitCode, SpangateError } from '../errors.ts';
import { noteLine } from '../new-suite/import-report.ts';
import type { Note } from '../new-suite/left-out.ts';
import { slugOf } from '../new-suite/names.ts';
import { placeholder } from '../new-suite/placeholder.ts';
import { formats } from '../new-suite/sources.ts';
import { starterTarget } from '../new-suite/starter-target.ts';
import { linesOf, printable, type Terminal } from '../reports/terminal.ts';
import { importSuite } from '../workflows/import-suite.ts';
import { command } from './command.ts';
import { terminalOf } from './io.ts';
import { nextStep, starterFlags, starterOf } from './new-suite-flags.ts';

/** The most of a kind that is printed; all of them stand in IMPORT.md. */
const shown = 50;

/** `spangate import`: makes a suite of a set that was written for another tool. */
export const importCommand = command({
	positionals: {
		file: {
			type: 'string',
			demandOption: true,
			describe: 'A config or tests of promptfoo, samples of OpenAI evals or Inspect, CSV or JSON lines',
		},
	},
	flags: {
		output: { alias: 'o', type: 'string', describe: 'Where it goes; by default golden/<name of the file>' },
		format: {
			type: 'string',
			choices: formats,
			describe: 'What the file was written for; by default told by its content',
		},
		grade: {
			type: 'string',
			choices: ['contains', 'exact', 'similarity'],
			default: 'contains',
			describe: 'How the answers that a set gives are looked for; promptfoo’s assertions say it themselves',
		},
		...starterFlags,
	},
	examples: [
		['$0 import promptfooconfig.yaml -o golden/shop', 'its tests, prompts and assertions'],
		['$0 import samples.jsonl --grade exact', 'samples of OpenAI evals, or of Inspect'],
	],
	async run(args, io) {
		const starter = starterOf(args);
		const { kind, given } = starter;
		const file = resolve(args.file);
		const name = nameOf(args.output ?? file, args.output === undefined);
		const output = args.output ?? `golden/${name}`;
		const imported = await importSuite({
			...{ file, folder: resolve(output), name, format: args.format },
			grading: args.grade,
			starter: starterTarget(kind, given, placeholder),
		});
		const { leftOut, changed, unlisted, questions, scorers, checks } = imported;
		const terminal = terminalOf(io);
		const list = (title: string, names: readonly string[]) =>
			hanging(`  ${title}  `, printable(names.join(', ')) || 'none', terminal);
		io.stdout.write(
			`${output}: ${questions} question${questions === 1 ? '' : 's'} from ${imported.kind}\n` +
				list('scorers', scorers) +
				list('checks ', checks) +
				notes('not carried over', leftOut, terminal) +
				notes('carried over, but not quite the same', changed, terminal) +
				(unlisted === 0 ? '' : `… and ${unlisted} more notes\n`) +
				`${kind === 'module' ? `Connect your app in ${output}/app.mts, then ` : kind === 'openai' || given.url !== undefined ? 'Next, ' : 'Next: '}${nextStep(output, starter)}\n`,
		);
		return ExitCode.ok;
	},
});

/** A config's own name says nothing: its folder's does. */
function nameOf(path: string, isFile: boolean): string {
	const own = basename(path, isFile ? extname(path) : '');
	const words = /^promptfooconfig/.test(own) ? basename(dirname(path)) : own;
	const name = slugOf(words);
	if (name !== '') return name;
	throw new SpangateError('usage', `${path}: no name for a suite can be made of it`, {
		hint: 'Name its folder: -o golden/<name>.',
	});
}

/** A text behind a title, wrapped below its own beginning. */
function hanging(title: string, text: string, { columns }: Terminal, indent = title.length): string {
	const lines = linesOf(text, columns - Math.max(title.length, indent));
	return `${title}${lines.join(`\n${' '.repeat(indent)}`)}\n`;
}

function notes(title: string, all: readonly Note[], terminal: Terminal): string {
	if (all.length === 0) return '';
	const lines = all
		.slice(0, shown)
		.map((note) => hanging('  ', printable(noteLine(note, process.cwd())), terminal, 4));
	const more = all.length > shown ? `  … and ${all.length - shown} more, in IMPORT.md\n` : '';
	return `${title} (${all.length}):\n${lines.join('')}${more}`;
}
