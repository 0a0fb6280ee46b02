import { describe, expect, it } from 'vitest';
import type { Check, CheckKindDefinition } from '../../src/checks/check.ts';
import type { Answer, Evidence, EvidenceSpan } from '../../src/model/evidence.ts';
import type { Question } from '../../src/model/question.ts';
import { Finding, type Judgement } from '../../src/model/trial.ts';
import { context, countingSpans, evidence, folder, hugeOutputs, retrievalSpan, start } from './evidence.ts';

/** An output, or one with what else the target gave. */
type Given =
	| string
	| {
			readonly output: string;
			readonly answer?: Partial<Answer>;
			readonly spans?: readonly EvidenceSpan[];
	  };

/** What the contract needs to know of one kind: options it takes, and what a target gave on either side. */
export interface CheckSample {
	readonly options: Readonly<Record<string, unknown>>;
	readonly question: Partial<Question>;
	readonly ok: Given;
	readonly violated: Given;
	/** true when it asks a model, which answers nobody who went away. */
	readonly asks?: true;
}

/** What every check promises the runner. */
export function checkContract(use: string, kind: CheckKindDefinition, sample: CheckSample): void {
	const parts = (given: Given) => (typeof given === 'string' ? { output: given } : given);
	const ok = parts(sample.ok);
	const violated = parts(sample.violated);
	const judged = (given: Given): Evidence => {
		const { output, ...rest } = parts(given);
		return evidence(output, { question: sample.question, spans: [retrievalSpan('kb-1')], ...rest });
	};
	/** Another output, with all else of the good one. */
	const saying = (output: string): Given => ({ ...ok, output });
	const make = async (): Promise<Check> => {
		const made = await kind.create(kind.options.parse(sample.options), folder);
		await made.prepare?.(start);
		return made;
	};
	const check = async (given: Evidence): Promise<Judgement> => (await make()).check(given, context);

	describe(`check ${use}`, () => {
		it('has a version and a kind', async () => {
			const { version, kind } = await make();
			expect(version).toMatch(/^\S+$/);
			expect(['policy', 'safety']).toContain(kind);
		});

		it('refuses an option that it does not know', () => {
			expect(kind.options.safeParse({ ...sample.options, severty: 'low' }).success).toBe(false);
		});

		it('finds the good output ok and the bad one violated', async () => {
			expect(await check(judged(ok))).toEqual({ status: 'ok' });
			expect(await check(judged(violated))).toMatchObject({ status: 'violated' });
		});

		it.each([
			['empty', saying('')],
			['blank', saying(' \n\t')],
			['a lone surrogate', saying('\ud800')],
			['good', ok],
			['bad', violated],
		])('makes a finding that can be recorded of an output that is %s', async (_, given) => {
			const { version, kind } = await make();
			const finding = { check: use, version, kind, ...(await check(judged(given))) };
			expect(Finding.parse(finding)).toEqual(finding);
		});

		it('judges the same twice, by one instance or by two', async () => {
			const one = await make();
			for (const given of [ok, violated]) {
				const first = await one.check(judged(given), context);
				expect(await one.check(judged(given), context)).toEqual(first);
				expect(await check(judged(given))).toEqual(first);
			}
		});

		it('judges the same under a signal that is aborted, or asks no model', async () => {
			const aborted = { ...context, signal: AbortSignal.abort(new Error('given up')) };
			for (const given of [ok, violated]) {
				if (sample.asks) {
					const check = await make();
					await expect((async () => check.check(judged(given), aborted))()).rejects.toThrow('given up');
					continue;
				}
				expect(await (await make()).check(judged(given), aborted)).toEqual(await check(judged(given)));
			}
		});

		it.each(hugeOutputs.map((output) => [output.slice(0, 20), output]))(
			'finishes on a megabyte of %j',
			async (_, output) => {
				expect(['ok', 'violated']).toContain((await check(judged(saying(output)))).status);
			},
			60_000,
		);

		it('is pure when it asks nobody: it starts no span, and judges at once', async () => {
			const one = await make();
			const { atOnce, spans } = await countingSpans(() => one.check(judged(ok), context));
			expect(one.isPure ?? false).toBe(!sample.asks && use !== 'module');
			if (one.isPure) expect({ atOnce, spans }).toEqual({ atOnce: true, spans: 0 });
			if (sample.asks) expect(spans).toBeGreaterThan(0);
		});

		it('throws without spans when it needs them', async () => {
			const one = await make();
			if (!one.needsSpans) return;
			const without = evidence(ok.output, { question: sample.question });
			await expect((async () => one.check(without, context))()).rejects.toThrow(/span/);
		});
	});
}
