import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/model/question.ts';
import type { Spend } from '../../src/model/trial.ts';
import {
	boom,
	check,
	never,
	ok,
	openBench,
	question,
	runOne,
	runTrial,
	spanNamed,
	violated,
} from './bench.ts';

describe('a scorer', () => {
	const circular: Record<string, unknown> = { value: 1 };
	circular.self = circular;
	it.each<[string, () => unknown]>([
		['returns NaN', () => Number.NaN],
		['returns { value: NaN }', () => ({ value: Number.NaN })],
		['returns 1.2', () => 1.2],
		['returns -0.1', () => ({ value: -0.1 })],
		['returns Infinity', () => Number.POSITIVE_INFINITY],
		['returns nothing', () => undefined],
		['returns null', () => null],
		['returns true', () => true],
		['returns a text', () => '0.9'],
		['returns another shape', () => ({ score: 1 })],
		['returns its own verdict', () => ({ value: 0, passed: true })],
		['returns a reason that is no text', () => ({ value: 1, reason: 3 })],
		['returns a circular object', () => circular],
		['throws', boom],
		['rejects', async () => boom()],
		['hangs', never],
	])('that %s is errored, and the trial did not pass', async (_, score) => {
		const { trial, spans, root } = await runOne({ scorers: { s: score, fine: () => 1 }, timeoutMs: 50 });
		expect(trial.scores).toMatchObject([
			{ status: 'errored', scorer: 's', error: expect.stringMatching(/./) },
			{ status: 'scored', value: 1 },
		]);
		expect(trial.passed).toBe(false);
		const span = spanNamed(spans, 'evaluate s');
		expect(span.status).toBe('error');
		expect(span.attributes['error.type']).toMatch(/Error$/);
		expect(span.events[0]?.attributes).not.toHaveProperty('gen_ai.evaluation.score.value');
		expect(root.attributes).not.toHaveProperty('spangate.score.s');
		expect(root.attributes['spangate.score.fine']).toBe(1);
	});

	it.each<[number, Question['threshold'], boolean]>([
		[0.5, undefined, true],
		[0.49, undefined, false],
		[0.49, 0.4, true],
		[0.9, 1, false],
		[0.3, { s: 0.3 }, true],
		[0.3, { other: 0.3 }, false],
		[0, undefined, false],
	])('of %d by a threshold of %j passes: %s', async (value, threshold, passed) => {
		const own = threshold === undefined ? {} : { threshold };
		const { trial } = await runOne({ scorers: { s: () => value } }, { ...question, ...own });
		expect(trial.scores).toMatchObject([{ value, passed }]);
		expect(trial.passed).toBe(passed);
	});

	it.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf'])(
		'named %s has its own threshold, unless the question gives it one',
		async (name) => {
			const thresholdsBy = async (threshold: Question['threshold'], answer: () => unknown) => {
				const scorers = { [name]: () => 0.6 };
				const checks = [check('policy', ok, name)];
				const asked = threshold === undefined ? question : { ...question, threshold };
				const { trial, bench } = await runOne({ answer, scorers, checks }, asked);
				expect(await bench.trialsOnDisk()).toEqual([trial]);
				const [score] = trial.scores;
				return score?.status === 'scored' && [score.threshold, score.passed, trial.passed];
			};
			const answered = () => 'one';
			expect(await thresholdsBy({ other: 0.9 }, answered)).toEqual([0.5, true, true]);
			expect(await thresholdsBy({}, answered)).toEqual([0.5, true, true]);
			expect(await thresholdsBy({ [name]: 0.9 }, answered)).toEqual([0.9, false, false]);
			expect(await thresholdsBy({ other: 0.9 }, boom)).toEqual([0.5, false, false]);
		},
	);

	it('that a question skips is not called', async () => {
		const { trial, spans } = await runOne({ scorers: { s: boom, t: () => 1 } }, { ...question, skip: ['s'] });
		expect(trial).toMatchObject({
			passed: true,
			scores: [{ scorer: 's', status: 'skipped' }, { scorer: 't' }],
		});
		expect(spans.some(({ name }) => name === 'evaluate s')).toBe(false);
	});
});

