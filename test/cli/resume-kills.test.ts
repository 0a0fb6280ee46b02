import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { type Sink, startSink } from '../support/otlp-sink.ts';
import { type Json, readJson, readStoredRun, type StoredRun } from '../support/stored-run.ts';
import { assertWhole, essence, isTorn, neverTaken, runFolders } from '../support/whole-record.ts';

/** When a process dies: some time after its run's folder is there, or in the middle of a change of a file. */
type Death =
	| { readonly afterMs: number }
	| { readonly change: number; readonly part: number; readonly on?: string };

/** One life of a compare: how often it is killed, and whether a backend takes its spans. */
interface Life {
	readonly number: number;
	readonly deaths: readonly Death[];
	readonly sent: boolean;
}

// A failure says its seed: SPANGATE_KILL_SEED repeats it, SPANGATE_KILLS makes more of them.
const seed = Number(process.env.SPANGATE_KILL_SEED ?? Date.now() % 1_000_000);
const suite = fixture('paces');
const mostMs = 400;
/** About as many as an unbroken run of the suite makes. */
const changesOfRun = 110;
const lives = drawLives(seed, Number(process.env.SPANGATE_KILLS ?? 20));

const on = 'renameSync run.json.tmp';
/** Moments that chance seldom finds: one run.json of the pair is there, one has its end, or both have. */
const narrow: readonly Death[] = [
	{ change: 1, part: 1, on },
	{ change: 3, part: 1, on },
	{ change: 4, part: 0, on },
	{ change: 4, part: 1, on },
];

function drawLives(from: number, count: number): Life[] {
	const random = xoroshiro128plus(from);
	const below = (limit: number) => uniformInt(random, 0, limit - 1);
	const death = (): Death =>
		below(3) === 0
			? { afterMs: below(mostMs) }
			: { change: 1 + below(below(2) === 0 ? 30 : changesOfRun), part: below(5) / 4 };
	return Array.from({ length: count }, (_, number) => ({
		number,
		deaths: Array.from({ length: [1, 1, 2, 3][below(4)] ?? 1 }, death),
		sent: below(3) === 0,
	}));
}

/** Starts a command that dies so; one that was done before is fine. */
async function kill(workspace: Workspace, args: readonly string[], death: Death): Promise<Finished> {
	if ('change' in death) {
		return workspace.spangate(args, {
			nodeArgs: ['--import', fixture('kill-at-write.js')],
			env: { KILL_AT: String(death.change), KILL_PART: String(death.part), KILL_ON: death.on ?? '' },
		});
	}
	const before = existsSync(join(workspace.home, 'runs'));
	const command = workspace.start(args);
	// A resume says when it begins; a first run makes its folder.
	const begun = () =>
		before ? command.stderr.includes('Going on') : existsSync(join(workspace.home, 'runs'));
	await Promise.race([command.until(begun).catch(() => {}), command.finished]);
	await sleep(death.afterMs);
	command.signal('SIGKILL');
	return command.finished;
}

/** What stands in a home: whether its pair can be gone on with. */
function stateOf(home: string): 'not begun' | 'unfinished' | 'ended' {
	const runs = runFolders(home).map((id) => readJson(join(home, 'runs', id, 'run.json')));
	if (runs.length < 2) return 'not begun';
	return runs.every(({ endedAt }: Json) => endedAt !== undefined) ? 'ended' : 'unfinished';
}

async function assertReadable(workspace: Workspace): Promise<void> {
	const listed = await workspace.inProcess(['runs', '--json']);
	expect(listed.code).toBe(0);
	const { runs } = JSON.parse(listed.stdout);
	expect(runs.map(({ id }: Json) => id).sort()).toEqual(runFolders(workspace.home));
	for (const run of runs) {
		const judged = await workspace.inProcess(['gate', run.id, '--json', '--baseline', run.partner]);
		if (runs.length < 2) continue;
		const side = JSON.parse(judged.stdout).candidate;
		expect(side.run.id).toBe(run.id);
		if (run.endedAt === undefined) expect(judged.code).toBe(3);
		const trials = join(workspace.home, 'runs', run.id, 'trials.jsonl');
		if (isTorn(trials)) expect(judged.stdout).toContain('the last line of trials.jsonl is torn');
	}
}

function tornFiles(home: string): string[] {
	const files = runFolders(home).flatMap((id) =>
		['spans.jsonl', 'trials.jsonl'].map((name) => join(home, 'runs', id, name)),
	);
	return files.filter(isTorn);
}

