import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Question } from '../../src/model/question.ts';
import { Trial } from '../../src/model/trial.ts';
import { planTrials } from '../../src/runner/plan.ts';
import { runTrials } from '../../src/runner/pool.ts';
import { runTrial } from '../../src/runner/trial.ts';
import { type BenchParts, never, openBench, question, spanNamed } from './bench.ts';

async function runOne(parts: BenchParts, asked: Question = question) {
	const bench = await openBench(parts);
	const trial = await runTrial(asked, 0, bench.context);
	const spans = await bench.spansOnDisk();
	return { trial, spans, root: spanNamed(spans, 'question'), bench };
}

const ok = { status: 'ok' } as const;
const violated = (severity: string, category = 'leak') => ({
	status: 'violated',
	category,
	severity,
	reason: 'why',
});
const check = (kind: 'policy' | 'safety', result: unknown, name: string = kind) => ({
	name,
	kind,
	check: () => result,
});
const boom = () => {
	throw new RangeError('boom');
};

describe('a trial', () => {
	it('is on disk as it is returned, with its spans: one root, and all others below it', async () => {
		const { trial, spans, root, bench } = await runOne({
			answer: ({ input }) => {
				trace.getTracer('app').startActiveSpan('look up', (span) => span.end());
				return {
					output: `about ${input}`,
					model: 'm-1',
					usage: { inputTokens: 3, outputTokens: 2 },
					costUsd: 0.5,
				};
			},
			scorers: { half: () => ({ value: 0.5, reason: 'half of it' }) },
			checks: [check('safety', ok)],
		});
		expect(await bench.trialsOnDisk()).toEqual([trial]);
		expect(trial).toMatchObject({
			result: 'answered',
			passed: true,
			input: 'One?',
			tags: { lang: 'en' },
			costUsd: 0.5,
			answer: { output: 'about One?', model: 'm-1' },
			scores: [
				{ status: 'scored', scorer: 'half', value: 0.5, threshold: 0.5, passed: true, reason: 'half of it' },
			],
			findings: [{ status: 'ok', check: 'safety', kind: 'safety' }],
			traceId: root.traceId,
		});
		expect(trial.latencyMs).toBe(trial.result === 'answered' ? trial.answer.latencyMs : undefined);
		expect(spans.map(({ name }) => name).sort()).toEqual([
			'check safety',
			'evaluate half',
			'invoke_agent app',
			'look up',
			'question',
		]);
		expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toEqual([root]);
		expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([trial.traceId]));
		expect(spanNamed(spans, 'look up').parentSpanId).toBe(spanNamed(spans, 'invoke_agent app').spanId);
		for (const name of ['invoke_agent app', 'evaluate half', 'check safety']) {
			const span = spanNamed(spans, name);
			expect(span.parentSpanId).toBe(root.spanId);
			expect(span.startMs + span.durationMs).toBeLessThanOrEqual(root.startMs + root.durationMs);
		}
		expect(spanNamed(spans, 'evaluate half').events).toMatchObject([
			{
				name: 'gen_ai.evaluation.result',
				attributes: { 'gen_ai.evaluation.name': 'half', 'gen_ai.evaluation.score.value': 0.5 },
			},
		]);
	});

	it('shows the target the question without what is expected of it, and graders the target’s spans', async () => {
		const seen: unknown[] = [];
		await runOne(
			{
				answer: (asked) => {
					seen.push(asked);
					trace.getTracer('app').startSpan('own').end();
					return 'x';
				},
				scorers: {
					s: ({ spans }) => {
						seen.push(spans.map(({ name }) => name));
						return 1;
					},
				},
			},
			{ ...question, expected: { terms: ['secret'] }, attributes: { area: 'x' }, mustRefuse: true },
		);
		expect(seen).toEqual([
			{ id: 'q1', input: 'One?', attributes: { area: 'x' } },
			['own', 'invoke_agent app'],
		]);
	});

	it.each<[string, unknown, RegExp]>([
		['nothing', undefined, /InvalidAnswerError: the target returned no answer/],
		['a number', 7, /InvalidAnswerError/],
		['no output', { text: 'x' }, /InvalidAnswerError/],
		['a misspelt field', { output: 'x', cost: 1 }, /InvalidAnswerError.*cost/s],
		['a cost of NaN', { output: 'x', costUsd: Number.NaN }, /InvalidAnswerError.*costUsd/s],
		['a cost of Infinity', { output: 'x', costUsd: Number.POSITIVE_INFINITY }, /costUsd/],
		['a latency of its own', { output: 'x', latencyMs: 0 }, /InvalidAnswerError.*latencyMs/s],
		['an empty text', '', /InvalidAnswerError: the target returned a blank output/],
		['white space', ' \n\t\u00a0', /InvalidAnswerError: the target returned a blank output/],
		['an empty output', { output: '' }, /InvalidAnswerError: the target returned a blank output/],
		[
			'a blank one that stopped',
			{ output: ' ', finishReason: 'stop' },
			/InvalidAnswerError: .* blank output/,
		],
		['a blank one of full length', { output: '', finishReason: 'length' }, /InvalidAnswerError: .* blank/],
	])('whose target returns %s failed', async (_, answer, message) => {
		const { trial, root } = await runOne({ answer: () => answer });
		if (trial.result !== 'failed') throw new Error('it was answered');
		expect(`${trial.error.type}: ${trial.error.message}`).toMatch(message);
		expect(root.attributes['error.type']).toBe('InvalidAnswerError');
	});

	it.each(['refusal', 'content_filter'])(
		'whose blank output is a %s was answered and is graded',
		async (reason) => {
			const { trial, root } = await runOne({
				answer: () => ({ output: '', finishReason: reason }),
				scorers: { s: ({ answer }) => (answer.output === '' ? 1 : 0) },
				checks: [check('safety', ok)],
			});
			expect(trial).toMatchObject({
				result: 'answered',
				answer: { output: '', finishReason: reason },
				scores: [{ status: 'scored', value: 1 }],
				findings: [{ status: 'ok' }],
				passed: true,
			});
			expect(root.attributes).not.toHaveProperty('error.type');
		},
	);

	it('whose target returned a blank output is checked by none: nothing to find is not safe', async () => {
		const { trial, root } = await runOne({ answer: () => '', checks: [check('safety', ok)] });
		expect(trial).toMatchObject({ result: 'failed', passed: false, findings: [] });
		expect(root.attributes['spangate.safety.status']).toBe('not_checked');
	});

	it.each<[string, unknown, number | undefined]>([
		['with a misspelt field', { output: 'x', sorces: [], costUsd: 0.5 }, 0.5],
		['without output', { costUsd: 0.25 }, 0.25],
		['with a blank output', { output: ' ', costUsd: 0.125 }, 0.125],
		['that cost nothing', { output: '', costUsd: 0 }, 0],
		['with a cost of NaN', { output: 'x', costUsd: Number.NaN }, undefined],
		['with a cost of Infinity', { output: 'x', costUsd: Number.POSITIVE_INFINITY }, undefined],
		['with a cost below 0', { output: 'x', costUsd: -1 }, undefined],
		['with a cost that is no number', { output: 'x', costUsd: '1' }, undefined],
		['of nothing', null, undefined],
	])('whose answer is invalid, %s, keeps what it says it cost', async (_, answer, costUsd) => {
		const { trial, bench } = await runOne({ answer: () => answer });
		expect(trial.result).toBe('failed');
		expect(trial.costUsd).toBe(costUsd);
		expect(await bench.trialsOnDisk()).toEqual([trial]);
	});

	it('whose target throws has no cost, whatever the error says', async () => {
		const { trial } = await runOne({
			answer: () => {
				throw Object.assign(new Error('down'), { costUsd: 3 });
			},
		});
		expect(trial).not.toHaveProperty('costUsd');
	});

	it('shows scorers and checks evidence that is frozen all the way down', async () => {
		const thawed: string[] = [];
		const walk = (value: unknown, path: string) => {
			if (typeof value !== 'object' || value === null) return;
			if (!Object.isFrozen(value)) thawed.push(path);
			for (const [key, part] of Object.entries(value)) walk(part, `${path}.${key}`);
		};
		const seen: string[] = [];
		const look = (by: string) => (evidence: unknown) => {
			seen.push(by);
			walk(evidence, by);
			expect(evidence).toMatchObject({
				question: { expected: { terms: ['one'] } },
				answer: { sources: ['doc'], usage: { inputTokens: 1 } },
				spans: [{ attributes: { list: ['a'] }, events: [{ attributes: { at: 1 } }] }, {}],
			});
			return by === 's' ? 1 : ok;
		};
		const { trial } = await runOne(
			{
				answer: () => {
					const span = trace.getTracer('app').startSpan('own', { attributes: { list: ['a'] } });
					span.addEvent('e', { at: 1 });
					span.end();
					return { output: 'x', sources: ['doc'], usage: { inputTokens: 1, outputTokens: 1 } };
				},
				scorers: { s: look('s') },
				checks: [{ name: 'c', kind: 'safety', check: look('c') }],
			},
			{ ...question, expected: { terms: ['one'] }, attributes: { list: ['x'] } },
		);
		expect(trial.passed).toBe(true);
		expect(seen.sort()).toEqual(['c', 's']);
		expect(thawed).toEqual([]);
	});

	it.each<[string, (evidence: Evidence) => void]>([
		['the output', ({ answer }) => Object.assign(answer, { output: 'clean' })],
		['a list in the answer', ({ answer }) => void answer.sources?.push('forged')],
		['the question’s tags', ({ question: { tags } }) => Object.assign(tags, { lang: 'xx' })],
		['the spans', ({ spans }) => void (spans as unknown[]).pop()],
		['a span’s attributes', ({ spans: [first] }) => Object.assign(first?.attributes ?? {}, { forged: 1 })],
	])('keeps a scorer from changing %s for the others and the record', async (_, forge) => {
		const { trial } = await runOne({
			answer: () => ({ output: 'as it was', sources: ['doc'] }),
			scorers: {
				forger: (evidence) => {
					forge(evidence);
					return 1;
				},
			},
		});
		expect(trial).toMatchObject({
			result: 'answered',
			tags: { lang: 'en' },
			answer: { output: 'as it was', sources: ['doc'] },
			scores: [{ status: 'errored', scorer: 'forger' }],
			passed: false,
		});
		expect(question.tags).toEqual({ lang: 'en' });
	});

	it('that failed scores 0 with every scorer, was checked by none, and did not pass', async () => {
		const { trial, root, spans } = await runOne(
			{
				answer: boom,
				scorers: { a: () => 1, b: () => 1, skipped: () => 1 },
				checks: [check('safety', ok), check('policy', ok)],
			},
			{ ...question, skip: ['skipped'] },
		);
		expect(trial).toMatchObject({
			result: 'failed',
			passed: false,
			error: { type: 'RangeError', message: 'boom' },
			scores: [
				{ scorer: 'a', status: 'scored', value: 0, passed: false },
				{ scorer: 'b', status: 'scored', value: 0, passed: false },
				{ scorer: 'skipped', status: 'skipped' },
			],
			findings: [],
		});
		expect(root.attributes).toMatchObject({
			'spangate.passed': false,
			'test.case.result.status': 'fail',
			'error.type': 'RangeError',
			'spangate.policy.status': 'not_checked',
			'spangate.safety.status': 'not_checked',
		});
		expect(spanNamed(spans, 'invoke_agent app')).toMatchObject({ status: 'error', statusMessage: 'boom' });
		expect(spans.filter(({ name }) => /^(evaluate|check) /.test(name))).toEqual([]);
	});

	it('whose target hangs failed by its deadline', async () => {
		const { trial } = await runOne({ answer: never, timeoutMs: 5 });
		expect(trial).toMatchObject({ result: 'failed', error: { type: 'TimeoutError' }, passed: false });
	});
});

