import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Finished, runIds, Workspace } from '../support/cli.ts';
import {
	folderOf,
	killWaiting,
	paces,
	resumeCommand,
	startWaiting,
	takeBackEnd,
	trialsIn,
} from '../support/killed-run.ts';
import { startSink } from '../support/otlp-sink.ts';
import { requestJson, spanJson } from '../support/spans-file.ts';
import { idOf, readJson, readStoredRun, type StoredRun } from '../support/stored-run.ts';
import { assertWhole, essence, neverTaken } from '../support/whole-record.ts';

const compareArgs = ['compare', paces, '--candidate', 'waiting', '--json'];

describe('spangate resume', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let baseline: StoredRun;
	let candidate: StoredRun;

	beforeAll(async () => {
		const env = { PACES_RELEASE: workspace.write('release', '') };
		compared = await workspace.spangate(compareArgs, { env });
		expect(compared.code).toBe(0);
		[baseline, candidate] = runIds(compared).map((id) => readStoredRun(workspace.home, id)) as [
			StoredRun,
			StoredRun,
		];
	}, 60_000);

	describe('goes on', { concurrent: true }, () => {
		test('with a pair that Ctrl-C ended, by the command that was told', async () => {
			const waiting = await startWaiting(compareArgs);
			const { workspace: own, command, env, asked } = waiting;
			// Not all of them, so that there is something left to do.
			await command.until(() => trialsIn(folderOf(own, 'baseline')) >= 1);
			command.signal('SIGINT');
			await command.until(() => command.stderr.includes('Interrupted'));
			waiting.release();
			const interrupted = await command.finished;
			expect(interrupted).toMatchObject({ code: 130, stdout: '' });
			const before = { trials: trialsIn(folderOf(own, 'waiting')), asked: asked().length };
			expect(before.trials).toBe(before.asked);
			const resumed = await own.spangate([...resumeCommand(interrupted), '--json', '--name', 'mended'], {
				env,
			});
			expect(resumed.stderr).toContain('Going on with @');
			expect(resumed.code).toBe(0);
			expect(essence(resumed)).toEqual(essence(compared));
			expect(asked()).toHaveLength(40);
			expect(new Set(asked()).size).toBe(40);
			for (const [target, expected] of [
				['baseline', baseline],
				['waiting', candidate],
			] as const) {
				const { run, spans } = assertWhole(own.home, basename(folderOf(own, target)), expected);
				expect(run).toMatchObject({ resumed: 1, loopDelay: expect.any(Object) });
				expect(run).not.toHaveProperty('abandoned');
				// The first part's span had ended, so the second's stands below it.
				const parts = spans.filter(({ name }) => name === 'run');
				expect(parts.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, run.spanId]);
				expect(parts[0]?.attributes['test.suite.run.status']).toBe('aborted');
				expect(parts[1]?.attributes).toMatchObject({
					'spangate.run.resumed': true,
					'spangate.run.completed': 40,
					'test.suite.run.status': 'success',
				});
			}
			const { stdout } = await own.inProcess(['runs', '--json']);
			expect(JSON.parse(stdout).tags).toEqual({ mended: basename(folderOf(own, 'waiting')) });
			const again = await own.inProcess(['gate', '@mended', '--json']);
			expect(again.stdout).toBe(resumed.stdout);
		});

		test('with a single run of some questions asked more than once, and prints its metrics', async () => {
			const args = ['run', paces, '--target', 'waiting', '--repeat', '2', '--tag', 'lang=de', '-n', '6'];
			const waiting = await startWaiting([...args, '--json', '--name', 'part']);
			const { workspace: own, env, asked } = waiting;
			await killWaiting(waiting);
			const before = asked();
			const [id = ''] = [basename(folderOf(own, 'waiting'))];
			const resumed = await own.spangate(['resume', id, '--json'], { env });
			expect(resumed.code).toBe(0);
			const expected = await workspace.spangate([...args, '--json'], { env });
			const metrics = ({ stdout }: Finished) => JSON.parse(stdout).metrics.counted;
			expect(metrics(resumed)).toEqual(metrics(expected));
			const [unbroken] = runIds(expected);
			const { run } = assertWhole(own.home, id, readStoredRun(workspace.home, unbroken));
			expect(run).toMatchObject({ planned: 12, completed: 12, resumed: 1, repeats: 2 });
			// Asked in vain before the kill, and once more.
			expect(before.length).toBeGreaterThan(0);
			expect((await own.inProcess(['trace', '@part', 'q3', '--json'])).code).toBe(0);
		});

		test('with the side of a pair that had not ended, and leaves the other as it is', async () => {
			const own = new Workspace();
			cpSync(workspace.home, own.home, { recursive: true });
			const sides = { baseline: baseline.run.id, candidate: candidate.run.id };
			const folder = (id: string) => join(own.home, 'runs', id);
			takeBackEnd(folder(sides.candidate));
			const sent = join(folder(sides.baseline), 'export.json');
			const endpoint = 'http://127.0.0.1:9/v1/traces';
			writeFileSync(sent, JSON.stringify({ ...readJson(sent), endpoint }));
			const ended = readFileSync(join(folder(sides.baseline), 'run.json'), 'utf8');
			const log = own.path('asked');
			const resumed = await own.spangate(['resume', '--json'], { env: { PACES_LOG: log } });
			expect(resumed.code).toBe(0);
			expect(essence(resumed)).toEqual(essence(compared));
			expect(runIds(resumed)).toEqual([sides.candidate, sides.baseline]);
			expect(resumed.stderr).toContain(`outstanding at ${endpoint}`);
			expect(resumed.stderr).toContain(`send them with: spangate export @${sides.baseline}`);
			expect(readFileSync(join(folder(sides.baseline), 'run.json'), 'utf8')).toBe(ended);
			expect(trialsIn(folder(sides.candidate))).toBe(40);
			// It was killed in its last moment: nothing was left to ask.
			expect(() => readFileSync(log)).toThrow('ENOENT');
		});

		test('with a target that is compared with a stored run', async () => {
			const own = new Workspace();
			await own.spangate(['run', paces, '--target', 'baseline', '--name', 'old']);
			const waiting = await startWaiting([...compareArgs, '--baseline', '@old', '--name', 'new'], own);
			await killWaiting(waiting);
			const resumed = await own.spangate(['resume', '--json'], { env: waiting.env });
			expect(resumed.code).toBe(0);
			expect(essence(resumed)).toEqual(essence(compared));
			expect(runIds(resumed)).toEqual([basename(folderOf(own, 'waiting'))]);
			expect((await own.inProcess(['gate', '@new', '--json'])).stdout).toBe(resumed.stdout);
		});

		test('with a baseline for a stored candidate, judged by the gate file that was named then', async () => {
			const own = new Workspace();
			await own.spangate(['run', paces, '--target', 'candidate', '--name', 'new']);
			const gate = own.write('own.yaml', 'rules: [{ id: mine, metric: counted, check: "value >= 0.99" }]\n');
			const sides = ['--baseline', 'waiting', '--candidate', '@new', '--gate', gate];
			const waiting = await startWaiting(['compare', paces, ...sides], own);
			await killWaiting(waiting);
			writeFileSync(gate, 'rules: [{ id: later, metric: counted, check: "value >= 0.01" }]\n');
			const resumed = await own.spangate(['resume', '--json'], { env: waiting.env });
			const { verdict, candidate: judged, baseline: against } = JSON.parse(resumed.stdout);
			expect(verdict.rules.map(({ id }: { id: string }) => id)).toContain('mine');
			expect(judged.run.target.name).toBe('candidate');
			expect(against.run).toMatchObject({ target: { name: 'waiting' }, completed: 40, resumed: 1 });
			expect(resumed.code).toBe(1);
		});

		test('with what the backend has not, at the endpoint from before', async () => {
			const sink = await startSink();
			const waiting = await startWaiting(['run', paces, '--target', 'waiting', '--otlp', sink.endpoint]);
			const { workspace: own, command, env } = waiting;
			const folder = folderOf(own, 'waiting');
			waiting.release(20);
			// It is written down about once a second.
			await command.until(() => readJson(join(folder, 'export.json')).acknowledged > 0);
			await killWaiting(waiting);
			const before = readJson(join(folder, 'export.json'));
			const resumed = await own.spangate(['resume'], { env });
			expect(resumed.stderr).toContain(`0 outstanding at ${sink.endpoint}/v1/traces`);
			expect(resumed.code).toBe(0);
			const stored = assertWhole(own.home, basename(folder), candidate);
			expect(neverTaken(stored, sink.counts())).toEqual([]);
			expect(stored.delivery).toMatchObject({ acknowledged: stored.spans.length, outstanding: 0 });
			// What was written down as acknowledged is not sent again.
			const known = stored.spans.slice(0, before.acknowledged).map(idOf);
			expect(known).not.toEqual([]);
			for (const id of known) expect(sink.counts().get(id)).toBe(1);
		});

		test('with every span again where the file is not the one that was acknowledged', async () => {
			const sink = await startSink();
			const waiting = await startWaiting(['run', paces, '--target', 'waiting', '-n', '12']);
			const { workspace: own, env } = waiting;
			await killWaiting(waiting);
			const folder = folderOf(own, 'waiting');
			const file = join(folder, 'export.json');
			const sent = { endpoint: `${sink.endpoint}/v1/traces`, acknowledged: 900, acknowledgedBytes: 99_999 };
			const counts = { schemaVersion: 1, ended: 900, recorded: 900, rejected: 0, outstanding: 0, late: 0 };
			writeFileSync(file, JSON.stringify({ ...counts, ...sent, runRejected: 0, runBytes: 5 }));
			const resumed = await own.spangate(['resume'], { env });
			expect(resumed.code).toBe(0);
			const stored = readStoredRun(own.home, basename(folder));
			expect(neverTaken(stored, sink.counts())).toEqual([]);
			const { length } = stored.spans;
			expect(stored.delivery).toMatchObject({ recorded: length, acknowledged: length });
			const size = readFileSync(join(folder, 'spans.jsonl')).byteLength;
			expect(stored.delivery).toMatchObject({ acknowledgedBytes: size, runBytes: size });
		});

		test('killed over and over, and marks what was lost each time once', async () => {
			const waiting = await startWaiting(['run', paces, '--target', 'waiting']);
			const { workspace: own, env } = waiting;
			const folder = folderOf(own, 'waiting');
			const spans = join(folder, 'spans.jsonl');
			const steps = () => readFileSync(spans, 'utf8').split('"name":"step"').length - 1;
			let command = waiting.command;
			for (let life = 1; life <= 3; life++) {
				// Some questions finish in each life, and those after them are under way when it ends.
				waiting.release(life * 8);
				await command.until(() => trialsIn(folder) >= life * 8 && steps() >= life * 10);
				command.signal('SIGKILL');
				await command.finished;
				command = own.start(['resume'], { env });
			}
			waiting.release();
			expect((await command.finished).code).toBe(0);
			const { run } = assertWhole(own.home, basename(folder), candidate);
			expect(run).toMatchObject({ resumed: 3, abandoned: expect.any(Number) });
			expect(run.abandoned).toBeGreaterThanOrEqual(6);
			expect(readStoredRun(own.home, run.id).spans.filter(({ name }) => name === 'run')).toHaveLength(1);
		});
	});

	test('counts the late spans of before', async () => {
		const own = new Workspace();
		cpSync(workspace.home, own.home, { recursive: true });
		const folder = join(own.home, 'runs', candidate.run.id);
		takeBackEnd(folder);
		const late = {
			...spanJson(7),
			traceId: candidate.trials[0].traceId,
			parentSpanId: '00000000000000aa',
			attributes: [{ key: 'spangate.late', value: { boolValue: true } }],
		};
		appendFileSync(join(folder, 'spans.jsonl'), `${requestJson([late])}\n`);
		const resumed = await own.spangate(['resume']);
		expect(resumed.code).toBe(0);
		expect(resumed.stderr).toContain('recorded (1 late)');
		const { delivery, spans } = readStoredRun(own.home, candidate.run.id);
		expect(delivery).toMatchObject({ late: 1, recorded: spans.length });
	});

	test('does not claim a loop that was not measured: a part that was killed never told of it', async () => {
		const own = new Workspace();
		cpSync(workspace.home, own.home, { recursive: true });
		takeBackEnd(join(own.home, 'runs', candidate.run.id));
		expect((await own.spangate(['resume'])).code).toBe(0);
		expect(readStoredRun(own.home, candidate.run.id).run).not.toHaveProperty('loopDelay');
	});
});
