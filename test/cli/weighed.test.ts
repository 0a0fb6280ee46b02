import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult, RunSummary } from '../../src/model/verdict.ts';
import { type Finished, Workspace } from '../support/cli.ts';
import { readStoredRun } from '../support/stored-run.ts';

const suite = `
name: orders
questions: questions.jsonl
gate: gate.yaml
targets:
  before: { use: module, path: good.mjs }
  after: { use: module, path: worse.mjs }
scorers:
  - { use: json_schema, name: shape, file: order.schema.json, weight: 2 }
  - { use: json_path, name: values, absolute: 0.01 }
  - { use: number, which: any, weight: 0 }
  - { use: contains, name: currency, all: [EUR], wholeWords: true }
  - { use: module, name: overlap, path: overlap.mjs, export: Overlap }
  - { use: latency, maxMs: 30000 }
  - { use: cost, maxUsd: 0.01 }
pass: { threshold: 0.8 }
`;

const questions = [7, 8].map((total) => ({
	id: `order-${total}`,
	input: `The order over ${total}?`,
	expected: { json: { '$.total': total }, number: total, answer: 'EUR' },
}));

const answering = (change: string) => `
	export function answer({ id }) {
		const order = { total: Number(id.split('-')[1]), currency: 'EUR' };
		${change}
		return { output: '\`\`\`json\\n' + JSON.stringify(order) + '\\n\`\`\`', costUsd: 0.001 };
	}
`;

const files = {
	'suite.yaml': suite,
	'questions.jsonl': questions.map((question) => `${JSON.stringify(question)}\n`).join(''),
	'gate.yaml': 'rules:\n  - { id: passes, metric: pass_rate, check: "value >= 1" }\n',
	'order.schema.json': JSON.stringify({ type: 'object', required: ['total', 'currency'] }),
	'overlap.mjs':
		'export const Overlap = ({ output, expected }) => ({ name: "Overlap", score: output.includes(expected) ? 1 : 0 });',
	'good.mjs': answering(''),
	// Of one order the total is off, of the other the currency is lacking: what still passes, and what does not.
	'worse.mjs': answering("if (id === 'order-7') order.total = 9; else delete order.currency;"),
};

describe('a suite that weighs its scores', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let result: GateResult;

	beforeAll(async () => {
		for (const [name, text] of Object.entries(files)) workspace.write(`orders/${name}`, text);
		const sides = ['--baseline', 'before', '--candidate', 'after', '--json'];
		compared = await workspace.spangate(['compare', workspace.path('orders'), ...sides]);
		result = JSON.parse(compared.stdout);
	}, 60_000);

	test('deploys by the means, and says why one did not pass', () => {
		expect(compared.code).toBe(1);
		expect(result.candidate.metrics.pass_rate).toMatchObject({ value: 0.5, n: 2 });
		expect((result.baseline as RunSummary).metrics.pass_rate).toMatchObject({ value: 1, n: 2 });
		expect(result.candidate.notPassed).toMatchObject([
			{
				questionId: 'order-8',
				reasons: [
					expect.stringMatching(
						/^weighted mean 0\.429 < 0\.8: shape 0 × 2 \(the answer must have required property 'currency'\), currency 0 × 1 \(missing: EUR\), overlap 0 × 1$/,
					),
				],
			},
		]);
	});

	test('records by what each trial was weighed', () => {
		const { trials } = readStoredRun(workspace.home, result.candidate.run.id);
		const weights = { shape: 2, values: 1, number: 0, currency: 1, overlap: 1, latency: 1, cost: 1 };
		for (const trial of trials) expect(trial.pass).toEqual({ threshold: 0.8, weights });
		const off = trials.find(({ questionId }: { questionId: string }) => questionId === 'order-7');
		expect(off).toMatchObject({ passed: true });
		expect(off.scores.map(({ value }: { value: number }) => value)).toEqual([1, 0, 0, 1, 1, 1, 1]);
	});

	test('makes the same verdict again from its records', async () => {
		const gated = await workspace.inProcess(['gate', `@${result.candidate.run.id}`, '--json']);
		expect(gated.code).toBe(1);
		expect(JSON.parse(gated.stdout).verdict).toEqual(result.verdict);
	});

	test('proves its gate', async () => {
		const proved = await workspace.inProcess(['gate', '--self-test', workspace.path('orders')]);
		expect(proved.code).toBe(0);
	});
});
