import { describe, expect, it } from 'vitest';
import type { Check, CheckKindDefinition } from '../../src/checks/check.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Question } from '../../src/model/question.ts';
import { Finding, type Judgement } from '../../src/model/trial.ts';
import { context, evidence, folder, hugeOutputs, retrievalSpan, start } from './evidence.ts';

/** What the contract needs to know of one kind: options it takes, and outputs on either side. */
export interface CheckSample {
	readonly options: Readonly<Record<string, unknown>>;
	readonly question: Partial<Question>;
	readonly ok: string;
	readonly violated: string;
	/** true when it asks a model, which answers nobody who went away. */
	readonly asks?: true;
}

/** What every check promises the runner. */
export function checkContract(use: string, kind: CheckKindDefinition, sample: CheckSample): void {
	const spans = [retrievalSpan('kb-1')];
	const judged = (output: string): Evidence => evidence(output, { question: sample.question, spans });
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
			expect(await check(judged(sample.ok))).toEqual({ status: 'ok' });
			expect(await check(judged(sample.violated))).toMatchObject({ status: 'violated' });
		});

		it.each([
			['empty', ''],
			['blank', ' \n\t'],
			['a lone surrogate', '\ud800'],
			['good', sample.ok],
			['bad', sample.violated],
		])('makes a finding that can be recorded of an output that is %s', async (_, output) => {
			const { version, kind } = await make();
			const finding = { check: use, version, kind, ...(await check(judged(output))) };
			expect(Finding.parse(finding)).toEqual(finding);
		});

		it('judges the same twice, by one instance or by two', async () => {
			const one = await make();
			for (const output of [sample.ok, sample.violated]) {
				const first = await one.check(judged(output), context);
				expect(await one.check(judged(output), context)).toEqual(first);
				expect(await check(judged(output))).toEqual(first);
			}
		});

		it('judges the same under a signal that is aborted, or asks no model', async () => {
			const aborted = { ...context, signal: AbortSignal.abort(new Error('given up')) };
			for (const output of [sample.ok, sample.violated]) {
				if (sample.asks) {
					const check = await make();
					await expect((async () => check.check(judged(output), aborted))()).rejects.toThrow('given up');
					continue;
				}
				expect(await (await make()).check(judged(output), aborted)).toEqual(await check(judged(output)));
			}
		});

		it.each(hugeOutputs.map((output) => [output.slice(0, 20), output]))(
			'finishes on a megabyte of %j',
			async (_, output) => {
				expect(['ok', 'violated']).toContain((await check(judged(output))).status);
			},
			60_000,
		);

		it('throws without spans when it needs them', async () => {
			const one = await make();
			if (!one.needsSpans) return;
			const without = evidence(sample.ok, { question: sample.question });
			await expect((async () => one.check(without, context))()).rejects.toThrow(/span/);
		});
	});
}
