import { type AddressInfo, connect, createServer } from 'node:net';
import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, Workspace } from '../support/cli.ts';
import { type MetricsBridge, startMetricsBridge } from '../support/metrics-bridge.ts';
import type { Json } from '../support/stored-run.ts';
import { askPrometheus, labelled } from './ask-prometheus.ts';
import { available, describeWith } from './available.ts';
import { nameOf, queriesFor } from './panels.ts';
import { prometheusOf, urlOf } from './stack-containers.ts';
import { type ComparedPair, compareSupport, told } from './support-pair.ts';

describeWith('Prometheus in a container', await available('prometheus'), (images) => {
	const workspace = new Workspace();
	let bridge: MetricsBridge;
	let container: StartedTestContainer;
	let url: string;
	let pair: ComparedPair;

	const ask = (query: string) => askPrometheus(url, { query });
	const gate = (rules: string, { prometheus = url, inMs = 0 } = {}) => {
		const file = workspace.write('asks.yaml', `rules:\n${rules}`);
		const at = new Date(Date.now() + inMs).toISOString();
		return workspace.inProcess([
			'gate',
			`@${pair.candidate}`,
			'--gate',
			file,
			'--at',
			at,
			'--prometheus',
			prometheus,
		]);
	};

	beforeAll(async () => {
		bridge = await startMetricsBridge();
		[container, pair] = await Promise.all([
			prometheusOf(images.prometheus, bridge).start(),
			compareSupport(workspace, bridge.endpoint),
		]);
		url = urlOf(container, 9090);
		// The verdict is the last that a run sends.
		await eventually(async () => (await ask('spangate_verdict')).length > 0);
	}, 240_000);

	afterAll(() => container?.stop());

	test('its own promtool accepts the stack’s configuration', async () => {
		const { exitCode, output } = await container.exec([
			'promtool',
			'check',
			'config',
			'/etc/prometheus/config.yaml',
		]);
		expect(exitCode, output).toBe(0);
	});

	test.each(['baseline', 'candidate'] as const)(
		'has every metric of the %s as the result tells it',
		async (side) => {
			const metrics: Json = pair.result[side].metrics;
			const present = Object.entries(metrics).filter(([, metric]: [string, Json]) => !('missing' in metric));
			const got = await ask(`spangate_run_metric{spangate_run_id="${pair[side]}"}`);
			expect(labelled(got, 'spangate_metric_name')).toEqual(
				Object.fromEntries(present.map(([name, metric]: [string, Json]) => [name, metric.value])),
			);
		},
	);

	test('counts the trials, findings and scores of the record', async () => {
		const { trials } = pair.stored(pair.candidate);
		const ofRun = `{spangate_run_id="${pair.candidate}"}`;
		const trialsBy = await ask(`sum by (spangate_passed) (spangate_trials_total${ofRun})`);
		expect(labelled(trialsBy, 'spangate_passed')).toEqual(countBy(trials, ({ passed }) => String(passed)));
		const findings = trials.flatMap((trial: Json) => trial.findings);
		const findingsBy = await ask(`sum by (spangate_check_status) (spangate_findings_total${ofRun})`);
		expect(labelled(findingsBy, 'spangate_check_status')).toEqual(countBy(findings, ({ status }) => status));
		const faithful = trials
			.flatMap((trial: Json) => trial.scores)
			.filter(({ scorer }: Json) => scorer === 'faithfulness');
		const below = await ask(
			`spangate_score_bucket{spangate_run_id="${pair.candidate}", spangate_scorer_name="faithfulness", le=~"0.95|1|1.0"}`,
		);
		const upTo = (bound: number) => faithful.filter(({ value }: Json) => value <= bound).length;
		expect(upTo(1)).toBeGreaterThan(upTo(0.95));
		expect(below.map(({ value }) => value).sort((a, b) => a - b)).toEqual([upTo(0.95), upTo(1)]);
	});

	test('has the verdict, and what each rule came to', async () => {
		const ofRun = `{spangate_run_id="${pair.candidate}"}`;
		expect((await ask(`spangate_verdict${ofRun}`)).map(({ value }) => value)).toEqual([-1]);
		const words: Readonly<Record<string, number>> = { pass: 1, inconclusive: 0, fail: -1 };
		const outcomes = pair.result.verdict.rules.map(({ id, outcome }: Json) => [id, words[outcome]]);
		expect(labelled(await ask(`spangate_rule_outcome${ofRun}`), 'spangate_rule_id')).toEqual(
			Object.fromEntries(outcomes),
		);
	});

	test('accepts the query of every panel, and has data for it', async () => {
		const queries = queriesFor(pair).filter(({ datasource }) => datasource === 'prometheus');
		expect(queries.length).toBeGreaterThan(0);
		const end = Date.now() / 1_000;
		const range = { start: String(end - 3_600), end: String(end), step: '30' };
		const empty: string[] = [];
		for (const each of queries) {
			const found = await askPrometheus(url, { query: each.query, ...(!each.instant && range) });
			if (found.length === 0) empty.push(nameOf(each));
		}
		expect(empty).toEqual([]);
	});

	describe('a gate that asks it', () => {
		const ofRun = () => `{spangate_run_id="${pair.candidate}"}`;
		const passRate = () =>
			`sum(spangate_trials_total{spangate_run_id="${pair.candidate}", spangate_passed="true"}) / sum(spangate_trials_total${ofRun()})`;
		const total = () => `sum(spangate_trials_total${ofRun()})`;
		const rule = (value: string, of: string, check: string, minimum = 30) =>
			`  - { id: asked, prometheus: { value: '${value}', total: '${of}', min_total: ${minimum} }, check: "${check}" }\n`;

		test('passes on a number that is good enough', async () => {
			const done = await gate(rule(passRate(), total(), 'value >= 0.1'));
			expect(done.code, told(done)).toBe(0);
		});

		test('fails on one that is not', async () => {
			const done = await gate(rule(passRate(), total(), 'value >= 0.999'));
			expect(done.code, told(done)).toBe(1);
		});

		test.each([
			[
				'no series',
				() => rule('no_such_metric', total(), 'value <= 1'),
				/no_such_metric|no series|missing|empty/i,
			],
			['too few samples', () => rule(passRate(), total(), 'value >= 0.1', 100_000), /100000|100,000/],
			[
				'not a number',
				() => rule('0 / sum(spangate_trials_total) * 0 / 0', total(), 'value <= 1'),
				/NaN|number/,
			],
			[
				'a query that it refuses',
				() => rule('sum(', total(), 'value <= 1'),
				/parse error|unclosed|400|bad_data/,
			],
		])('is inconclusive for %s', async (_, rules, reason) => {
			const done = await gate(rules());
			expect(done.code, told(done)).toBe(3);
			expect(done.stdout).toMatch(reason);
		});

		test('is inconclusive for a sample that is old', async () => {
			const done = await gate(rule(passRate(), total(), 'value >= 0.1'), { inMs: 10 * 60_000 });
			expect(done.code, told(done)).toBe(3);
			const stillShown = rule(passRate(), total(), 'value >= 0.1').replace(
				'min_total',
				'max_age: 10s, min_total',
			);
			const old = await gate(stillShown, { inMs: 60_000 });
			expect(old.code, told(old)).toBe(3);
			expect(old.stdout).toMatch(/how old|no series/);
		});

		test('judges a quantile by the edges of its bucket', async () => {
			const buckets = `sum by (le) (spangate_score_bucket{spangate_run_id="${pair.candidate}", spangate_scorer_name="faithfulness"})`;
			const quantile = (check: string) =>
				`  - { id: asked, prometheus: { buckets: '${buckets}', quantile: 0.5, min_total: 30 }, check: "${check}" }\n`;
			const values: number[] = pair
				.stored(pair.candidate)
				.trials.flatMap((trial: Json) => trial.scores)
				.filter(({ scorer }: Json) => scorer === 'faithfulness')
				.map(({ value }: Json) => value)
				.sort((a: number, b: number) => a - b);
			const median = values[Math.ceil(values.length / 2) - 1] ?? Number.NaN;
			const upper = Math.ceil(median * 20 - 1e-9) / 20;
			expect((await gate(quantile(`value <= ${upper}`))).code).toBe(0);
			expect((await gate(quantile(`value <= ${upper - 0.05}`))).code).toBe(1);
			const inside = await gate(quantile(`value <= ${upper - 0.02}`));
			expect(inside.code, told(inside)).toBe(3);
		});

		// The last, since nothing is there afterwards.
		test('is inconclusive, and says why, when it goes away in the middle of a question', async () => {
			const { container: engine } = await getContainerRuntimeClient();
			const frozen = engine.getById(container.getId());
			await frozen.pause();
			let killed: Promise<unknown> | undefined;
			const proxy = await proxyTo(url, () => {
				killed ??= frozen.kill();
			});
			const done = await gate(rule(passRate(), total(), 'value >= 0.1'), { prometheus: proxy });
			expect(done.code, told(done)).toBe(3);
			expect(done.stdout).toContain(proxy);
			expect(done.stdout).not.toContain('DEPLOY  every');
			await killed;
			const gone = await gate(rule(passRate(), total(), 'value >= 0.1'));
			expect(gone.code, told(gone)).toBe(3);
			expect(gone.stdout).toMatch(/ECONNREFUSED|refused/);
		});
	});
});

/** How many entries there are of each word. */
function countBy(entries: readonly Json[], word: (entry: Json) => string): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const entry of entries) counts[word(entry)] = (counts[word(entry)] ?? 0) + 1;
	return counts;
}

/** Passes bytes on to a server, and tells when the first have gone there. */
async function proxyTo(url: string, onAsked: () => void): Promise<string> {
	const { hostname, port } = new URL(url);
	const server = createServer((socket) => {
		const onwards = connect(Number(port), hostname);
		socket.on('error', () => {}).on('close', () => onwards.destroy());
		onwards.on('error', () => {}).on('close', () => socket.destroy());
		socket.on('data', (bytes) => onwards.write(bytes, onAsked));
		onwards.pipe(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	afterAll(() => server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
