import { basename, resolve } from 'node:path';
import { ExitCode } from '../errors.ts';
import { slugOf } from '../new-suite/names.ts';
import { starterSuite } from '../new-suite/starter-suite.ts';
import { writeFolder } from '../new-suite/write-folder.ts';
import { command } from './command.ts';
import { nextStep, starterFlags, starterOf } from './new-suite-flags.ts';
import { loadSuite } from './suite.ts';

/** `spangate init`: writes a small suite that runs as it is. */
export const init = command({
	positionals: {
		folder: { type: 'string', default: 'golden/first', describe: 'Where it goes; a folder that is new' },
	},
	flags: starterFlags,
	examples: [
		['$0 init golden/shop', 'a suite with a module in place of your app'],
		['$0 init golden/shop --target http', 'with a small server, or --url where your app is'],
		['$0 init golden/shop --target openai --model gpt-4.1-mini', 'with a model and a system prompt'],
	],
	async run(args, io) {
		const starter = starterOf(args);
		const { kind, given } = starter;
		const runsAsItIs = kind !== 'openai' && given.url === undefined;
		const folder = resolve(args.folder);
		const files = starterSuite(slugOf(basename(folder)) || 'first', kind, given);
		await writeFolder(folder, files, async (written) => {
			await loadSuite(written);
		});
		io.stdout.write(
			`${args.folder}: ${Object.keys(files).join(', ')}\n` +
				`  ${nextStep(args.folder, starter)}${runsAsItIs ? '   runs it as it is' : ''}\n`,
		);
		return ExitCode.ok;
	},
});
