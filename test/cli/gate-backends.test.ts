import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GateResult, RuleResult } from '../../src/model/verdict.ts';
import { type Answered, type AnsweringServer, startAnswering } from '../support/answering-server.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { killWaiting, paces, startWaiting } from '../support/killed-run.ts';
import { lookBackAnswer, promError, vector } from '../support/prometheus-answers.ts';
import { readJson } from '../support/stored-run.ts';
import { instantSeries } from '../support/tempo-answers.ts';

const capitals = fixture('capitals');
const errors =
	'{ id: live-errors, prometheus: { value: errors, total: requests, min_total: 300 }, check: "value <= 0.05" }';
const spans =
	'{ id: live-spans, tempo: { value: "{} | avg_over_time(duration)", count: "{} | count_over_time()", min_count: 5, window: 15m }, check: "value <= 2" }';
const rules = (...lines: string[]) =>
	`rules:\n${['{ id: floor, metric: pass_rate, check: "value >= 0.1" }', ...lines].map((line) => `  - ${line}\n`).join('')}`;

/** Answers every instant query with the number that goes by its name, `NaN` if none does. */
function startPrometheus(numbers: Readonly<Record<string, string>>): Promise<AnsweringServer> {
	return startAnswering(({ query }): Answered => {
		if (query.get('lookback_delta') === 'none') return lookBackAnswer();
		const value = numbers[query.get('query') ?? ''];
		if (value === undefined) return { status: 400, body: promError('bad_data', 'no such thing') };
		return { body: vector(Number(query.get('time')), [{}, value]) };
	});
}

function startTempo(value: number, count: number): Promise<AnsweringServer> {
	return startAnswering(({ query }) => ({
		body: instantSeries([[], query.get('q')?.includes('count') ? count : value]),
	}));
}

function ruleOf({ stdout }: Pick<Finished, 'stdout'>, id = 'live-errors'): RuleResult | undefined {
	return (JSON.parse(stdout) as GateResult).verdict.rules.find((rule) => rule.id === id);
}

/** Where the verdict of the only run measured as candidate is kept. */
function verdictFile({ home }: Workspace): string {
	const [file, ...others] = globSync(join(home, 'runs', '*', 'verdict.json'));
	if (file === undefined || others.length > 0) throw new Error('not one verdict');
	return file;
}

/** A pair that was compared by this gate, with these flags. */
async function compared(gate: string, ...flags: string[]) {
	const workspace = new Workspace();
	const file = workspace.write('gate.yaml', gate);
	const result = await workspace.spangate(['compare', capitals, '--gate', file, '--json', ...flags]);
	const again = (...args: string[]) => workspace.inProcess(['gate', '@latest', '--json', ...args]);
	return { workspace, file, result, again };
}