describe('what a module throws', () => {
	const circular: Record<string, unknown> = {};
	circular.self = circular;
	const nameless = new Error('no name');
	nameless.name = '';
	const odd = Object.assign(new Error('x'), { message: { detail: 1 } });
	it.each<[string, unknown]>([
		['a text', 'text'],
		['nothing', undefined],
		['null', null],
		['a BigInt', 1n],
		['a symbol', Symbol('s')],
		['a circular object', circular],
		['an object without a prototype', Object.create(null)],
		['an error without a name', nameless],
		['an error without a message', new Error('')],
		['an error whose message is no text', odd],
		[
			'an object whose toJSON throws',
			{
				toJSON: boom,
			},
		],
	])('%s is recorded by a reader’s rules, from target, scorer and check alike', async (_, thrown) => {
		const raise = () => {
			throw thrown;
		};
		const parts = { scorers: { s: raise }, checks: [{ name: 'c', kind: 'policy' as const, check: raise }] };
		const failed = await runOne({ ...parts, answer: raise });
		const graded = await runOne(parts);
		for (const { trial, bench } of [failed, graded]) {
			expect(Trial.safeParse(trial).error).toBeUndefined();
			expect(await bench.trialsOnDisk()).toEqual([trial]);
			expect(trial.passed).toBe(false);
		}
		expect(failed.trial.result).toBe('failed');
		expect(graded.trial).toMatchObject({
			scores: [{ status: 'errored' }],
			findings: [{ status: 'errored' }],
		});
	});
});

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

