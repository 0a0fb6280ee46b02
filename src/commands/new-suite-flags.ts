import { SpangateError } from '../errors.ts';
import { type StarterKind, type StarterOptions, starterKinds } from '../new-suite/starter-target.ts';

/** What a new suite asks. */
export const starterFlags = {
	target: {
		type: 'string',
		choices: starterKinds,
		default: 'module',
		describe: 'What the suite asks: a module, an HTTP app, or a model behind an OpenAI-compatible API',
	},
	model: { type: 'string', describe: 'The model, with --target openai' },
	url: { type: 'string', describe: 'Where the app or the API is, with --target http or openai' },
} as const;

interface StarterArgs {
	readonly target: string;
	readonly model?: string | undefined;
	readonly url?: string | undefined;
}

/** The kind of target that the flags ask for, and what it is told; a flag that says nothing there is refused. */
export function starterOf(args: StarterArgs): { readonly kind: StarterKind; readonly given: StarterOptions } {
	const kind = args.target as StarterKind;
	if (args.model !== undefined && kind !== 'openai') {
		throw new SpangateError('usage', '--model goes with --target openai alone');
	}
	if (args.url !== undefined && kind === 'module') {
		throw new SpangateError('usage', '--url goes with --target http or openai alone');
	}
	if (args.url !== undefined && !/^https?:\/\/[^/]/i.test(args.url)) {
		throw new SpangateError('usage', `--url ${args.url}: must be an http:// or https:// URL`, {
			hint: `E.g. --url http://localhost:8000${kind === 'openai' ? '/v1' : '/answer'}.`,
		});
	}
	return { kind, given: { model: args.model, url: args.url } };
}

/** What is to be done before a new suite runs, and the command that runs it, each in words for the terminal. */
export function nextStep(folder: string, { kind, given }: ReturnType<typeof starterOf>): string {
	const command = `spangate compare ${shellWord(folder)}`;
	if (given.url !== undefined)
		return `with your ${kind === 'http' ? 'app' : 'endpoint'} at ${given.url} up: ${command}`;
	if (kind === 'openai') return `with a key in OPENAI_API_KEY: ${command}`;
	return command;
}

/** A path as a shell takes it for one word. */
function shellWord(path: string): string {
	return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
