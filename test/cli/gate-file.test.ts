import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { fixture, Workspace } from '../support/cli.ts';

const capitals = fixture('capitals');

describe('a gate file in place of the suite’s', { timeout: 60_000, concurrent: true }, () => {
	const workspace = new Workspace();
	let original: string;

	beforeAll(async () => {
		const compared = await workspace.spangate(['compare', capitals, '--json']);
		original = compared.stdout;
		expect(compared.code).toBe(0);
	}, 30_000);

	test('a latency limit of 0.001 ms turns DEPLOY into exit 1, and the summary says by how much', async () => {
		const gate = workspace.write('tight.yaml', limit('latency_p95_ms', 'value <= 0.001'));
		const summary = workspace.path('summary.md');
		const judged = await workspace.inProcess(['gate', '@latest', '--gate', gate, '--json', '-o', summary]);
		const { verdict, candidate } = JSON.parse(judged.stdout) as GateResult;
		expect(judged.code).toBe(1);
		expect(verdict).toMatchObject({ outcome: 'NO-DEPLOY' });
		const [rule] = verdict.rules;
		const p95 = candidate.metrics.latency_p95_ms;
		expect(rule).toMatchObject({ id: 'limit', outcome: 'fail', limit: 0.001 });
		expect(rule?.observed).toBe(p95 !== undefined && 'value' in p95 ? p95.value : undefined);
		const over = Number(((rule?.observed ?? 0) - 0.001).toPrecision(4));
		expect(readFileSync(summary, 'utf8')).toContain(`${over} ms over the limit`);
	});

	test('the same file in a compare decides that compare and stays with its record', async () => {
		const own = new Workspace();
		const gate = own.write('tight.yaml', limit('latency_p95_ms', 'value <= 0.001'));
		const compared = await own.spangate(['compare', capitals, '--gate', gate, '--json']);
		expect(compared.code).toBe(1);
		const again = await own.inProcess(['gate', '@latest', '--json']);
		expect(again).toMatchObject({ code: 1, stdout: compared.stdout });
	});

	test('another gate is told from the first by its digest, and leaves the record as it was', async () => {
		const gate = workspace.write('lenient.yaml', limit('faithfulness', 'value >= 0.1'));
		const judged = await workspace.inProcess(['gate', '@latest', '--gate', gate, '--json']);
		expect(judged.code).toBe(0);
		const before = (JSON.parse(original) as GateResult).digests;
		const after = (JSON.parse(judged.stdout) as GateResult).digests;
		expect(after.gate).not.toBe(before.gate);
		expect({ ...after, gate: before.gate }).toEqual(before);
		expect((await workspace.inProcess(['gate', '@latest', '--json'])).stdout).toBe(original);
	});

	test('--at says when the verdict is judged, and must be a time', async () => {
		const at = '2030-01-02T03:04:05Z';
		const judged = await workspace.inProcess(['gate', '@latest', '--at', at, '--json']);
		expect((JSON.parse(judged.stdout) as GateResult).verdict.evaluatedAt).toBe(at);
		const refused = await workspace.inProcess(['gate', '@latest', '--at', 'tomorrow']);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
	});

	test('more samples wanted than there are leaves the verdict inconclusive', async () => {
		const gate = workspace.write(
			'many.yaml',
			`defaults: { min_samples: 9 }\n${limit('pass_rate', 'value >= 0.5')}`,
		);
		const judged = await workspace.inProcess(['gate', '@latest', '--gate', gate]);
		expect(judged.code).toBe(3);
		expect(judged.stdout).toMatch(/^INCONCLUSIVE .*only 8 sample\(s\), 9 needed/m);
	});

	test.each(Object.entries(unfit()))('gate refuses %s with exit 2', async (name, { text, says }) => {
		const gate = workspace.write(`${name.replaceAll(' ', '-')}.yaml`, text);
		const judged = await workspace.inProcess(['gate', '@latest', '--gate', gate, '--json']);
		expect(judged).toMatchObject({ code: 2, stdout: '' });
		expect(judged.stderr).toMatch(says);
	});

	test('gate refuses a gate file that is not there', async () => {
		const judged = await workspace.inProcess(['gate', '@latest', '--gate', workspace.path('nowhere.yaml')]);
		expect(judged).toMatchObject({ code: 2, stdout: '' });
		expect(judged.stderr).toContain('nowhere.yaml: cannot read the gate file');
	});
});

describe('what could judge nothing is refused before any target is asked', {
	timeout: 60_000,
	concurrent: true,
}, () => {
	const empty = () => '';
	const cases: Record<string, Readonly<Record<string, (text: string) => string>>> = {
		'no rules': { 'gate.yaml': () => 'rules: []\n' },
		'an empty gate file': { 'gate.yaml': empty },
		'no questions': { 'questions.jsonl': empty },
		'a metric that nobody measures': { 'gate.yaml': () => limit('helpfulness', 'value >= 0.5') },
		'advisory rules alone': { 'gate.yaml': (text) => `defaults: { tier: advisory }\n${text}` },
		'a gate file that is not there': { 'suite.yaml': (text) => text.replace('gate.yaml', 'nowhere.yaml') },
		'no gate file': { 'suite.yaml': (text) => text.replace('gate: gate.yaml', '') },
	};

	test.each(Object.entries(cases))('%s', async (_, edits) => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(capitals, edits);
		const compared = await workspace.inProcess(['compare', suite, '--json']);
		expect(compared).toMatchObject({ code: 2, stdout: '' });
		expect(compared.stderr).toContain(suite);
		expect(existsSync(join(workspace.home, 'runs'))).toBe(false);
	});

	test('all problems are told at once, each with its file and line', async () => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(capitals, {
			'suite.yaml': (text) => text.replace('with: { knows: 4 }', 'wiht: { knows: 4 }'),
			'questions.jsonl': (text) => text.replace('"input":"What is the capital of Peru?"', '"input":""'),
		});
		const validated = await workspace.inProcess(['validate', suite]);
		expect(validated.code).toBe(2);
		expect(validated.stderr).toMatch(/suite\.yaml:\d+: .*unknown key "wiht"; did you mean `with`\?/);
		expect(validated.stderr).toMatch(/questions\.jsonl:5: input: /);
	});
});

