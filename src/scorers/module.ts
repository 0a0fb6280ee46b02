import { z } from 'zod';
import { fromUserModule, ModuleOptions, versionOf } from '../user-module.ts';
import { type Scorer, scorerKind } from './scorer.ts';

const Identity = z.looseObject({
	version: z.string().min(1).optional(),
	needsSpans: z.boolean().optional(),
	spends: z.boolean().optional(),
});

/** A function of the user's: `score(evidence, {signal})` gives a value in [0, 1], or one with its reason. */
export const module = scorerKind({
	options: ModuleOptions,
	async create(options, { folder }): Promise<Scorer> {
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
