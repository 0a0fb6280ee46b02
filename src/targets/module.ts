import { limitedBy } from '../calls/limited.ts';
import { limitOptions } from '../calls/options.ts';
import { strict } from '../model/strict.ts';
import { fromUserModule, ModuleOptions } from '../user-module.ts';
import { type Target, targetKind } from './target.ts';

/** A function of the user's, in this process: its spans are children of the trial's active context. */
export const module = targetKind({
	options: strict({ ...ModuleOptions.shape, ...limitOptions }),
	remote: false,
	files: ({ path }) => ({ path }),
	async open({ rpm, maxConcurrent, ...options }, context): Promise<Target> {
		const made = await fromUserModule(
			options,
			context.folder,
			{ verb: 'answer', factory: 'createTarget' },
			{
				name: context.name,
				signal: context.signal,
			},
		);
		const target = made as unknown as Target;
		const limited = await limitedBy({ rpm, maxConcurrent }, `target "${context.name}"`);
		if (limited === undefined) return target;
		return {
			answer(asked, given) {
				const { handedOver, repeat, took } = given;
				return limited(async (signal) => {
					// Its turn has come: what was waited until then is not its own time.
					handedOver();
					return target.answer(asked, { signal, handedOver, repeat, took });
				}, given);
			},
			close: () => target.close?.(),
		};
	},
});
