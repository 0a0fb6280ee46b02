import { SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
import type { Home } from '../record/home.ts';

/** What is gone on with. */
export interface Unfinished {
	/** One run, or both of a pair, the baseline first. */
	readonly runs: readonly [Run, ...Run[]];
	/** The run on the other side of the comparison, when that one has ended or was stored before. */
	readonly partner: Run | undefined;
}

/**
 * The run that a reference names (by default the newest unfinished one), when it did not end by itself, with the one
 * that was measured beside it if that did not either. A run that ended, none, or one whose partner has no record is
 * a usage error.
 */
export function findUnfinished(home: Home, reference: string | undefined): Unfinished {
	const run = reference === undefined ? newest(home) : home.resolve(reference);
	if (run.curtailed !== undefined) {
		throw new SpangateError(
			'usage',
			`run @${run.id} has ended: it was stopped early, since rule ${run.curtailed.rule} fails whatever the ${run.curtailed.saved} trial(s) say that were not asked`,
			{
				hint: `\`spangate gate @${run.id}\` judges it again; to ask everything, measure anew without --until-decided.`,
			},
		);
	}
	if (!isUnfinished(run)) {
		throw new SpangateError('usage', `run @${run.id} has ended; there is nothing to go on with`, {
			hint: `\`spangate gate @${run.id}\` judges it again, \`spangate export @${run.id}\` sends what is outstanding of its spans.`,
		});
	}
	if (run.role === 'single') return { runs: [run], partner: undefined };
	const partner = partnerOf(run, home);
	if (partner.partner !== run.id || !isUnfinished(partner)) return { runs: [run], partner };
	return { runs: run.role === 'baseline' ? [run, partner] : [partner, run], partner: undefined };
}

/** true when a kill or an interrupt ended the run. */
export function isUnfinished({ endedAt, interrupted }: Run): boolean {
	return endedAt === undefined || interrupted;
}

function partnerOf({ id, partner }: Run, home: Home): Run {
	const found = partner === undefined ? undefined : home.find(partner);
	if (found !== undefined) return found;
	const named = partner === undefined ? 'the run' : `@${partner}, the run`;
	throw new SpangateError(
		'usage',
		`run @${id} cannot go on: ${named} that it is compared with, has no record`,
		{
			hint: 'It was removed, or a kill came before it had begun: measure anew with `spangate compare`.',
		},
	);
}

function newest(home: Home): Run {
	const run = home.runs().runs.filter(isUnfinished).at(-1);
	if (run !== undefined) return run;
	throw new SpangateError('usage', `no unfinished run in ${home.folder}; there is nothing to go on with`, {
		hint: 'Of a run that ended before its verdict came, `spangate gate @<run-id>` gives it; see `spangate runs`.',
	});
}