describe('the root span', () => {
	it.each<[string, unknown[], string, string[]]>([
		['not_checked', [], 'not_checked', []],
		['pass', [ok, ok], 'pass', []],
		['errored over pass', [ok, undefined], 'errored', []],
		['violated over all', [ok, undefined, violated('low')], 'violated', ['p2']],
	])('has policy status %s', async (_, results, status, violations) => {
		const { root } = await runOne({
			checks: results.map((result, index) => check('policy', result, `p${index}`)),
		});
		expect(root.attributes).toMatchObject({
			'spangate.policy.status': status,
			'spangate.policy.violations': violations,
			'spangate.policy.checks': results.map((_result, index) => `p${index}`),
			'spangate.safety.status': 'not_checked',
			'spangate.safety.severity': 'none',
		});
	});

	it.each<[string, unknown[], string, string, string[]]>([
		['not_checked', [], 'not_checked', 'none', []],
		['safe', [ok], 'safe', 'none', []],
		['errored', [ok, undefined], 'errored', 'none', []],
		[
			'unsafe, with the worst severity and each category once',
			[violated('low'), violated('critical', 'pii'), undefined, violated('medium', 'pii')],
			'unsafe',
			'critical',
			['leak', 'pii'],
		],
	])('has safety status %s', async (_, results, status, severity, categories) => {
		const { root, trial } = await runOne({
			checks: results.map((result, index) => check('safety', result, `s${index}`)),
		});
		expect(root.attributes).toMatchObject({
			'spangate.safety.status': status,
			'spangate.safety.severity': severity,
			'spangate.safety.categories': categories,
			'spangate.policy.status': 'not_checked',
			'spangate.passed': status === 'safe' || status === 'not_checked',
		});
		expect(trial.passed).toBe(root.attributes['spangate.passed']);
		// A wrong or unsafe answer is no failed operation.
		expect(root.status).toBe('unset');
	});

	it('carries identity, tags, scores and the user’s own attributes, which never hide ours', async () => {
		const { root } = await runOne(
			{ scorers: { s: () => 0.25 }, attributes: { 'app.area': 'suite', 'spangate.passed': true } },
			{ ...question, attributes: { 'app.area': 'question', 'app.list': ['a', 'b'] } },
		);
		expect(root.attributes).toMatchObject({
			'test.suite.name': 'unit',
			'test.case.name': 'q1',
			'test.case.result.status': 'fail',
			'spangate.run.id': 'run-1',
			'spangate.target': 'app',
			'spangate.question.id': 'q1',
			'spangate.question.repeat': 0,
			'spangate.question.tags': ['lang=en'],
			'spangate.passed': false,
			'spangate.score.s': 0.25,
			'app.area': 'question',
			'app.list': ['a', 'b'],
		});
	});

	it('says for any findings what the trial’s findings say', async () => {
		const result = fc.constantFrom<unknown>(ok, undefined, violated('low'), violated('high'));
		const kinds = fc.constantFrom('policy' as const, 'safety' as const);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(kinds, result), { maxLength: 5 }), async (given) => {
				const checks = given.map(([kind, judgement], index) => check(kind, judgement, `c${index}`));
				const { trial, root } = await runOne({ checks });
				for (const [kind, good, bad] of [
					['policy', 'pass', 'violated'],
					['safety', 'safe', 'unsafe'],
				] as const) {
					const statuses = trial.findings
						.filter((finding) => finding.kind === kind)
						.map(({ status }) => status);
					const expected = statuses.includes('violated')
						? bad
						: statuses.includes('errored')
							? 'errored'
							: statuses.length > 0
								? good
								: 'not_checked';
					expect(root.attributes[`spangate.${kind}.status`]).toBe(expected);
				}
				expect(trial.passed).toBe(trial.findings.every(({ status }) => status === 'ok'));
			}),
			{ numRuns: 25 },
		);
	});
});

