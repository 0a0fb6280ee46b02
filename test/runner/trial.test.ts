import { type Span, trace } from '@opentelemetry/api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Evidence } from '../../src/model/evidence.ts';
import { Trial } from '../../src/model/trial.ts';
import { boom, check, never, ok, openBench, question, runOne, runTrial, spanNamed } from './bench.ts';

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
			// The SDK starts every span at a whole millisecond.
			expect(span.startMs + span.durationMs).toBeLessThan(root.startMs + root.durationMs + 1);
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

describe('the latency of a trial', () => {
	/** Answers or fails after `work`, on a clock that stands still but for what `spend` says. */
	async function latencyOf(
		work: (given: { spend(ms: number): void; handedOver(): void }) => void,
		answer: () => unknown = () => 'one',
	) {
		let now = 1_000;
		const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
		onTestFinished(() => clock.mockRestore());
		const spend = (ms: number) => {
			now += ms;
		};
		const { trial } = await runOne({
			answer: async (_, { handedOver }) => {
				work({ spend, handedOver });
				return answer();
			},
			scorers: {
				s: () => {
					spend(900);
					return 1;
				},
			},
		});
		return trial.latencyMs;
	}

	it('runs from the call of the target to its answer, and ends before anything is graded', async () => {
		expect(await latencyOf(({ spend }) => spend(70))).toBe(70);
	});

	it('runs from the hand-over on, when the target tells of one', async () => {
		const queued = await latencyOf(({ spend, handedOver }) => {
			spend(5_000);
			handedOver();
			spend(30);
		});
		expect(queued).toBe(30);
	});

	it('runs from the last hand-over on, of a target that had to try again', async () => {
		const again = await latencyOf(({ spend, handedOver }) => {
			for (const ms of [400, 300]) {
				handedOver();
				spend(ms);
			}
		});
		expect(again).toBe(300);
	});

	it('is that of the failure when the target fails', async () => {
		const failed = latencyOf(({ spend, handedOver }) => {
			spend(5_000);
			handedOver();
			spend(20);
		}, boom);
		expect(await failed).toBe(20);
	});
});

describe('a span of the target’s that ends after the answer', () => {
	it.each([
		['while a scorer is at work', { late: 'scored' }],
		['after the trial', { late: 'told' }],
	])('%s is recorded, flagged as late, counted, and no evidence', async (_, { late }) => {
		const behind: Span[] = [];
		const seen: string[] = [];
		const bench = await openBench({
			answer: () => {
				const tracer = trace.getTracer('app');
				tracer.startSpan('in time').end();
				behind.push(tracer.startSpan('behind'));
				return 'one';
			},
			scorers: {
				first: async () => {
					if (late === 'scored') behind[0]?.end();
					return 1;
				},
				second: async ({ spans }) => {
					await new Promise(setImmediate);
					seen.push(...spans.map(({ name }) => name));
					return 1;
				},
			},
		});
		const trial = await runTrial(question, 0, bench.context);
		if (late === 'told') behind[0]?.end();
		await bench.context.spans.flush();
		expect(seen).toEqual(['in time', 'invoke_agent app']);
		const spans = await bench.spansOnDisk();
		expect(spanNamed(spans, 'behind')).toMatchObject({
			traceId: trial.traceId,
			parentSpanId: spanNamed(spans, 'invoke_agent app').spanId,
			attributes: { 'spangate.late': true },
		});
		const flagged = spans.filter(({ attributes }) => 'spangate.late' in attributes);
		expect(flagged).toHaveLength(1);
		expect(bench.context.spans.counts).toEqual({ ended: 6, recorded: 6, late: 1 });
	});

	it('of a trial that timed out is recorded and flagged too', async () => {
		const behind: Span[] = [];
		const { bench } = await runOne({
			answer: () => {
				behind.push(trace.getTracer('app').startSpan('behind'));
				return never();
			},
			timeoutMs: 5,
		});
		behind[0]?.end();
		await bench.context.spans.flush();
		const { attributes } = spanNamed(await bench.spansOnDisk(), 'behind');
		expect(attributes['spangate.late']).toBe(true);
		expect(bench.context.spans.counts).toEqual({ ended: 3, recorded: 3, late: 1 });
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
