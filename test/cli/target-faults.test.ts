import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { readStoredRun, type StoredRun } from '../support/stored-run.ts';

const faults = fixture('faults');
const compare = (candidate: string, ...rest: string[]) => [
	...['compare', faults, '--baseline', 'sound', '--candidate', candidate, '--timeout', '1', '--json'],
	...rest,
];

describe('a target that fails at some questions', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let result: GateResult;
	let stored: StoredRun;

	beforeAll(async () => {
		const gate = workspace.write(
			'gate.yaml',
			'rules:\n  - { id: pass-rate, metric: pass_rate, non_inferior: 2pp }\n',
		);
		compared = await workspace.spangate(compare('faulty', '--gate', gate));
		result = JSON.parse(compared.stdout);
		stored = readStoredRun(workspace.home, result.candidate.run.id);
	}, 60_000);

	test.each([
		['throws', 'RangeError', 'no such shelf'],
		['rejects', 'TypeError', 'the model is gone'],
		['throws-nothing', 'undefined', 'undefined'],
		['throws-circular', 'object', 'no text'],
		['throws-nameless', 'Error', ''],
		['hangs', 'TimeoutError', 'gave no result within 1000 ms'],
		['gives-nothing', 'InvalidAnswerError', 'undefined'],
		['gives-null', 'InvalidAnswerError', 'the target returned no answer'],
		['gives-number', 'InvalidAnswerError', 'expected object, received number'],
		['gives-nan-cost', 'InvalidAnswerError', 'NaN'],
		['gives-negative-tokens', 'InvalidAnswerError', 'inputTokens'],
		['gives-unknown-key', 'InvalidAnswerError', 'costUSD'],
		['gives-no-output', 'InvalidAnswerError', 'output'],
	])('one that %s is a failed trial of type %s', (questionId, type, message) => {
		const trial = stored.trials.find((each) => each.questionId === questionId);
		expect(trial).toMatchObject({ result: 'failed', passed: false, error: { type } });
		expect(trial.error.message).toContain(message);
		expect(trial.scores).toMatchObject([{ status: 'scored', value: 0, passed: false }]);
		expect(trial.findings).toEqual([]);
		const trace = stored.spans.filter(({ traceId }) => traceId === trial.traceId);
		expect(trace.map(({ name }) => name).sort()).toEqual(['invoke_agent faulty', 'question']);
		expect(trace.find(({ name }) => name !== 'question')).toMatchObject({
			status: { code: 2 },
			attributes: { 'error.type': type },
		});
		expect(trace.find(({ name }) => name === 'question')?.attributes).toMatchObject({
			'test.case.result.status': 'fail',
			'spangate.policy.status': 'not_checked',
			'spangate.safety.status': 'not_checked',
		});
	});

	test('the other questions are answered and pass', () => {
		const fine = stored.trials.filter(({ questionId }) => questionId.startsWith('fine'));
		expect(fine).toHaveLength(7);
		for (const trial of fine) expect(trial).toMatchObject({ result: 'answered', passed: true });
	});

	test('every denominator counts the failed trials', () => {
		expect(result.candidate.metrics).toMatchObject({
			error_rate: { value: 13 / 20, n: 20 },
			pass_rate: { value: 7 / 20, n: 20 },
			faithfulness: { value: 7 / 20, n: 20 },
			// Slower than every answer: with 13 of 20 failed even the median has no number.
			latency_p50_ms: { missing: expect.stringContaining('falls on a failed trial') },
		});
	});

	test('what was not observed does not count as safe', () => {
		expect(result.candidate.metrics['policy_violations.tone']).toEqual({
			value: 0,
			n: 7,
			unit: 'violations',
		});
	});

	test('exits 1: the errors are over the limit that every gate has, and the pass rate fell', () => {
		expect(compared.code).toBe(1);
		const failed = result.verdict.rules.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
		expect(failed).toEqual(expect.arrayContaining(['pass-rate', 'valid:candidate-errors']));
		expect(result.regressions).toHaveLength(13);
	});
});

describe('a target that is gone', { timeout: 60_000, concurrent: true }, () => {
	test('an app that dies half-way leaves failed trials, and its good manners do not make it exit 0', async () => {
		const workspace = new Workspace();
		const gate = workspace.write(
			'gate.yaml',
			'rules:\n  - { id: cost, metric: cost_usd, check: "value <= 999" }\n',
		);
		const compared = await workspace.spangate(compare('dying', '-j', '1', '--gate', gate));
		const { candidate } = JSON.parse(compared.stdout) as GateResult;
		expect(compared.code).toBe(1);
		expect(candidate.run).toMatchObject({ planned: 20, completed: 20, interrupted: false });
		expect(candidate.metrics.error_rate).toEqual({ value: 16 / 20, n: 20, unit: 'share' });
		const { trials } = readStoredRun(workspace.home, candidate.run.id);
		for (const trial of trials.filter(({ result }) => result === 'failed')) {
			expect(trial.error.message).toMatch(
				/^no answer from http:.*(ECONNREFUSED|other side closed|ECONNRESET)/,
			);
		}
	});

	test.each([['compare'], ['run']])('one that answers nothing ends %s with exit 4', async (command) => {
		const workspace = new Workspace();
		const args = command === 'run' ? ['run', faults, '--target', 'broken', '--json'] : compare('broken');
		const { code, stderr } = await workspace.spangate(args);
		expect(code).toBe(4);
		expect(stderr).toContain('target "broken" answered none of 20 trials; last: RangeError: out of order');
		const judged = await workspace.inProcess(['gate', '@latest']);
		expect(judged.code).not.toBe(0);
	});

	test('an app that never starts is told with its output, before any trial', async () => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(faults, {
			'server.ts': () => 'console.error("no database here");\nprocess.exit(0);\n',
		});
		const ended = await workspace.spangate(['run', suite, '--target', 'spanless']);
		expect(ended).toMatchObject({ code: 4, stdout: '' });
		expect(ended.stderr).toMatch(
			/did not become ready: it exited with code 0; it printed:\s+no database here/,
		);
		expect(runIds(ended)).toEqual([]);
	});
});
