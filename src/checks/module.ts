import { z } from 'zod';
import { CheckKind } from '../model/trial.ts';
import { fromUserModule, ModuleOptions, versionOf } from '../user-module.ts';
import { type Check, checkKind } from './check.ts';

const Identity = z.looseObject({
	kind: CheckKind,
	version: z.string().min(1).optional(),
	needsSpans: z.boolean().optional(),
	spends: z.boolean().optional(),
});

/** A function of the user's: `check(evidence, {signal})` gives a judgement; it exports its `kind` too. */
export const module = checkKind({
	options: ModuleOptions,
	async create(options, { folder }): Promise<Check> {
		const made = await fromUserModule(options, folder, { verb: 'check', factory: 'createCheck' }, {});
		const identity = Identity.safeParse(made);
		if (!identity.success) {
			throw new TypeError(
				`${options.path}: expected beside \`check\` an export \`kind\`, "policy" or "safety", and if any a \`version\` (a string); add e.g. export const kind = 'policy'`,
			);
		}
		const { kind, version, needsSpans, spends } = identity.data;
		return {
			kind,
			version: version ?? (await versionOf(folder, options.path)),
			...(needsSpans !== undefined && { needsSpans }),
			...(spends && { spends }),
			check: (evidence, context) => (made as unknown as Check).check(evidence, context),
		};
	},
});
