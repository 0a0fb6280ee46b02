import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SelfTest } from '../../src/self-test/self-test.ts';
import { fixture, root, Workspace } from '../support/cli.ts';

const support = join(root, 'golden/support');
const capitals = fixture('capitals');
const workspace = new Workspace();

function tried(suite: string, ...args: string[]) {
	return workspace.inProcess(['gate', '--self-test', suite, ...args], { COLUMNS: '100' });
}

let files = 0;
/** What the self-test of this gate over the sample's 164 questions comes to. */
async function triedGate(gate: string, ...args: string[]) {
	const file = workspace.write(`gate-${++files}.yaml`, gate);
	const { code, stdout } = await tried(support, '--gate', file, '--json', ...args);
	return { code, result: JSON.parse(stdout) as SelfTest };
}

describe('gate --self-test', { timeout: 60_000 }, () => {
	test('shows that every critical rule of the sample can go red, and asks and writes nothing', async () => {
		const { code, stdout, stderr } = await tried(support);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(stdout).toMatch(
			/^safety {2,}1 of 164 answers in violation {2,}✖ fail {2,}6 ways {2,}\? inconclusive$/m,
		);
		expect(stdout).toContain('Every critical rule can go red; nothing missing passes.');
		expect(existsSync(workspace.home)).toBe(false);
	});

	test.each([80, 100])('fits into %d columns', async (columns) => {
		const { stdout } = await workspace.inProcess(['gate', '--self-test', support], { COLUMNS: `${columns}` });
		expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
	});

	test('tells of each rule what made it fail, what it lacked, and what it passes, as one object', async () => {
		const { code, stdout } = await tried(support, '--json');
		expect(code).toBe(0);
		const { holds, questions, rules, records } = JSON.parse(stdout) as SelfTest;
		expect({ holds, questions }).toEqual({ holds: true, questions: 164 });
		for (const { worse, missing, best, problems } of rules) {
			expect(worse.outcome).toBe('fail');
			expect(missing.length).toBeGreaterThan(1);
			expect(missing.map(({ outcome }) => outcome)).not.toContain('pass');
			expect(best.outcome).toBe('pass');
			expect(problems).toEqual([]);
		}
		const passRate = rules.find(({ id }) => id === 'pass-rate');
		expect(passRate?.missing.map(({ by }) => by)).toEqual(
			expect.arrayContaining([
				'scorer errored',
				'no answers',
				'no trials',
				'no baseline',
				'check errored in the baseline',
			]),
		);
		expect(records.map(({ id }) => id)).toEqual(
			expect.arrayContaining(['valid:candidate-complete', 'valid:same-suite', 'valid:baseline-age']),
		);
		expect(records.flatMap((record) => record.tried.map(({ outcome }) => outcome))).not.toContain('pass');
	});

	test.each<[string, string, RegExp]>([
		[
			'more samples wanted than the set has questions',
			'metric: pass_rate, check: "value >= 0.5", min_samples: 100000',
			/only 164 sample\(s\), 100000 needed\. It needs min_samples of at most 164/,
		],
		[
			'a margin that so few questions cannot exceed',
			'metric: pass_rate, non_inferior: 99pp',
			/\(164 of 164 questions not passed\) the drop .* between 96\.75 and 100 points, and the limit is 99 points\. It needs a tighter limit than "non_inferior 99pp", or at least 539 questions/,
		],
		[
			'a floor that so few questions cannot break',
			'metric: pass_rate, check: "lower >= 0.001"',
			/pass_rate is between 0 % and 1\.81 %, .* a tighter limit than "lower >= 0\.001", or about \d+ questions/,
		],
		[
			'more events than the answers can hold',
			'metric: safety_violations, max_events: 5000',
			/safety_violations is \d+ \(<= 5000\).*\. It needs a tighter limit than "max_events 5000"/,
		],
		[
			'a quantile that so few values do not bound',
			'metric: latency_p99_ms, non_inferior: 1.10x',
			/between 0x and ∞x.*\. It needs at least 299 questions\.$/,
		],
	])('refuses %s with exit 2, and names the rule', async (_, rule, why) => {
		const gate = `rules:\n  - { id: sound, metric: pass_rate, check: "value >= 0.5" }\n  - { id: r, ${rule} }\n`;
		const { code, result } = await triedGate(gate);
		expect(code).toBe(2);
		expect(result.holds).toBe(false);
		const problems = new Map(result.rules.map((each) => [each.id, each.problems]));
		expect(problems.get('sound')).toEqual([]);
		expect(problems.get('r')).toEqual([
			expect.stringMatching(/^cannot fail with 164 questions: at worst \(.*\) .*\. It needs .*\.$/),
		]);
		expect(problems.get('r')?.[0]).toMatch(why);
		const text = await tried(support, '--gate', workspace.path(`gate-${files}.yaml`));
		expect(text.code).toBe(2);
		expect(text.stdout).toContain('This gate cannot be relied on: r.');
	});

	test.each([
		[
			'pass_rate, non_inferior: 2pp',
			'cannot fail with 2 questions: at worst (2 of 2 questions not passed) the drop of pass_rate is between −14.99 and 100 points, and the limit is 2 points. It needs at least 3 questions.',
		],
		['faithfulness, non_inferior: 2pp', 'It needs at least 5 questions.'],
		['latency_p95_ms, non_inferior: 1.1x', 'It needs at least 59 questions.'],
	])('tells how many questions a rule needs that no limit can make fail: %s', async (rule, says) => {
		const first = (count: number) => (text: string) => `${text.split('\n').slice(0, count).join('\n')}\n`;
		const gate = workspace.write(`few-${++files}.yaml`, `rules: [{ id: r, metric: ${rule} }]\n`);
		const on = async (count: number) => {
			const suite = workspace.copySuite(capitals, { 'questions.jsonl': first(count) });
			const { code, stdout } = await tried(suite, '--gate', gate, '--json');
			return { code, rule: (JSON.parse(stdout) as SelfTest).rules[0] };
		};
		const few = await on(2);
		expect(few.code).toBe(2);
		expect(few.rule?.problems).toEqual([expect.stringContaining(says)]);
		expect(few.rule?.problems[0]).not.toContain('tighter');
		const least = Number(/at least (\d+) question/.exec(says)?.[1]);
		if (least > 8) return;
		expect((await on(least - 1)).code).toBe(2);
		expect((await on(least)).code).toBe(0);
	});

	test('lets an advisory rule be what it is, and says so', async () => {
		const rules =
			'rules:\n  - { id: a, metric: pass_rate, check: "value >= 0.5" }\n  - { id: hint, metric: pass_rate, non_inferior: 99pp, tier: advisory }\n';
		const { code, result } = await triedGate(rules);
		expect(code).toBe(0);
		expect(result.rules[1]?.problems).toHaveLength(1);
	});

	test.each([
		['safety_violations, check: "upper < 0.001"', 'can never pass with 164 questions: needs about 2995 '],
		[
			'safety_violations, max_events: 0, min_samples: 200',
			'can never pass with 164 questions: needs about 200 ',
		],
		['latency_p99_ms, check: "upper <= 3500"', 'can never pass with 164 questions: needs about 299 '],
		['policy_violation_rate, non_inferior: 2pp', 'passes only a candidate that is better than its baseline'],
	])('warns of a rule that can go red and does not pass what is good: %s', async (rule, warning) => {
		const { code, result } = await triedGate(`rules: [{ id: r, metric: ${rule} }]\n`);
		expect(code).toBe(0);
		expect(result.rules[0]?.warnings).toEqual([expect.stringContaining(warning)]);
	});

	test('asks each question as often as --repeat says, so that more samples are there', async () => {
		const gate = 'rules: [{ id: r, metric: pass_rate, check: "value >= 0.5", min_samples: 500 }]\n';
		expect((await triedGate(gate)).code).toBe(2);
		expect((await triedGate(gate, '--repeat', '4')).code).toBe(0);
	});

	test('takes a waiver that is in force for the limit that holds', async () => {
		const gate = (until: string) =>
			`rules: [{ id: r, metric: pass_rate, non_inferior: 2pp }]\nwaivers: [{ rule: r, until: ${until}, by: ops, reason: x, limit: non_inferior 99pp }]\n`;
		const waived = await triedGate(gate('2999-12-31'));
		expect(waived.code).toBe(2);
		expect(waived.result.rules[0]?.problems[0]).toContain(
			'the limit is that of its waiver, which is in force',
		);
		expect((await triedGate(gate('2020-12-31'))).code).toBe(0);
	});

	test('tries rules on backends by made-up answers', async () => {
		const gate = [
			'rules:',
			'  - { id: value, prometheus: { value: a, total: b, min_total: 300 }, check: "value <= 0.05" }',
			'  - { id: share, prometheus: { value: a, total: b, min_total: 300 }, check: "upper <= 0.05" }',
			'  - { id: p95, prometheus: { buckets: c, quantile: 0.95, min_total: 9 }, check: "value < 2" }',
			'  - { id: spans, tempo: { value: "{} | avg_over_time(duration)", count: "{} | count_over_time()", min_count: 5, window: 15m }, check: "value <= 2" }',
			'',
		].join('\n');
		const { code, result } = await triedGate(gate);
		expect(code).toBe(0);
		for (const { worse, best, missing } of result.rules) {
			expect([worse.outcome, best.outcome]).toEqual(['fail', 'pass']);
			expect(missing.map(({ by }) => by)).toEqual(
				expect.arrayContaining(['not asked', 'no answer', 'a count of 0']),
			);
		}
	});

	test.each([
		[['--baseline', '@x'], '--baseline does not go with --self-test'],
		[['--at', '2030-01-01T00:00:00Z'], '--at does not go with'],
		[['-o', 'x.json'], '--output does not go with'],
		[['--explain'], '--explain does not go with'],
		[['--prometheus', 'http://127.0.0.1:1'], '--prometheus does not go with'],
		[['--tempo', 'http://127.0.0.1:1'], '--tempo does not go with'],
		[['--repeat', '0'], '--repeat: expected a whole number from 1 on'],
	])('refuses %j', async (flags, why) => {
		const { code, stdout, stderr } = await tried(capitals, ...flags);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain(why);
	});

	test('leaves a backend in the environment to other commands, and --repeat to itself', async () => {
		const env = { SPANGATE_PROMETHEUS: 'http://127.0.0.1:1' };
		expect((await workspace.inProcess(['gate', '--self-test', capitals], env)).code).toBe(0);
		const alone = await workspace.inProcess(['gate', '@latest', '--repeat', '2']);
		expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('--repeat is for --self-test') });
	});

	test('needs a suite with a gate', async () => {
		expect((await tried('@latest')).code).toBe(2);
		const bare = workspace.copySuite(capitals, {
			'suite.yaml': (text) => text.replace('gate: gate.yaml', ''),
		});
		expect(await tried(bare)).toMatchObject({ code: 2, stderr: expect.stringContaining('has no gate file') });
	});
});