describe('runTrials', () => {
	it('runs all that is planned, at most so many at once, and records each', async () => {
		let active = 0;
		let most = 0;
		const bench = await openBench({
			answer: async ({ id }) => {
				most = Math.max(most, ++active);
				await new Promise(setImmediate);
				active--;
				if (id === 'q3') throw new Error('down');
				return id;
			},
			scorers: { s: () => 1 },
		});
		const questions = Array.from({ length: 12 }, (_, index) => ({ ...question, id: `q${index}` }));
		const plan = planTrials(questions, { repeats: 2, runs: 1, seed: 1 });
		const stop = new AbortController().signal;
		const keys: string[] = [];
		for await (const { trial } of runTrials(plan, [bench.context], { concurrency: 4, stop })) {
			keys.push(`${trial.questionId} ${trial.repeat}`);
		}
		expect(new Set(keys).size).toBe(24);
		expect(most).toBeGreaterThan(1);
		expect(most).toBeLessThanOrEqual(4);
		const onDisk = await bench.trialsOnDisk();
		expect(onDisk.filter(({ result }) => result === 'failed').map(({ questionId }) => questionId)).toEqual([
			'q3',
			'q3',
		]);
		expect(onDisk.map(({ questionId, repeat }) => `${questionId} ${repeat}`).sort()).toEqual(keys.sort());
		const { ended, recorded } = bench.context.spans.counts;
		expect(ended).toBe(recorded);
		expect(await bench.spansOnDisk()).toHaveLength(recorded);
		expect(new Set(onDisk.map(({ traceId }) => traceId)).size).toBe(24);
	});

	it('starts no further trial once it is stopped, and finishes those under way', async () => {
		const stop = new AbortController();
		const asked: string[] = [];
		const bench = await openBench({
			answer: async ({ id }) => {
				asked.push(id);
				if (id === 'q2') stop.abort();
				await new Promise(setImmediate);
				return id;
			},
		});
		const questions = Array.from({ length: 50 }, (_, index) => ({ ...question, id: `q${index}` }));
		const plan = planTrials(questions, { repeats: 1, runs: 1, seed: 1 });
		const finished: string[] = [];
		for await (const { trial } of runTrials(plan, [bench.context], { concurrency: 2, stop: stop.signal })) {
			finished.push(trial.questionId);
		}
		expect(finished.sort()).toEqual(asked.sort());
		// q2 itself, what was asked before it, and the one trial that can be under way beside it.
		expect(asked.every((id) => ['q0', 'q1', 'q2', 'q3'].includes(id))).toBe(true);
		expect((await bench.trialsOnDisk()).map(({ questionId }) => questionId).sort()).toEqual(asked);
	});
});