async function live({ deaths, sent }: Life, unbroken: Unbroken): Promise<void> {
	const workspace = new Workspace();
	const sink = sent ? await startSink() : undefined;
	const otlp = sink === undefined ? [] : ['--otlp', sink.endpoint];
	let finished: Finished | undefined;
	for (const [index, death] of deaths.entries()) {
		const args = index === 0 ? ['compare', suite, '-j', '4', '--json', ...otlp] : ['resume', '--json'];
		finished = await kill(workspace, args, death);
		if (finished.signal !== 'SIGKILL') break;
		await assertReadable(workspace);
		if (stateOf(workspace.home) !== 'unfinished') break;
	}
	const state = stateOf(workspace.home);
	const torn = tornFiles(workspace.home);
	const resumed = await workspace.spangate(['resume', '--json']);
	if (state !== 'unfinished') {
		expect(resumed).toMatchObject({ code: 2, stdout: '' });
		expect(resumed.stderr).toMatch(/there is nothing to go on with|measure anew with `spangate compare`/);
		if (state === 'ended') await judgeEnded(workspace, sink, unbroken);
		return;
	}
	expect(resumed.signal).toBe(null);
	expect(essence(resumed), resumed.stderr).toEqual(unbroken.essence);
	expect(resumed.code).toBe(unbroken.code);
	for (const file of torn) expect(resumed.stderr).toContain(`${file}: the last line was torn`);
	await assertOutcome(workspace, sink, unbroken);
}

/** A pair of which both runs ended before the kill: judged and sent from its record. */
async function judgeEnded(workspace: Workspace, sink: Sink | undefined, unbroken: Unbroken): Promise<void> {
	const [, candidate = ''] = sides(workspace.home);
	const judged = await workspace.inProcess(['gate', candidate, '--json']);
	expect(essence(judged)).toEqual(unbroken.essence);
	const endpoint = sink ?? (await startSink());
	for (const id of sides(workspace.home)) {
		const sent = await workspace.inProcess(['export', id, '--otlp', endpoint.endpoint]);
		expect(sent.code, sent.stderr).toBe(0);
	}
	await assertOutcome(workspace, endpoint, unbroken);
}

async function assertOutcome(workspace: Workspace, sink: Sink | undefined, unbroken: Unbroken) {
	const ids = sides(workspace.home);
	for (const [side, id] of ids.entries()) {
		// Its partner had ended, with spans that were outstanding when the kill came.
		const before = readJson(join(workspace.home, 'runs', id, 'export.json'));
		if (sink && before.outstanding > 0) {
			const sent = await workspace.inProcess(['export', id, '--otlp', sink.endpoint]);
			expect(sent.code, sent.stderr).toBe(0);
		}
		const stored = assertWhole(workspace.home, id, unbroken.runs[side] as StoredRun);
		if (sink) {
			expect(neverTaken(stored, sink.counts())).toEqual([]);
			expect(stored.delivery).toMatchObject({ acknowledged: stored.spans.length, outstanding: 0 });
		}
	}
}

/** The baseline's id and the candidate's. */
function sides(home: string): string[] {
	const ids = runFolders(home);
	return ['baseline', 'candidate'].map((role) => ids.find((id) => id.includes(role)) ?? '');
}

interface Unbroken {
	readonly essence: Json;
	readonly code: number | null;
	readonly runs: readonly StoredRun[];
}

describe(`a compare that is killed (SPANGATE_KILL_SEED=${seed})`, { timeout: 120_000 }, () => {
	let unbroken: Unbroken;

	beforeAll(async () => {
		const workspace = new Workspace();
		const log = workspace.write('changes', '');
		const compared = await workspace.spangate(['compare', suite, '-j', '4', '--json'], {
			nodeArgs: ['--import', fixture('kill-at-write.js')],
			env: { CHANGES_LOG: log },
		});
		const runs = runIds(compared).map((id) => readStoredRun(workspace.home, id));
		unbroken = { essence: essence(compared), code: compared.code, runs };
		for (const run of runs) assertWhole(workspace.home, run.run.id, run);
		// Else the kills would come too early, or after all is over.
		const changes = readFileSync(log, 'utf8').split('\n').length;
		expect(changes).toBeGreaterThan(0.6 * changesOfRun);
	}, 60_000);

	test('is a pair that differs, so that something can be lost of it', () => {
		expect(unbroken.essence.regressions.length).toBeGreaterThan(0);
		expect(unbroken.essence.gains.length).toBeGreaterThan(0);
		expect(unbroken.essence.candidate.violations).not.toEqual({});
		expect(unbroken.code).toBe(0);
	});

	describe('ends as an unbroken one', { concurrent: true }, () => {
		const fixed = narrow.map((death, index) => ({
			number: lives.length + index,
			deaths: [death],
			sent: index % 2 === 1,
		}));
		for (const life of [...lives, ...fixed]) {
			test(`${life.number}: ${JSON.stringify(life.deaths)}${life.sent ? ', sent' : ''}`, () =>
				live(life, unbroken));
		}
	});
});
