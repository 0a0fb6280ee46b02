import { SpangateError } from '../errors.ts';
import { targetKinds } from '../targets/index.ts';
import type { Files } from './write-folder.ts';

/** The kinds of target that a new suite can begin with. */
export const starterKinds = ['module', 'http', 'openai'] as const;
/** One of them. */
export type StarterKind = (typeof starterKinds)[number];

/** What a new suite asks, and the files that this takes. */
export interface Starter {
	readonly targets: Readonly<Record<'baseline' | 'candidate', Readonly<Record<string, unknown>>>>;
	readonly files: Files;
}

/** What a new target is told: a model's name, and where its API or app is. */
export interface StarterOptions {
	readonly model?: string | undefined;
	readonly url?: string | undefined;
}

const defaultModel = 'gpt-4.1-mini';

/** The targets `baseline` and `candidate` of a new suite; both are one app, until one is changed. */
export function starterTarget(kind: StarterKind, given: StarterOptions, app: App): Starter {
	if (!Object.hasOwn(targetKinds, kind)) {
		throw new SpangateError('usage', `--target ${kind}: this version has no such target`, {
			hint: `Expected one of: ${starterKinds.filter((each) => Object.hasOwn(targetKinds, each)).join(', ')}.`,
		});
	}
	switch (kind) {
		case 'module':
			return {
				targets: {
					baseline: { use: 'module', path: './app.mts', with: { release: 1 } },
					candidate: { use: 'module', path: './app.mts', with: { release: 2 } },
				},
				files: { 'app.mts': app.module },
			};
		case 'http':
			return given.url === undefined
				? ownServer(app)
				: { targets: both({ use: 'http', url: given.url }), files: {} };
		case 'openai': {
			const { model = defaultModel, url } = given;
			const target = { use: 'openai', model, ...(url !== undefined && { baseUrl: url }), ...app.openai };
			return { targets: both(target), files: {} };
		}
	}
}

/** The app that stands in for the user's own, until that is connected. */
export interface App {
	/** A module that exports `createTarget`. */
	readonly module: string;
	/** Further options of a model. */
	readonly openai: Readonly<Record<string, unknown>>;
}

function both(target: Readonly<Record<string, unknown>>): Starter['targets'] {
	return { baseline: target, candidate: target };
}

function ownServer(app: App): Starter {
	const served = (release: number) => ({
		use: 'http',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: a suite.yaml writes it so; nothing here is interpolated
		url: 'http://127.0.0.1:${PORT}/answer',
		start: { command: ['node', 'server.mts'], env: { RELEASE: String(release) }, ready: '/healthz' },
	});
	return {
		targets: { baseline: served(1), candidate: served(2) },
		files: { 'app.mts': app.module, 'server.mts': server },
	};
}

const server = `// Serves the app over HTTP, as spangate asks it: POST { id, input } and an answer back.
// Put your own app here, or its URL in suite.yaml in place of \`start:\`.
import { createServer } from 'node:http';
import { createTarget } from './app.mts';

const { answer } = createTarget({ release: Number(process.env.RELEASE) });

createServer(async (request, response) => {
	if (request.method === 'GET') {
		response.end('ready');
		return;
	}
	let body = '';
	for await (const piece of request.setEncoding('utf8')) body += piece;
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify(answer(JSON.parse(body))));
}).listen(Number(process.env.PORT), '127.0.0.1');
`;
