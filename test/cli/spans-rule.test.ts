import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { startSink } from '../support/otlp-sink.ts';

const capitals = fixture('capitals');
const demand =
	'validity: { spans: all-acknowledged }\nrules: [{ id: r, metric: pass_rate, check: value >= 0.1 }]\n';

function spansRules(stdout: string): [id: string, outcome: string][] {
	const { rules } = (JSON.parse(stdout) as GateResult).verdict;
	return rules.filter(({ id }) => id.endsWith('-spans')).map(({ id, outcome }) => [id, outcome]);
}

describe('validity: spans: all-acknowledged', { timeout: 60_000, concurrent: true }, () => {
	test('deploys a compare whose spans a backend took, and gives the same bytes when judged again', async () => {
		const sink = await startSink();
		const workspace = new Workspace();
		const gate = workspace.write('gate.yaml', demand);
		const compared = await workspace.spangate([
			...['compare', capitals, '--gate', gate, '--otlp', sink.endpoint, '--json'],
		]);
		expect(compared.code).toBe(0);
		expect(spansRules(compared.stdout)).toEqual([
			['valid:candidate-spans', 'pass'],
			['valid:baseline-spans', 'pass'],
		]);
		const again = await workspace.inProcess(['gate', '@latest', '--json']);
		expect(again).toMatchObject({ code: 0, stdout: compared.stdout });
	});

	test('is inconclusive until every span is delivered, and `spangate export` settles it', async () => {
		const sink = await startSink();
		const workspace = new Workspace();
		const gate = workspace.write('gate.yaml', demand);
		const compared = await workspace.spangate(['compare', capitals, '--gate', gate]);
		expect(compared.code).toBe(3);
		const ids = runIds(compared);
		expect(ids).toHaveLength(2);
		for (const id of ids) {
			expect(compared.stdout.replace(/\s+/g, ' ')).toContain(`spangate export @${id} --otlp URL`);
			expect((await workspace.inProcess(['gate', '@latest'])).code).toBe(3);
			expect((await workspace.inProcess(['export', `@${id}`, '--otlp', sink.endpoint])).code).toBe(0);
		}
		const judged = await workspace.inProcess(['gate', '@latest', '--json']);
		expect(judged.code).toBe(0);
		expect(spansRules(judged.stdout)).toHaveLength(2);
	});

	test('is inconclusive when the backend rejected some, or the record does not say', async () => {
		const sink = await startSink(() => ({ reject: 1 }));
		const workspace = new Workspace();
		const gate = workspace.write('gate.yaml', demand);
		const ran = await workspace.spangate(['run', capitals, '--target', 'candidate', '--otlp', sink.endpoint]);
		const judge = () => workspace.inProcess(['gate', '@latest', '--gate', gate]);
		expect(await judge()).toMatchObject({
			code: 3,
			stdout: expect.stringMatching(/backend rejected \d+ spans/),
		});
		rmSync(join(workspace.home, 'runs', runIds(ran)[0] ?? '', 'export.json'));
		expect(await judge()).toMatchObject({ code: 3, stdout: expect.stringContaining('no export.json') });
	});

	test('is what alone reads export.json: any other verdict is the same without it', async () => {
		const workspace = new Workspace();
		const compared = await workspace.spangate(['compare', capitals, '--json']);
		for (const { run } of [JSON.parse(compared.stdout).baseline, JSON.parse(compared.stdout).candidate]) {
			rmSync(join(workspace.home, 'runs', run.id, 'export.json'));
		}
		expect((await workspace.inProcess(['gate', '@latest', '--json'])).stdout).toBe(compared.stdout);
	});

	test('is shown by thresholds when it is demanded, and only then', async () => {
		const workspace = new Workspace();
		const gate = workspace.write('gate.yaml', demand);
		const shown = async (...args: string[]) =>
			(await workspace.inProcess(['thresholds', capitals, ...args], { COLUMNS: '400' })).stdout;
		expect(await shown('--gate', gate)).toContain('every span of both runs acknowledged by a trace backend');
		expect(JSON.parse(await shown('--gate', gate, '--json')).validity.spans).toBe('all-acknowledged');
		expect(await shown()).not.toContain('acknowledged');
	});

	test('takes no other word', async () => {
		const workspace = new Workspace();
		const gate = workspace.write('gate.yaml', demand.replace('all-acknowledged', 'most'));
		const refused = await workspace.inProcess(['thresholds', capitals, '--gate', gate]);
		expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('expected all-acknowledged') });
	});
});
