import { describe, expect, it } from 'vitest';
import type { Answer, Evidence, EvidenceSpan } from '../../src/model/evidence.ts';
import type { Question } from '../../src/model/question.ts';
import type { Grade } from '../../src/model/trial.ts';
import type { Scorer, ScorerKind } from '../../src/scorers/scorer.ts';
import { context, countingSpans, evidence, folder, hugeOutputs, retrievalSpan, start } from './evidence.ts';

/** What the contract needs to know of one kind: options it takes and a question that it can grade. */
export interface ScorerSample {
	readonly options: Readonly<Record<string, unknown>>;
	readonly question: Partial<Question>;
	/** An output that reaches 1. */
	readonly good: string;
	/** What else the answer reports. */
	readonly answer?: Partial<Answer>;
	/** The spans that go with it; by default a retrieval. */
	readonly spans?: readonly EvidenceSpan[];
	/** true when it asks a model, which answers nobody who went away. */
	readonly asks?: true;
}

/** What every scorer promises the runner. */
export function scorerContract(use: string, kind: ScorerKind, sample: ScorerSample): void {
	const spans = sample.spans ?? [retrievalSpan('kb-1')];
	const graded = (output: string): Evidence =>
		evidence(output, { question: sample.question, answer: sample.answer ?? {}, spans });
	const make = async (): Promise<Scorer> => {
		const made = await kind.create(kind.options.parse(sample.options), folder);
		await made.prepare?.(start);
		return made;
	};
	const score = async (given: Evidence): Promise<Grade> => (await make()).score(given, context);

	describe(`scorer ${use}`, () => {
		it('has a version', async () => {
			expect((await make()).version).toMatch(/^\S+$/);
		});

		it('refuses an option that it does not know', () => {
			expect(kind.options.safeParse({ ...sample.options, tresholds: 1 }).success).toBe(false);
		});

		it('gives 1 to a good output', async () => {
			expect(await score(graded(sample.good))).toMatchObject({ value: 1 });
		});

		it('lacks nothing on a question that it grades, and names what it lacks on a bare one', async () => {
			const scorer = await make();
			expect(scorer.lacks?.(graded('').question)).toBeUndefined();
			const bare = evidence('', { spans }).question;
			const lacking = scorer.lacks?.(bare);
			if (lacking !== undefined) expect(lacking).toMatch(/expected\.\w+/);
		});

		it('throws on a question that lacks what it grades', async () => {
			const scorer = await make();
			const bare = evidence(sample.good, { spans });
			if (scorer.lacks?.(bare.question) === undefined) return;
			await expect((async () => scorer.score(bare, context))()).rejects.toThrow(/expected\.\w+/);
		});

		it.each([
			['empty', ''],
			['blank', ' \n\t'],
			['a lone surrogate', '\ud800'],
			['good', sample.good],
		])('gives a finite value in [0, 1] to an output that is %s', async (_, output) => {
			const { value, reason } = await score(graded(output));
			expect(Number.isFinite(value)).toBe(true);
			expect(value).toBeGreaterThanOrEqual(0);
			expect(value).toBeLessThanOrEqual(1);
			expect(typeof (reason ?? '')).toBe('string');
		});

		it('gives the same grade twice, from one instance or from two', async () => {
			const scorer = await make();
			for (const output of [sample.good, 'something else']) {
				const first = await scorer.score(graded(output), context);
				expect(await scorer.score(graded(output), context)).toEqual(first);
				expect(await score(graded(output))).toEqual(first);
			}
		});

		it('gives the same grade under a signal that is aborted, or asks no model', async () => {
			const aborted = { ...context, signal: AbortSignal.abort(new Error('given up')) };
			const given = graded(sample.good);
			if (sample.asks) {
				const scorer = await make();
				await expect((async () => scorer.score(given, aborted))()).rejects.toThrow('given up');
				return;
			}
			expect(await (await make()).score(given, aborted)).toEqual(await score(given));
		});

		it.each(hugeOutputs.map((output) => [output.slice(0, 20), output]))(
			'finishes on a megabyte of %j',
			async (_, output) => {
				expect((await score(graded(output))).value).toBeLessThanOrEqual(1);
			},
			60_000,
		);

		it('is pure when it asks nobody: it starts no span, and gives its grade at once', async () => {
			const scorer = await make();
			const { atOnce, spans } = await countingSpans(() => scorer.score(graded(sample.good), context));
			expect(scorer.isPure ?? false).toBe(!sample.asks && use !== 'module');
			if (scorer.isPure) expect({ atOnce, spans }).toEqual({ atOnce: true, spans: 0 });
			if (sample.asks) expect(spans).toBeGreaterThan(0);
		});

		it('throws without spans when it needs them', async () => {
			const scorer = await make();
			if (!scorer.needsSpans) return;
			const without = evidence(sample.good, { question: sample.question });
			await expect((async () => scorer.score(without, context))()).rejects.toThrow(/span/);
		});
	});
}
