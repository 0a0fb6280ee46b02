import type { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';

/** Why a run is not complete, by its `run.json`; undefined when that says it is. */
export function unfinishedBecause({
	endedAt,
	interrupted,
	down,
	planned,
	completed,
}: Run): string | undefined {
	const counts = `${completed} of ${planned} trials`;
	if (down !== undefined) return `its target or a grader was down: ${counts}`;
	if (interrupted) return `it was interrupted: ${counts}`;
	if (endedAt === undefined) return 'it never ended, or still goes on';
	return completed === planned ? undefined : counts;
}

/** Why a record that says it is whole is not, by its own trials; undefined when it is. */
export function unsoundBecause({ run, trials, torn, conflicts }: RunFacts): string | undefined {
	if (torn[0] !== undefined) return `a kill tore ${torn[0]}`;
	if (conflicts[0] !== undefined) return `its record contradicts itself: ${conflicts[0]}`;
	return trials === run.planned ? undefined : `its record holds ${trials} of ${run.planned} trials`;
}
