import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult, RuleResult } from '../../src/model/verdict.ts';
import { type Finished, fixture, Workspace } from '../support/cli.ts';
import { readStoredRun, type StoredRun } from '../support/stored-run.ts';

const graders = fixture('graders');
const sides = ['--baseline', 'before', '--candidate', 'after', '--timeout', '1', '--json'];
const rule = (id: string, metric: string, condition: string) =>
	`  - { id: ${id}, metric: ${metric}, ${condition} }\n`;
const faultyScorers = [
	...[
		'throws',
		'hangs',
		'gives-nan',
		'gives-two',
		'gives-nothing',
		'gives-text',
		'gives-more',
		'throws-once',
	],
];
const faultyChecks = ['throws', 'misspells', 'gives-true', 'gives-nothing', 'lacks-severity', 'throws-once'];

describe('scorers and checks of the user’s', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let result: GateResult;
	let stored: StoredRun;

	beforeAll(async () => {
		const gate = workspace.write(
			'gate.yaml',
			[
				'rules:\n',
				rule('faithfulness', 'faithfulness', 'check: "value >= 0.9"'),
				rule('brevity', 'brevity', 'check: "value >= 0.4"'),
				rule('polite', 'safety_violations.polite', 'max_events: 0'),
				...faultyScorers.map((name) => rule(`scorer-${name}`, name, 'check: "value >= 0.1"')),
				...faultyChecks.map((name) => rule(`check-${name}`, `policy_violations.${name}`, 'max_events: 99')),
				rule('policy', 'policy_violations', 'max_events: 99'),
			].join(''),
		);
		compared = await workspace.spangate(['compare', graders, ...sides, '--gate', gate]);
		result = JSON.parse(compared.stdout);
		stored = readStoredRun(workspace.home, result.candidate.run.id);
	}, 60_000);

	const ruleOf = (id: string): RuleResult | undefined => result.verdict.rules.find((each) => each.id === id);

	test('what cannot be judged leaves exit 3', () => {
		expect(compared.code).toBe(3);
		expect(result.verdict.outcome).toBe('INCONCLUSIVE');
	});

	test('sound ones are judged as ever', () => {
		for (const id of ['faithfulness', 'brevity', 'polite']) expect(ruleOf(id)?.outcome).toBe('pass');
		expect(result.candidate.metrics.brevity).toEqual({ value: 0.5, n: 4, unit: 'score' });
		expect(stored.trials[0].scores).toContainEqual({
			status: 'scored',
			scorer: 'brevity',
			version: '3',
			value: 0.5,
			threshold: 0.5,
			passed: true,
			reason: '3 of 6 characters',
		});
		expect(stored.trials[0].findings).toContainEqual({
			status: 'ok',
			check: 'polite',
			version: '2026-11',
			kind: 'safety',
		});
	});

	test('one that names no version bears the digest of its module', () => {
		expect(stored.run.scorers).toContainEqual({
			name: 'traced',
			use: 'module',
			version: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
		});
	});

	test.each(faultyScorers)('a scorer that %s is errored, and the rule on it inconclusive', (name) => {
		expect(ruleOf(`scorer-${name}`)).toMatchObject({ outcome: 'inconclusive', samples: 0 });
		expect(result.candidate.metrics[name]).toEqual({
			missing: expect.stringMatching(/errored in [14] trial/),
		});
		const scores = stored.trials.flatMap((trial) => trial.scores).filter(({ scorer }) => scorer === name);
		const errored = scores.filter(({ status }) => status === 'errored');
		expect(errored).toHaveLength(name === 'throws-once' ? 1 : 4);
		for (const { error } of errored) expect(error).not.toBe('');
		const spans = stored.spans.filter((span) => span.name === `evaluate ${name}`);
		expect(spans.filter(({ status }) => status.code === 2)).toHaveLength(errored.length);
	});

	test.each(faultyChecks)('a check that %s is errored, and the rule on it inconclusive', (name) => {
		expect(ruleOf(`check-${name}`)).toMatchObject({ outcome: 'inconclusive', samples: 0 });
		const findings = stored.trials.flatMap((trial) => trial.findings).filter(({ check }) => check === name);
		expect(findings.filter(({ status }) => status === 'errored')).toHaveLength(
			name === 'throws-once' ? 1 : 4,
		);
	});

	test('an errored check makes the count over all checks of its kind inconclusive', () => {
		expect(ruleOf('policy')?.outcome).toBe('inconclusive');
	});

	test('one that would change the evidence changes it for nobody', () => {
		// The rewritten answer shouts.
		expect(ruleOf('polite')?.outcome).toBe('pass');
		for (const { answer } of stored.trials) expect(answer.output).toBe('yes');
		const calls = stored.spans.filter(({ name }) => name === 'invoke_agent after');
		for (const { attributes } of calls) expect(attributes['gen_ai.agent.name']).toBe('after');
	});

	test('no trial with an errored grader passes, and the root span says so', () => {
		expect(stored.trials.map(({ passed }) => passed)).toEqual([false, false, false, false]);
		const roots = stored.spans.filter(({ name }) => name === 'question');
		for (const { attributes } of roots) {
			expect(['errored', 'violated']).toContain(attributes['spangate.policy.status']);
			expect(attributes['spangate.safety.status']).toBe('safe');
		}
	});
});