describe('a gate that asks backends', { timeout: 60_000, concurrent: true }, () => {
	test('joins them with the record in one verdict, which is made again without them', async () => {
		const prometheus = await startPrometheus({ errors: '0.02', requests: '500' });
		const tempo = await startTempo(1.5, 40);
		const { workspace, result, again } = await compared(
			rules(errors, spans),
			...['--prometheus', prometheus.url, '--tempo', tempo.url],
		);
		expect(result.code).toBe(0);
		const { verdict, answers } = JSON.parse(result.stdout) as GateResult;
		expect(ruleOf(result)).toMatchObject({
			outcome: 'pass',
			observed: 0.02,
			limit: 0.05,
			samples: 500,
			reason: 'Prometheus gives 0.02 (<= 0.05), from 500 samples',
		});
		expect(ruleOf(result, 'live-spans')).toMatchObject({
			outcome: 'pass',
			reason: 'Tempo gives 1.5 (<= 2), from 40 samples',
		});
		expect(ruleOf(result, 'floor')).toMatchObject({ outcome: 'pass', method: 'point estimate' });
		expect(answers).toEqual([
			{
				query: { source: 'prometheus', value: 'errors', total: 'requests', maxAgeS: 300 },
				url: prometheus.url,
				evaluatedAt: verdict.evaluatedAt,
				reading: { values: [0.02], totals: [500] },
			},
			{
				query: {
					...{ source: 'tempo', value: '{} | avg_over_time(duration)', count: '{} | count_over_time()' },
					windowS: 900,
				},
				url: tempo.url,
				evaluatedAt: verdict.evaluatedAt,
				reading: { values: [1.5], totals: [40] },
			},
		]);
		await Promise.all([prometheus.close(), tempo.close()]);
		expect(readFileSync(verdictFile(workspace), 'utf8')).toBe(result.stdout);
		expect(await again()).toMatchObject({ code: 0, stdout: result.stdout });
	});

	test('blocks on a live number over its limit, in every report', async () => {
		const { url } = await startPrometheus({ errors: '0.07', requests: '500' });
		const { workspace, result } = await compared(rules(errors), '--prometheus', url);
		expect(result.code).toBe(1);
		const reason = 'Prometheus gives 0.07, 0.02 over the limit (<= 0.05), from 500 samples';
		expect(ruleOf(result)).toMatchObject({ outcome: 'fail', reason });
		const summary = workspace.path('summary.md');
		const text = await workspace.inProcess(['gate', '@latest', '-o', summary], { COLUMNS: '140' });
		expect(text.stdout).toContain(`NO-DEPLOY  live-errors: ${reason}`);
		expect(readFileSync(summary, 'utf8')).toContain(
			'`prometheus` value \\<= 0.05 | 500 | Prometheus gives 0.07',
		);
	});

	test('is inconclusive until the backend is named, then keeps what it says', async () => {
		const { url } = await startPrometheus({ errors: '0.02', requests: '500' });
		const { workspace, result, again } = await compared(rules(errors));
		expect(result.code).toBe(3);
		expect(ruleOf(result)).toMatchObject({
			outcome: 'inconclusive',
			samples: 0,
			reason: expect.stringMatching(/^no Prometheus was named, .*: --prometheus URL$/),
		});
		expect(JSON.parse(result.stdout)).not.toHaveProperty('answers');
		const asked = await again('--prometheus', url);
		expect(asked.code).toBe(0);
		expect(readFileSync(verdictFile(workspace), 'utf8')).toBe(asked.stdout);
		expect(await again()).toMatchObject({ code: 0, stdout: asked.stdout });
	});

	test('asks anew where a backend is named, by flag or environment', async () => {
		const before = await startPrometheus({ errors: '0.02', requests: '500' });
		const after = await startPrometheus({ errors: '0.5', requests: '800' });
		const { workspace, again } = await compared(rules(errors), '--prometheus', before.url);
		const env = { SPANGATE_PROMETHEUS: after.url };
		const judged = await workspace.inProcess(['gate', '@latest', '--json'], env);
		expect(judged.code).toBe(1);
		expect(ruleOf(judged)).toMatchObject({ observed: 0.5, samples: 800 });
		expect(await again()).toMatchObject({ code: 1, stdout: judged.stdout });
	});

	test('keeps what it was told before when it is asked as of another time', async () => {
		const { url } = await startPrometheus({ errors: '0.02', requests: '500' });
		const { again } = await compared(rules(errors));
		const asked = await again('--prometheus', url);
		expect((await again('--prometheus', url, '--at', '2030-01-01T00:00:00Z')).code).toBe(0);
		expect(await again()).toMatchObject({ code: 0, stdout: asked.stdout });
	});

	test('of stored runs is asked and kept by compare too', async () => {
		const { url } = await startPrometheus({ errors: '0.02', requests: '500' });
		const { workspace, file, result, again } = await compared(rules(errors));
		const [baseline = '', candidate = ''] = runIds(result);
		const stored = ['--baseline', `@${baseline}`, '--candidate', `@${candidate}`, '--gate', file, '--json'];
		const judged = await workspace.inProcess(['compare', capitals, ...stored, '--prometheus', url]);
		expect(judged.code).toBe(0);
		expect(await again()).toMatchObject({ code: 0, stdout: judged.stdout });
	});

	test('is asked by a run that is gone on with', async () => {
		const { url } = await startPrometheus({ errors: '0.02', requests: '500' });
		const workspace = new Workspace();
		// Some of its questions fail on purpose.
		const gate = workspace.write('gate.yaml', `validity: { max_error_rate: 0.2 }\n${rules(errors)}`);
		const args = ['compare', paces, '--candidate', 'waiting', '--gate', gate];
		const waiting = await startWaiting(args, workspace);
		await killWaiting(waiting);
		const { env } = waiting;
		const resumed = await workspace.spangate(['resume', '--json', '--prometheus', url], { env });
		expect(resumed.code).toBe(0);
		expect(ruleOf(resumed)).toMatchObject({ outcome: 'pass', samples: 500 });
	});

	test('is shown by thresholds, query and all', async () => {
		const workspace = new Workspace();
		const p95 =
			'{ id: live-p95, prometheus: { buckets: "sum by (le) (x)", quantile: 0.95, min_total: 9 }, check: "value < 1" }';
		const gate = workspace.write('gate.yaml', rules(errors, spans, p95));
		const args = ['thresholds', capitals, '--gate', gate];
		const { code, stdout } = await workspace.inProcess(args, { COLUMNS: '140' });
		expect(code).toBe(0);
		expect(stdout).toMatch(
			/^live-errors +prometheus +value <= 0\.05 of errors +point estimate +>= 300 +critical$/m,
		);
		expect(stdout).toMatch(
			/^live-spans +tempo +value <= 2 of \{\} \| avg_over_time\(duration\), over 15m +point estimate +>= 5 +critical$/m,
		);
		expect(stdout).toMatch(
			/^live-p95 +prometheus +value < 1 of p95 of sum by \(le\) \(x\) +bucket edges +>= 9 +critical$/m,
		);
		const json = await workspace.inProcess([...args, '--json']);
		expect(JSON.parse(json.stdout).rules[1].query).toMatchObject({ source: 'prometheus', value: 'errors' });
	});

	test('is refused before the first question when a query guesses', async () => {
		const workspace = new Workspace();
		const gate = workspace.write(
			'gate.yaml',
			rules(errors.replace('value: errors', 'value: "histogram_quantile(0.9, x)"')),
		);
		const refused = await workspace.inProcess(['compare', capitals, '--gate', gate]);
		expect(refused).toMatchObject({
			code: 2,
			stderr: expect.stringMatching(/gate\.yaml:3: .*guess where in a bucket/),
		});
		expect(existsSync(workspace.home)).toBe(false);
	});
});

