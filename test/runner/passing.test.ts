import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/model/question.ts';
import { boom, check, ok, openBench, question, runTrial, spanNamed, violated } from './bench.ts';

interface Weighed {
	/** By scorer: what it gives, and its weight. */
	readonly scores: Readonly<Record<string, readonly [value: number | 'errored', weight?: number]>>;
	readonly passThreshold?: number;
	readonly asked?: Partial<Question>;
	readonly finding?: unknown;
	readonly answer?: () => unknown;
}

async function weigh({ scores, passThreshold, asked = {}, finding = ok, answer = () => 'one' }: Weighed) {
	const scorers = Object.entries(scores).map(
		([name, [value]]) => [name, () => (value === 'errored' ? boom() : value)] as const,
	);
	const bench = await openBench({
		answer,
		scorers: Object.fromEntries(scorers),
		checks: [check('policy', finding)],
	});
	const { suite } = bench.context;
	const weighed = suite.scorers.map((entry) => ({ ...entry, weight: scores[entry.name]?.[1] }));
	const context = { ...bench.context, suite: { ...suite, scorers: weighed, passThreshold } };
	const trial = await runTrial({ ...question, ...asked }, 0, context);
	// The reader refuses a line that is not whole.
	expect(await bench.trialsOnDisk()).toEqual([trial]);
	return { trial, root: spanNamed(await bench.spansOnDisk(), 'question') };
}

describe('a trial that is weighed', () => {
	it.each<[string, Weighed, boolean]>([
		['its mean reaches the threshold', { scores: { a: [1], b: [0.6] }, passThreshold: 0.8 }, true],
		['its mean is below', { scores: { a: [1], b: [0.59] }, passThreshold: 0.8 }, false],
		['the heavier one is good', { scores: { a: [1, 3], b: [0.2, 1] }, passThreshold: 0.8 }, true],
		['the heavier one is bad', { scores: { a: [1, 1], b: [0.2, 3] }, passThreshold: 0.8 }, false],
		['a weight of 0 only reports', { scores: { a: [1], b: [0, 0] }, passThreshold: 1 }, true],
		[
			'rounding is all that is lacking',
			{ scores: { a: [0.7], b: [0.7], c: [0.7] }, passThreshold: 0.7 },
			true,
		],
		[
			'nothing is good, however low the threshold',
			{ scores: { a: [0], b: [0] }, passThreshold: 1e-10 },
			false,
		],
		[
			'the question lowers the threshold',
			{ scores: { a: [1], b: [0] }, passThreshold: 0.8, asked: { pass: { threshold: 0.5 } } },
			true,
		],
		[
			'the question alone is weighed',
			{ scores: { a: [1], b: [0] }, asked: { pass: { threshold: 0.5 } } },
			true,
		],
		[
			'the question has its own weights',
			{ scores: { a: [1, 9], b: [0] }, passThreshold: 0.5, asked: { pass: { weights: { a: 1, b: 2 } } } },
			false,
		],
		[
			'a skipped scorer weighs nothing',
			{ scores: { a: [1], b: [0, 9] }, passThreshold: 1, asked: { skip: ['b'] } },
			true,
		],
		[
			'all are skipped and the check is ok',
			{ scores: { a: [0] }, passThreshold: 1, asked: { skip: ['a'] } },
			true,
		],
		['nothing has any weight', { scores: { a: [1, 0] }, passThreshold: 0.1 }, false],
		['a scorer errored', { scores: { a: [1, 99], b: ['errored'] }, passThreshold: 0.1 }, false],
		['an errored one weighs nothing', { scores: { a: [1], b: ['errored', 0] }, passThreshold: 0.1 }, false],
		['a check found something', { scores: { a: [1] }, passThreshold: 0.1, finding: violated('low') }, false],
		['the target failed', { scores: { a: [1] }, passThreshold: 0.1, answer: boom }, false],
		['nothing is weighed', { scores: { a: [1], b: [0.4] } }, false],
	])('where %s', async (_, parts, passed) => {
		const { trial, root } = await weigh(parts);
		expect(trial.passed).toBe(passed);
		expect(root.attributes['spangate.passed']).toBe(passed);
	});

	it('records by what it was weighed, and shows it on its root', async () => {
		const { trial, root } = await weigh({
			scores: { a: [1, 3], b: [0.2], c: [0] },
			passThreshold: 0.75,
			asked: { skip: ['c'] },
		});
		expect(trial.pass).toEqual({ threshold: 0.75, weights: { a: 3, b: 1 } });
		expect(root.attributes).toMatchObject({
			'spangate.weighted_score': 0.8,
			'spangate.pass_threshold': 0.75,
			'spangate.score.a': 1,
		});
	});

	it('shows no mean where a scorer errored', async () => {
		const { root } = await weigh({ scores: { a: [1], b: ['errored'] }, passThreshold: 0.5 });
		expect(root.attributes).not.toHaveProperty('spangate.weighted_score');
	});

	it('leaves no trace of it where nothing is weighed', async () => {
		const { trial, root } = await weigh({ scores: { a: [1] } });
		expect(trial).not.toHaveProperty('pass');
		expect(root.attributes).not.toHaveProperty('spangate.pass_threshold');
	});
});
