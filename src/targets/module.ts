import { fromUserModule, ModuleOptions } from '../user-module.ts';
import { type Target, targetKind } from './target.ts';

/** A function of the user's, in this process: its spans are children of the trial's active context. */
export const module = targetKind({
	options: ModuleOptions,
	remote: false,
	files: ({ path }) => ({ path }),
	async open(options, context): Promise<Target> {
		const made = await fromUserModule(
			options,
			context.folder,
			{ verb: 'answer', factory: 'createTarget' },
			{
				name: context.name,
				signal: context.signal,
			},
		);
		return made as unknown as Target;
	},
});