describe('one grader alone', { timeout: 60_000, concurrent: true }, () => {
	async function judge(candidate: string, lines: string) {
		const workspace = new Workspace();
		const gate = workspace.write('gate.yaml', `rules:\n${lines}`);
		const args = ['compare', graders, '--baseline', 'before', '--candidate', candidate, '--timeout', '1'];
		const compared = await workspace.spangate([...args, '--json', '--gate', gate]);
		return { code: compared.code, verdict: (JSON.parse(compared.stdout) as GateResult).verdict };
	}

	test('a limit that was already broken stays broken when the check errors elsewhere', async () => {
		const lines = rule('tone', 'policy_violations.violated-and-throws', 'max_events: 0');
		const { code, verdict } = await judge('after', lines);
		expect(code).toBe(1);
		expect(verdict.rules[0]).toMatchObject({ id: 'tone', outcome: 'fail', observed: 1, limit: 0 });
	});

	test('a scorer that needs spans passes with them', async () => {
		const { code } = await judge('after', rule('traced', 'traced', 'check: "value >= 1"'));
		expect(code).toBe(0);
	});

	test('a scorer that needs spans is errored without them, however happy it is', async () => {
		const { code, verdict } = await judge('spanless', rule('traced', 'traced', 'check: "value >= 1"'));
		expect(code).toBe(3);
		expect(verdict.rules[0]).toMatchObject({
			id: 'traced',
			outcome: 'inconclusive',
			reason: expect.stringContaining(`scorer "traced" errored in 4 trial(s)`),
		});
	});
});

describe('a grader that cannot be loaded is refused before any target is asked', {
	timeout: 60_000,
	concurrent: true,
}, () => {
	test.each([
		['throws on import', 'throw new Error("half a module");', /cannot load the module: half a module/],
		['exports nothing of use', 'export const rate = 1;', /expected an export `score` .*; it exports rate/],
		['takes no settings', 'export const score = () => 1;', /`with:` settings are given, but/],
	])('a scorer that %s', async (_, source, says) => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(graders, { 'brevity.ts': () => source });
		const compared = await workspace.inProcess(['compare', suite, ...sides]);
		expect(compared).toMatchObject({ code: 2, stdout: '' });
		expect(compared.stderr).toMatch(says);
		expect(compared.stderr).toMatch(/suite\.yaml:\d+: scorers\.1: /);
	});

	test('a check that does not say its kind', async () => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(graders, {
			'polite.ts': (text) => text.replace('export const kind', 'const kind'),
		});
		const compared = await workspace.inProcess(['compare', suite, ...sides]);
		expect(compared).toMatchObject({ code: 2, stdout: '' });
		expect(compared.stderr).toMatch(
			/polite\.ts: expected beside `check` an export `kind`, "policy" or "safety"/,
		);
	});
});