describe('a scorer or check that needs spans', () => {
	const needs = (answer?: () => unknown) =>
		openBench(answer === undefined ? {} : { answer }).then(async (bench) => {
			const scorer = { version: '1', needsSpans: true, score: () => ({ value: 1 }) };
			const judge = { version: '1', kind: 'safety' as const, needsSpans: true, check: () => ok };
			const suite = {
				...bench.context.suite,
				scorers: [{ name: 's', use: 'module', threshold: 0.5, scorer }],
				checks: [{ name: 'c', use: 'module', apply: 'all' as const, check: judge }],
			};
			return runTrial(question, 0, { ...bench.context, suite });
		});

	it('is errored when the target made none, however happy it is', async () => {
		const { scores, findings, passed } = await needs();
		const told = expect.stringMatching(/none came; an http or command target needs `spans: true`/);
		expect(scores).toMatchObject([{ status: 'errored', error: told }]);
		expect(findings).toMatchObject([{ status: 'errored', error: told }]);
		expect(passed).toBe(false);
	});

	it.each(['look up', 'invoke_agent app', 'question'])('is content with one named %s', async (name) => {
		const { scores, findings } = await needs(() => {
			trace.getTracer('app').startSpan(name).end();
			return 'one';
		});
		expect(scores).toMatchObject([{ status: 'scored', value: 1 }]);
		expect(findings).toMatchObject([{ status: 'ok' }]);
	});
});

describe('a scorer that asks models', () => {
	const usage = { inputTokens: 5, outputTokens: 2 };
	it.each<[string, readonly Parameters<Spend>[], object]>([
		[
			'is the sum of its calls',
			[
				[usage, 0.5],
				[usage, 0.25],
			],
			{ usage: { inputTokens: 10, outputTokens: 4 }, costUsd: 0.75 },
		],
		['is nothing without one', [], { usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 }],
		[
			'lacks what one call does not tell',
			[
				[usage, 0.5],
				[undefined, undefined, 'lost'],
			],
			{ costMissing: 'lost' },
		],
		[
			'has tokens where but a price is lacking',
			[[usage, undefined, 'no price']],
			{ usage, costMissing: 'no price' },
		],
		[
			'says of two lacks the greater',
			[
				[usage, undefined, 'no price'],
				[undefined, undefined, 'lost'],
			],
			{ costMissing: 'lost' },
		],
		[
			'is not what is no amount',
			[[usage, Number.NaN]],
			{ usage, costMissing: 'a call of a model did not tell it' },
		],
	])('what it spent %s', async (_, calls, spent) => {
		const bench = await openBench({});
		const score = (_: unknown, { spend }: { spend: Spend }) => {
			for (const call of calls) spend(...call);
			return { value: 1 };
		};
		const scorers = [
			{ name: 's', use: 'module', threshold: 0.5, scorer: { version: '1', spends: true, score } },
		];
		const { scores } = await runTrial(question, 0, {
			...bench.context,
			suite: { ...bench.context.suite, scorers },
		});
		const identity = { status: 'scored', scorer: 's', version: '1', value: 1, threshold: 0.5, passed: true };
		expect(scores).toEqual([{ ...identity, ...spent }]);
	});
});

describe('a check', () => {
	it.each<[string, () => unknown]>([
		['returns nothing', () => undefined],
		['returns true', () => true],
		['returns a misspelt status', () => ({ status: 'OK' })],
		['returns more than ok', () => ({ status: 'ok', severity: 'high' })],
		['returns a violation without a category', () => ({ status: 'violated', severity: 'high', reason: 'x' })],
		['returns an unknown severity', () => violated('fatal')],
		['returns errored', () => ({ status: 'errored', error: 'x' })],
		['throws', boom],
		['rejects', async () => boom()],
		['hangs', never],
	])('that %s is errored, and the trial did not pass', async (_, judge) => {
		const { trial, spans, root } = await runOne({
			checks: [{ name: 'c', kind: 'safety', check: judge }],
			timeoutMs: 50,
		});
		expect(trial.findings).toMatchObject([{ status: 'errored', check: 'c', kind: 'safety' }]);
		expect(trial.passed).toBe(false);
		expect(spanNamed(spans, 'check c')).toMatchObject({
			status: 'error',
			attributes: { 'spangate.check.status': 'errored' },
		});
		expect(root.attributes).toMatchObject({
			'spangate.safety.status': 'errored',
			'spangate.safety.severity': 'none',
		});
	});

	it('with `apply: listed` judges only the questions that list it', async () => {
		const checks = [{ name: 'cite', kind: 'policy' as const, apply: 'listed' as const, check: () => ok }];
		expect((await runOne({ checks })).trial.findings).toEqual([]);
		const listed = await runOne({ checks }, { ...question, policies: ['cite'] });
		expect(listed.trial.findings).toMatchObject([{ check: 'cite', status: 'ok' }]);
	});
});
