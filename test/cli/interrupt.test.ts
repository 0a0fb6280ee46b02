import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually, fixture, type RunningCommand, runIds, Workspace } from '../support/cli.ts';
import { startSink } from '../support/otlp-sink.ts';
import { readJson, readLines, readStoredRun } from '../support/stored-run.ts';

const capitals = fixture('capitals');

/** A run of a target that answers only when released, once `asked` questions are under way. */
async function startWaiting(args: readonly string[], asked: number) {
	const workspace = new Workspace();
	const log = workspace.path('asked');
	const release = workspace.path('release');
	const command = workspace.start([...args, '-j', '2'], {
		env: { CAPITALS_LOG: log, CAPITALS_RELEASE: release },
	});
	await command.until(() => existsSync(log) && readFileSync(log, 'utf8').split('\n').length > asked);
	return { workspace, command, release: () => writeFileSync(release, '') };
}

/** true when some run of the home has so many trials on disk. */
function isRecorded(home: string, trials: number): boolean {
	const runs = `${home}/runs`;
	const [id] = existsSync(runs) ? readdirSync(runs) : [];
	const file = `${runs}/${id}/trials.jsonl`;
	return existsSync(file) && readLines(file).length >= trials;
}

function hasEnded(home: string, id: string): boolean {
	const file = `${home}/runs/${id}/run.json`;
	return existsSync(file) && readJson(file).endedAt !== undefined;
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

async function interrupt(command: RunningCommand): Promise<void> {
	command.signal('SIGINT');
	await command.until(() => command.stderr.includes('Press Ctrl-C again'));
}

describe('Ctrl-C', { timeout: 60_000, concurrent: true }, () => {
	test('once lets the trials under way finish and keeps a record that never passes', async () => {
		const started = await startWaiting(['run', capitals, '--target', 'waiting'], 2);
		const { workspace, command } = started;
		await interrupt(command);
		started.release();
		const ended = await command.finished;
		expect(ended.code).toBe(130);
		const [id] = runIds(ended);
		const { run, trials, spans, delivery } = readStoredRun(workspace.home, id);
		expect(run).toMatchObject({
			id,
			planned: 8,
			completed: 2,
			interrupted: true,
			endedAt: expect.any(String),
		});
		expect(trials).toMatchObject([{ result: 'answered' }, { result: 'answered' }]);
		expect(delivery).toMatchObject({ ended: spans.length, recorded: spans.length });
		expect(spans.find(({ name }) => name === 'run')?.attributes).toMatchObject({
			'test.suite.run.status': 'aborted',
		});

		expect(ended.stderr).toContain(`go on with: spangate resume @${id}\n`);
		const gate = workspace.write(
			'gate.yaml',
			'rules:\n  - { id: a, metric: pass_rate, check: "value >= 0.1" }\n',
		);
		const judged = await workspace.inProcess(['gate', `@${id}`, '--gate', gate]);
		expect(judged.code).toBe(3);
		expect(judged.stdout.replace(/\s+/g, ' ')).toContain(
			'2 of 8 planned trials of the candidate are recorded; the run was interrupted',
		);
		const promoted = await workspace.inProcess(['promote', `@${id}`, 'baseline']);
		expect(promoted.code).toBe(2);
		expect(promoted.stderr).toContain('incomplete (2 of 8 trials)');
	});

	test('once in a compare gives no verdict', async () => {
		const args = ['compare', capitals, '--candidate', 'waiting', '--json', '--name', 'kept'];
		const started = await startWaiting(args, 2);
		await interrupt(started.command);
		started.release();
		const ended = await started.command.finished;
		expect(ended).toMatchObject({ code: 130, stdout: '' });
		expect(runIds(ended)).toHaveLength(2);
		const { stdout } = await started.workspace.inProcess(['runs', '--json']);
		const { runs, tags } = JSON.parse(stdout);
		expect(runs).toMatchObject([{ interrupted: true }, { interrupted: true }]);
		expect(tags).toEqual({});
	});

	test('twice ends at once, and what is on disk can be read and never passes', async () => {
		const { workspace, command } = await startWaiting(['run', capitals, '--target', 'waiting'], 2);
		await interrupt(command);
		command.signal('SIGINT');
		expect(await command.finished).toMatchObject({ code: 130, signal: null, stdout: '' });
		const { stdout } = await workspace.inProcess(['runs', '--json']);
		const [run] = JSON.parse(stdout).runs;
		expect(run).toMatchObject({ planned: 8, completed: 0 });
		expect(run).not.toHaveProperty('endedAt');
		expect(readLines(`${workspace.home}/runs/${run.id}/trials.jsonl`)).toEqual([]);
		const judged = await workspace.inProcess(['gate', `@${run.id}`]);
		expect(judged.code).toBe(3);
		expect((await workspace.inProcess(['gate', '@latest'])).code).toBe(2);
	});

	test('twice does not leave the app behind that spangate started', async () => {
		const workspace = new Workspace();
		const portFile = workspace.path('port');
		const command = workspace.start(['run', fixture('faults'), '--target', 'spanless', '-j', '1'], {
			env: { HANGS_AT: '2', PORT_FILE: portFile },
		});
		await command.until(() => isRecorded(workspace.home, 1));
		const url = `http://127.0.0.1:${readFileSync(portFile, 'utf8')}`;
		const answers = () => fetch(url).then(Boolean, () => false);
		expect(await answers()).toBe(true);
		await interrupt(command);
		command.signal('SIGINT');
		expect((await command.finished).code).toBe(130);
		await eventually(async () => !(await answers()));
	});

	test('while an app starts ends the command without a run', async () => {
		const workspace = new Workspace();
		const pidFile = workspace.path('pid');
		const suite = workspace.copySuite(fixture('faults'), {
			'server.ts': () =>
				`import { writeFileSync } from 'node:fs';
				writeFileSync(process.env.PID_FILE ?? '', String(process.pid));
				setInterval(() => {}, 1000);`,
		});
		const command = workspace.start(['run', suite, '--target', 'spanless'], { env: { PID_FILE: pidFile } });
		await command.until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
		command.signal('SIGINT');
		const ended = await command.finished;
		expect(ended).toMatchObject({ code: 130, stdout: '' });
		expect(runIds(ended)).toEqual([]);
		expect(isRunning(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
	});

	test('while the backend is waited for leaves ended runs, which are judged from their records', async () => {
		const sink = await startSink(() => 'hang');
		const workspace = new Workspace();
		const sending = ['--otlp', sink.endpoint, '--export-timeout', '3600'];
		const command = workspace.start(['compare', capitals, ...sending]);
		const ended = () =>
			existsSync(`${workspace.home}/runs`) &&
			readdirSync(`${workspace.home}/runs`).filter((id) => hasEnded(workspace.home, id)).length === 2;
		await command.until(ended);
		command.signal('SIGINT');
		const interrupted = await command.finished;
		expect(interrupted).toMatchObject({ code: 130, stdout: '' });
		const [, candidate] = runIds(interrupted);
		expect(interrupted.stderr).toContain(`judge with: spangate gate @${candidate}\n`);
		expect(interrupted.stderr).not.toContain('spangate resume');
		expect((await workspace.inProcess(['gate', `@${candidate}`])).code).toBe(0);
		expect((await workspace.inProcess(['resume'])).code).toBe(2);
	});

	test.each(['SIGTERM', 'SIGHUP'] as const)('%s is an interrupt like any other', async (signal) => {
		const started = await startWaiting(['run', capitals, '--target', 'waiting'], 2);
		started.command.signal(signal);
		await started.command.until(() => started.command.stderr.includes('Interrupted'));
		started.release();
		expect((await started.command.finished).code).toBe(130);
	});

	test('a kill leaves a record that can be read and never passes', async () => {
		const started = await startWaiting(['run', capitals, '--target', 'waiting'], 2);
		started.command.signal('SIGKILL');
		expect((await started.command.finished).signal).toBe('SIGKILL');
		const { stdout } = await started.workspace.inProcess(['runs', '--json']);
		const [run] = JSON.parse(stdout).runs;
		expect((await started.workspace.inProcess(['gate', `@${run.id}`])).code).toBe(3);
	});
});