describe('what keeps a backend from an answer never deploys', { timeout: 60_000, concurrent: true }, () => {
	test('nobody there, and an answer that never comes: exit 3 with the reason', async () => {
		const gone = await startPrometheus({});
		await gone.close();
		const { workspace, result, again } = await compared(rules(errors), '--prometheus', gone.url);
		expect(result.code).toBe(3);
		expect(ruleOf(result)?.reason).toContain(`Prometheus at ${gone.url} does not answer: `);
		expect(ruleOf(result)?.reason).toContain('ECONNREFUSED');
		expect(await again()).toMatchObject({ code: 3, stdout: result.stdout });
		const hanging = await startAnswering(() => 'hang');
		const judged = await workspace.inProcess([
			...['gate', '@latest', '--prometheus', hanging.url, '--backend-timeout', '0.3'],
		]);
		expect(judged.code).toBe(3);
		expect(judged.stdout.replace(/\s+/g, ' ')).toContain(
			`Prometheus at ${hanging.url} does not answer: no answer within 0.3 s`,
		);
	});

	test.each<[string, Record<string, string>, RegExp]>([
		['NaN', { errors: 'NaN', requests: '500' }, /gives NaN for `value`/],
		['no samples', { errors: '0', requests: '0' }, /counts 0 samples/],
		['too few samples', { errors: '0', requests: '299' }, /300 samples needed/],
		['a total of NaN', { errors: '0', requests: 'NaN' }, /gives NaN for `total`/],
		['an error', { errors: '0' }, /bad_data: no such thing/],
	])('%s', async (_, numbers, reason) => {
		const { url } = await startPrometheus(numbers);
		const { result } = await compared(rules(errors), '--prometheus', url);
		expect(result.code).toBe(3);
		expect(ruleOf(result)).toMatchObject({ outcome: 'inconclusive', reason: expect.stringMatching(reason) });
	});

	test('but of an advisory rule it does not block', async () => {
		const advisory = errors.replace('{ id', '{ tier: advisory, id');
		const { result } = await compared(rules(advisory));
		expect(result.code).toBe(0);
		expect(ruleOf(result)).toMatchObject({ outcome: 'inconclusive', tier: 'advisory' });
	});
});

