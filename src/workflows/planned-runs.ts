import { SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
import type { Home } from '../record/home.ts';
import { keptVerdict } from './kept-verdict.ts';
import { unfinishedBecause } from './whole-run.ts';

/** Of which suite's stored runs the ones to plan by are. */
export interface RunsRequest {
	readonly home: Home;
	/** A suite’s name. */
	readonly suite: string;
	/** The run's reference; without one, the best there is to plan by. */
	readonly run?: string | undefined;
}

/** The run to plan by, and what was passed over for it. */
export interface Chosen {
	readonly run: Run;
	readonly note?: string;
}

/**
 * The run that was named, or the best of the suite's complete ones: of all questions rather than of some, not what the gate
 * stopped, of a pair that passed or was promoted, the newest. That there is none is a config error.
 */
export function chooseRun({ home, suite, run: reference }: RunsRequest): Chosen {
	if (reference !== undefined) return { run: namedRun(home, suite, reference) };
	const { runs } = home.runs();
	const complete = runs.filter((run) => run.suite.name === suite && unfinishedBecause(run) === undefined);
	const newest = complete.toSorted(byEnd);
	const latest = newest.at(-1);
	if (latest === undefined) throw noRun(runs, suite, home);
	// A look at a few questions is no sample of the suite; one of them is better than nothing.
	const whole = newest.filter((run) => asked(run) === run.suite.questions);
	const some = whole.length > 0 ? whole : newest;
	const promoted = home.tags().get('baseline');
	const verdicts = new Map(some.map((run) => [run.id, verdictOn(run, home)]));
	const stood = some.filter(({ id }) => verdicts.get(id) !== 'NO-DEPLOY');
	const ofLatest = stood.filter((run) => run.suite.digest === latest.suite.digest);
	const left = ofLatest.length > 0 ? ofLatest : stood;
	const passed = left.filter(
		({ id, partner }) => verdicts.get(id) === 'DEPLOY' || (partner !== undefined && id === promoted),
	);
	const run = [passed, left, some].find((each) => each.length > 0)?.at(-1) ?? latest;
	const over = some.at(-1);
	const verdict = over && verdicts.get(over.id);
	if (over === undefined || over.id === run.id || over.id === run.partner || verdict === undefined) {
		return { run };
	}
	return { run, note: `The newer run @${over.id} was passed over: its verdict is ${verdict}.` };
}

/** How many questions were to be asked. */
export function asked({ planned, repeats }: Run): number {
	return planned / repeats;
}

/** The run that was measured beside this one, or why it is of no use; nothing of a run by itself. */
export interface Partner {
	readonly run?: Run;
	readonly why?: string;
}

/** The {@link Partner} of a run, when it is whole and of the same suite. */
export function partnerOf(run: Run, home: Home): Partner {
	if (run.partner === undefined) return {};
	const useless = (why: string) => ({ why: `Its partner @${run.partner} is of no use: ${why}.` });
	try {
		const partner = home.find(run.partner);
		if (partner === undefined) return useless('its record is gone');
		if (partner.suite.digest !== run.suite.digest) return useless('it is of another version of the suite');
		const unfinished = unfinishedBecause(partner);
		return unfinished === undefined ? { run: partner } : useless(`it is not complete (${unfinished})`);
	} catch (error) {
		if (!(error instanceof SpangateError)) throw error;
		return useless(error.message);
	}
}

function namedRun(home: Home, suite: string, reference: string): Run {
	const run = home.resolve(reference);
	if (run.suite.name !== suite) {
		throw new SpangateError('usage', `--run ${reference}: run @${run.id} is of suite "${run.suite.name}"`);
	}
	const unfinished = unfinishedBecause(run);
	if (unfinished === undefined) return run;
	throw new SpangateError('usage', `--run ${reference}: run @${run.id} is not complete: ${unfinished}`, {
		hint:
			run.curtailed === undefined
				? `Go on with it: \`spangate resume @${run.id}\`; or name a complete one.`
				: 'It was stopped early and cannot be gone on with; name a complete one.',
	});
}

function noRun(runs: readonly Run[], suite: string, { folder }: Home): SpangateError {
	const others = [...new Set(runs.map((run) => run.suite.name))].filter((name) => name !== suite).sort();
	return new SpangateError('config', `no complete run of a suite "${suite}" in ${folder}`, {
		hint: `Make one with \`spangate compare <suite>\` or \`spangate run <suite> --target X\`${others.length > 0 ? `; there are runs of: ${others.join(', ')}` : ''}.`,
	});
}

/** The verdict that a run's record keeps; of a baseline that was measured in a pair, its candidate's. */
function verdictOn({ id, role, partner }: Run, home: Home) {
	const holder = role === 'baseline' && partner !== undefined ? partner : id;
	return keptVerdict(home.runFolder(holder)).verdict;
}

/** The candidate of a pair counts as the later one. */
function byEnd(a: Run, b: Run): number {
	return (
		(a.endedAt ?? '').localeCompare(b.endedAt ?? '') ||
		Number(b.role === 'baseline') - Number(a.role === 'baseline') ||
		a.id.localeCompare(b.id)
	);
}
