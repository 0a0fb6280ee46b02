import { z } from 'zod';
import { strict } from '../model/strict.ts';
import { fromUserModule, importUserModule, ModuleOptions, versionOf } from '../user-module.ts';
import { namedExport, scoreByAutoevals } from './module/autoevals.ts';
import { type Scorer, scorerKind } from './scorer.ts';

const Version = z.looseObject({ version: z.string().min(1).optional() });
const Identity = Version.extend({ needsSpans: z.boolean().optional(), spends: z.boolean().optional() });

/**
 * A function of the user's: `score(evidence, {signal})` gives a value in [0, 1], or one with its reason; with `export`,
 * a named one of the `autoevals` shape, which gets `with` among its arguments.
 */
export const module = scorerKind({
	options: strict({
		...ModuleOptions.shape,
		export: z
			.string()
			.min(1)
			.optional()
			.describe('A scorer of the autoevals shape that the module exports by this name, e.g. Levenshtein'),
	}),
	async create({ export: exported, ...options }, { folder }): Promise<Scorer> {
		if (exported !== undefined) return autoevals(exported, options, folder);
		const made = await fromUserModule(options, folder, { verb: 'score', factory: 'createScorer' }, {});
		const identity = Identity.safeParse(made);
		if (!identity.success) {
			throw new TypeError(
				`${options.path}: \`version\` must be a string and \`needsSpans\` and \`spends\` true or false`,
			);
		}
		const { version, needsSpans, spends } = identity.data;
		return {
			version: version ?? (await versionOf(folder, options.path)),
			...(needsSpans !== undefined && { needsSpans }),
			...(spends && { spends }),
			score: (evidence, context) => (made as unknown as Scorer).score(evidence, context),
		};
	},
});

async function autoevals(
	name: string,
	{ path, with: settings = {} }: ModuleOptions,
	folder: string,
): Promise<Scorer> {
	const made = await importUserModule(folder, path);
	const score = namedExport(made, name, { folder, path });
	const identity = Version.safeParse({ ...made });
	if (!identity.success) throw new TypeError(`${path}: \`version\` must be a string`);
	return {
		version: identity.data.version ?? (await versionOf(folder, path)),
		score: (evidence) => scoreByAutoevals(score, evidence, settings),
	};
}
