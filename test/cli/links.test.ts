import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Links } from '../../src/model/links.ts';
import type { GateResult } from '../../src/model/verdict.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { startSink } from '../support/otlp-sink.ts';
import { deliveryOf } from '../support/spans-file.ts';

/** The sides the wrong way round, so that questions are lost. */
const sides = ['--baseline', 'candidate', '--candidate', 'baseline'];
const uis = {
	SPANGATE_JAEGER: 'https://reader:s3cret@jaeger.example/ui/',
	SPANGATE_GRAFANA: 'https://grafana.example',
};
const parsed = ({ stdout }: Pick<Finished, 'stdout'>) =>
	JSON.parse(stdout) as GateResult & { readonly links?: Links };

describe('deep links', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let runs: string[];
	const folder = (index: number) => join(workspace.home, 'runs', runs[index] ?? '');
	const gate = (args: readonly string[], env: Readonly<Record<string, string>> = uis) =>
		workspace.inProcess(['gate', '@latest', ...args], env);
	/** Says in the record of a run where its spans went. */
	const sentTo = (index: number, delivery: object) =>
		writeFileSync(
			join(folder(index), 'export.json'),
			JSON.stringify({ ...deliveryOf(folder(index)), ...delivery }),
		);

	beforeAll(async () => {
		const sink = await startSink();
		const args = ['compare', fixture('capitals'), ...sides, '--json', '--otlp', sink.endpoint];
		compared = await workspace.spangate(args, { env: uis });
		runs = runIds(compared);
	}, 60_000);

	test('stand in the JSON of compare and gate, and not in the verdict that is kept', async () => {
		const { links, ...rest } = parsed(compared);
		const [lost] = rest.regressions;
		expect(lost).toBeDefined();
		expect(links?.questions.map(({ questionId }) => questionId)).toEqual(
			rest.regressions.map(({ questionId }) => questionId),
		);
		expect(links?.questions[0]?.diff).toBe(
			`https://jaeger.example/ui/trace/${lost?.baselineTraceId}...${lost?.traceId}`,
		);
		expect(links?.dashboard).toContain(`https://grafana.example/d/spangate-runs/?var-suite=`);
		expect(links?.dashboard).toContain(`var-baseline=${runs[0]}&var-candidate=${runs[1]}`);
		expect((await gate(['--json'])).stdout).toBe(compared.stdout);
		const kept = readFileSync(join(folder(1), 'verdict.json'), 'utf8');
		expect(JSON.parse(kept)).toEqual(rest);
		expect((await gate(['--json'], {})).stdout).toBe(kept);
	});

	test('stand in the terminal and the summary, without credentials', async () => {
		const summary = workspace.path('summary.md');
		const { stdout } = await gate(['-o', summary]);
		const { links } = parsed(compared);
		for (const text of [stdout, readFileSync(summary, 'utf8')]) {
			expect(text).toContain(links?.questions[0]?.diff);
			expect(text).toContain(links?.dashboard);
			expect(text).not.toContain('s3cret');
		}
		expect((await gate([], {})).stdout).not.toContain('http');
	});

	test('lead to the stack’s own UIs when the spans went there', async () => {
		for (const host of ['localhost', '127.0.0.1', '[::1]']) {
			for (const index of [0, 1]) sentTo(index, { endpoint: `http://${host}:4318/v1/traces` });
			const { links } = parsed(await gate(['--json'], {}));
			expect(links?.questions[0]?.diff).toMatch(/^http:\/\/localhost:16686\/trace\/\w{32}\.\.\.\w{32}$/);
			expect(links?.dashboard).toMatch(/^http:\/\/localhost:3000\/d\//);
		}
		sentTo(1, { endpoint: 'http://collector.example:4318/v1/traces' });
		expect(parsed(await gate(['--json'], {})).links).toBeUndefined();
	});

	test('show no pair whose other trace is elsewhere, and nothing of spans that nobody took', async () => {
		sentTo(0, { endpoint: 'http://localhost:4318/v1/traces' });
		sentTo(1, { endpoint: 'http://other.example/v1/traces' });
		const { links } = parsed(await gate(['--json']));
		expect(links?.questions[0]?.jaeger).toMatch(/^https:\/\/jaeger\.example\/ui\/trace\/\w{32}$/);
		expect(links?.questions[0]?.diff).toBeUndefined();
		const { acknowledged } = deliveryOf(folder(1));
		sentTo(1, { acknowledged: 0, outstanding: acknowledged });
		expect(parsed(await gate(['--json'])).links).toBeUndefined();
		writeFileSync(join(folder(1), 'export.json'), '{}');
		const unreadable = await gate(['--json']);
		expect(unreadable.code).toBe(compared.code);
		expect(parsed(unreadable).links).toBeUndefined();
	});

	test('a UI that is no URL is refused before anything is asked', async () => {
		const args = ['run', fixture('capitals'), '--target', 'baseline'];
		const refused = await workspace.inProcess(args, { SPANGATE_GRAFANA: 'grafana.example' });
		expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('SPANGATE_GRAFANA') });
	});

	test('of a single run lead to what did not pass', async () => {
		const sink = await startSink();
		const args = ['run', fixture('capitals'), '--target', 'baseline', '--json', '--otlp', sink.endpoint];
		const ran = JSON.parse((await workspace.spangate(args, { env: uis })).stdout);
		const [failed] = ran.notPassed;
		expect(ran.links.questions[0]).toMatchObject({
			questionId: failed.questionId,
			jaeger: `https://jaeger.example/ui/trace/${failed.traceId}`,
		});
		expect(ran.links.dashboard).toContain(`/d/spangate-questions/?var-suite=capitals&var-run=${ran.run.id}&`);
	});
});