describe('thresholds', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	const text = [
		'baseline: { max_age: 30d, same: [suite, scorers] }',
		'defaults: { alpha: 0.1, min_samples: 3, on_missing: fail }',
		'rules:',
		'  - { id: floor, metric: faithfulness, check: "lower >= 0.5", method: bootstrap }',
		'  - { id: quality, metric: pass_rate, non_inferior: 2pp, per: tag:size, cluster_by: cluster }',
		'  - { id: latency, metric: latency_p95_ms, check: "upper <= 3500" }',
		'  - { id: cost, metric: cost_usd, check: "value <= 5" }',
		'waivers:',
		'  - { rule: latency, until: 2999-12-31, by: ops, reason: vendor incident, limit: "upper <= 4200" }',
		'  - { rule: cost, until: 2020-12-31, by: ada, reason: prices, limit: "value <= 9" }',
		'',
	].join('\n');
	const args = () => ['thresholds', capitals, '--gate', workspace.write('gate.yaml', text)];

	test.each([80, 120])('shows a gate file that says everything within %d columns', async (columns) => {
		const { code, stdout } = await workspace.inProcess(args(), { COLUMNS: String(columns) });
		expect(code).toBe(0);
		expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
		const words = stdout.replaceAll(/\s+/g, ' ');
		expect(words).toContain('each wrong with a chance of at most 0.1 (α)');
		expect(words).toContain('Waiver of latency, in force until 2999-12-31: upper <= 4200 in place of');
		expect(words).toContain('Waiver of cost, expired on 2020-12-31: the rule’s limit holds, not value <= 9');
		expect(words).toContain('only if it is at most 30d old and made with the same scorers.');
		expect(words).toContain(columns < 100 ? 'missing is fail (BCa' : 'BCa bootstrap');
	});

	test('prints all of it as JSON', async () => {
		const { code, stdout } = await workspace.inProcess([...args(), '--json']);
		expect(code).toBe(0);
		const shown = JSON.parse(stdout);
		expect(shown.baseline).toEqual({ max_age_s: 2_592_000, same: ['suite', 'scorers'] });
		expect(shown.rules).toMatchObject([
			{ id: 'floor', method: 'BCa bootstrap', alpha: 0.1, on_missing: 'fail', min_samples: 3 },
			{ id: 'quality', method: 'Tango score', per: 'tag:size', adjust: 'holm', cluster_by: 'cluster' },
			{
				id: 'latency',
				waiver: { until: '2999-12-31', by: 'ops', limit: 'upper <= 4200', state: 'in force' },
			},
			{ id: 'cost', method: 'point estimate', waiver: { state: 'expired', reason: 'prices' } },
		]);
	});
});

function limit(metric: string, check: string): string {
	return `rules:\n  - { id: limit, metric: ${metric}, check: "${check}" }\n`;
}

function unfit(): Record<string, { text: string; says: RegExp }> {
	return {
		'no rules': { text: 'rules: []\n', says: /at least one rule/ },
		'an empty file': { text: '', says: /rules/ },
		'an unmeasured metric': {
			text: limit('helpfulness', 'value >= 0.5'),
			says: /unknown metric "helpfulness"/,
		},
		'a rule that nothing could break': { text: limit('pass_rate', 'value >= 0'), says: /can never fail/ },
		'a rule that passes when the data cannot tell': {
			text: limit('pass_rate', 'upper >= 0.9'),
			says: /a-rule-that-passes-when-the-data-cannot-tell\.yaml:2: rule "limit": check: "upper >= 0\.9" would pass when the data cannot tell: .*expected "value >= 0\.9" .* or "lower >= 0\.9"/,
		},
		'a method that does not fit': {
			text: 'rules:\n  - { id: a, metric: pass_rate, non_inferior: 2pp, method: wilson }\n',
			says: /:2: rule "a": method: "wilson" does not fit .*expected one of: tango, newcombe/,
		},
		'a missing metric that passes': {
			text: `defaults: { on_missing: pass }\n${limit('pass_rate', 'value >= 0.1')}`,
			says: /:1: defaults\.on_missing: there is no `pass`/,
		},
		'a waiver of events': {
			text: 'rules:\n  - { id: a, metric: safety_violations, max_events: 0 }\nwaivers:\n  - { rule: a, until: 2999-12-31, by: ops, reason: x, limit: max_events 3 }\n',
			says: /:4: waiver of "a": rule: "a": a waiver never covers max_events/,
		},
		'a waiver without an owner': {
			text: `${limit('pass_rate', 'value >= 0.5')}waivers:\n  - { rule: limit, until: 2999-12-31, by: "", reason: x, limit: "value >= 0.1" }\n`,
			says: /:4: waiver of "limit": by: is blank; expected who answers for it/,
		},
		'a baseline of another suite': {
			text: `baseline: { same: [scorers] }\n${limit('pass_rate', 'value >= 0.5')}`,
			says: /:1: baseline\.same: must hold suite/,
		},
		'advisory rules alone': {
			text: `defaults: { tier: advisory }\n${limit('pass_rate', 'value >= 0.1')}`,
			says: /every rule is advisory/,
		},
	};
}