describe('recorded answers', { timeout: 60_000, concurrent: true }, () => {
	/** A copy of its own of one verdict that Prometheus took part in. */
	let original: ReturnType<typeof compared> | undefined;
	async function recorded() {
		original ??= startPrometheus({ errors: '0.02', requests: '500' }).then(({ url }) =>
			compared(rules(errors), '--prometheus', url),
		);
		const { workspace: source, result } = await original;
		expect(result.code).toBe(0);
		const workspace = new Workspace();
		cpSync(source.home, workspace.home, { recursive: true });
		return {
			workspace,
			again: (...args: string[]) => workspace.inProcess(['gate', '@latest', '--json', ...args]),
		};
	}

	test('serve another limit, and no other query, age or time', async () => {
		const { workspace, again } = await recorded();
		const judge = (gate: string) => again('--gate', workspace.write('other.yaml', gate));
		const kept = readFileSync(verdictFile(workspace), 'utf8');
		expect(ruleOf(await judge(rules(errors.replace('0.05', '0.01'))))).toMatchObject({
			outcome: 'fail',
			limit: 0.01,
		});
		expect(ruleOf(await judge(rules(errors.replace('300', '501'))))).toMatchObject({
			outcome: 'inconclusive',
		});
		for (const other of [
			errors.replace('value: errors', 'value: errors offset 1h'),
			errors.replace('total: requests', 'total: more_requests'),
			errors.replace('300', '300, max_age: 10m'),
			errors.replace('300', '300, window: 10m'),
		]) {
			const judged = await judge(rules(other));
			expect(judged.code).toBe(3);
			expect(ruleOf(judged)?.reason).toContain('no Prometheus was named');
		}
		const atAnotherTime = await again('--at', '2026-11-22T12:00:00Z');
		expect(atAnotherTime.code).toBe(3);
		expect(JSON.parse(atAnotherTime.stdout)).not.toHaveProperty('answers');
		expect(readFileSync(verdictFile(workspace), 'utf8')).toBe(kept);
		expect((await again()).stdout).toBe(kept);
	});

	test.each<[string, (answers: unknown) => unknown, number]>([
		['gone', () => undefined, 3],
		['none', () => [], 3],
		['no list', () => ({}), 4],
		['a value as text', edit({ values: ['0.02'], totals: [500] }), 4],
		['a value that JSON cannot hold', edit({ values: [null], totals: [500] }), 4],
		['no values', edit({ values: [], totals: [500] }), 4],
		['no totals', edit({ values: [0.02] }), 4],
		['a total of 0', edit({ values: [0.02], totals: [0] }), 3],
		['buckets', edit({ buckets: [{ le: '+Inf', count: 500 }], total: 500 }), 3],
		['nothing', edit({}), 4],
	])('that are %s after an edit of verdict.json do not pass', async (_, change, code) => {
		const { workspace, again } = await recorded();
		const file = verdictFile(workspace);
		const { answers, ...rest } = readJson(file);
		writeFileSync(file, JSON.stringify({ ...rest, answers: change(answers) }));
		expect((await again()).code).toBe(code);
	});

	test('are not there when verdict.json is no JSON', async () => {
		const { workspace, again } = await recorded();
		const file = verdictFile(workspace);
		writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
		expect(await again()).toMatchObject({
			code: 4,
			stderr: expect.stringContaining('verdict.json: not valid JSON'),
		});
	});

	test('hold no credentials, nor does anything else that is kept or said', async () => {
		const refusing = await startAnswering(({ headers }) => ({
			status: 401,
			body: `not you: ${headers.authorization}, ${headers['x-api-key']}`,
		}));
		const workspace = new Workspace();
		const gate = workspace.write('gate.yaml', rules(errors));
		const env = { SPANGATE_PROMETHEUS_HEADERS: 'x-api-key=k3y%2Cword' };
		const url = refusing.url.replace('://', '://ops:s3cret@');
		const args = ['compare', capitals, '--gate', gate, '--prometheus', url, '-o', workspace.path('out.md')];
		const { code, stdout, stderr } = await workspace.spangate(args, { env });
		expect(code).toBe(3);
		expect(stdout.replace(/\s+/g, ' ')).toContain(
			'HTTP 401: not you: …, …; Credentials go into SPANGATE_PROMETHEUS_HEADERS',
		);
		const files = globSync('**', { cwd: workspace.folder, withFileTypes: true }).filter((entry) =>
			entry.isFile(),
		);
		expect(files.length).toBeGreaterThan(10);
		const all = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
		const secrets = /s3cret|k3y|b3BzOn/;
		expect([stdout, stderr, ...all].filter((text) => secrets.test(text))).toEqual([]);
	});
});

/** Puts another reading into the one answer. */
function edit(reading: object) {
	return (answers: unknown) => (answers as object[]).map((answer) => ({ ...answer, reading }));
}
