import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';

// A module target shares the process with the verdict: it must not be able to end it in spangate's name.
const compare = [
	...['compare', fixture('faults'), '--baseline', 'sound', '--candidate', 'rogue', '--json', '-j', '1'],
];

async function compareWith(fault: string) {
	const workspace = new Workspace();
	return { workspace, ...(await workspace.spangate(compare, { env: { FAULT: fault } })) };
}

describe('a module that ends or outlives the process', { timeout: 60_000, concurrent: true }, () => {
	test('without a fault the same comparison deploys', async () => {
		expect((await compareWith('none')).code).toBe(0);
	});

	test.each(['exits-on-load', 'exits', 'exits-as-no-deploy'])(
		'one that %s leaves exit 4 and no verdict',
		async (fault) => {
			const { code, stdout, stderr, workspace } = await compareWith(fault);
			expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
			expect(stderr).toContain('the process ended before the command did');
			const { stdout: runs } = await workspace.inProcess(['runs', '--json']);
			for (const { id } of JSON.parse(runs).runs) {
				expect((await workspace.inProcess(['gate', `@${id}`])).code).toBe(3);
			}
		},
	);

	test.each([
		['rejects-unheard', 'nobody listens'],
		['throws-later', 'too late'],
	])('one that %s leaves exit 70 and no verdict', async (fault, message) => {
		const { code, stdout, stderr } = await compareWith(fault);
		expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
		expect(stderr).toContain(message);
	});

	test('one that sets process.exitCode does not change the verdict’s', async () => {
		const workspace = new Workspace();
		const gate = workspace.write(
			'gate.yaml',
			'rules:\n  - { id: a, metric: cost_usd, check: "value < 0" }\n',
		);
		const judged = await workspace.spangate([...compare, '--gate', gate], {
			env: { FAULT: 'sets-exit-code' },
		});
		expect(judged.code).toBe(1);
	});

	test('one that keeps a timer open does not hold the verdict up', async () => {
		const { code, stdout } = await compareWith('keeps-the-loop');
		expect(code).toBe(0);
		expect(JSON.parse(stdout).verdict.outcome).toBe('DEPLOY');
	});

	test('what one prints goes to stderr, so that stdout is the result alone', async () => {
		const { code, stdout, stderr } = await compareWith('prints');
		expect(code).toBe(0);
		expect(JSON.parse(stdout).verdict.outcome).toBe('DEPLOY');
		expect(stderr).toMatch(/^a line of the app\nanother\n/m);
	});
});

describe('a home that cannot be written to', { timeout: 60_000 }, () => {
	test('is told before any question is asked, with exit 4', async () => {
		const workspace = new Workspace();
		const file = workspace.write('a-file', '');
		const env = { SPANGATE_HOME: file, CAPITALS_LOG: workspace.path('asked') };
		const ran = await workspace.spangate(['run', fixture('capitals'), '--target', 'baseline'], { env });
		expect(ran).toMatchObject({ code: 4, stdout: '' });
		expect(ran.stderr).toMatch(/cannot make the run's folder: E/);
		expect(existsSync(env.CAPITALS_LOG)).toBe(false);
	});
});

describe('a reader that leaves early', { timeout: 60_000 }, () => {
	test('does not turn a verdict into a crash', async () => {
		const workspace = new Workspace();
		const [, id] = runIds(await workspace.spangate(['compare', fixture('capitals')]));
		const judging = workspace.start(['gate', `@${id}`, '--json']);
		judging.stopReading();
		const { code, stderr } = await judging.finished;
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	});
});
