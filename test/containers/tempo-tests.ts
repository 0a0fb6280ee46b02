import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/cli.ts';
import type { Json } from '../support/stored-run.ts';
import { told } from './support-pair.ts';
import { offenders, type Sent, scoredAtLeast, sharedTraceTests } from './trace-tests.ts';

/** What must hold of a Tempo, wherever it is, once a compared pair was sent to it. */
export function tempoTests(sent: () => Sent, url: () => string): void {
	const of = (condition: string) =>
		search(
			url(),
			`{ name = "question" && span.spangate.run.id = "${sent().pair.candidate}" && ${condition} }`,
		);

	// A trace can be searched a while after it came.
	beforeAll(async () => {
		const asked = sent().pair.stored(sent().pair.candidate).trials.length;
		await eventually(async () => (await of('true')).length === asked);
	}, 120_000);

	sharedTraceTests('tempo', sent, url);

	test('finds exactly the unsafe questions, and those against a policy', async () => {
		const { unsafe, violated } = offenders(sent().pair);
		expect(await of('span.spangate.safety.status = "unsafe"')).toEqual(unsafe);
		expect(await of('span.spangate.policy.status = "violated"')).toEqual(violated);
	});

	test('finds scores of exactly 1 and 0, which travel as integers, where a query says both', async () => {
		const { pair } = sent();
		const score = 'span.spangate.score.faithfulness';
		const [high, all] = [scoredAtLeast(pair, 0.8), scoredAtLeast(pair, 0)];
		expect(scoredAtLeast(pair, 1).length).toBeGreaterThan(0);
		expect(await of(`(${score} >= 0.8 || ${score} >= 1)`)).toEqual(high);
		expect(await of(`(${score} < 0.8 || ${score} <= 0)`)).toEqual(all.filter((id) => !high.includes(id)));
	});

	describe('a gate that asks it', () => {
		const passed = ({ pair }: Sent) =>
			pair.stored(pair.candidate).trials.filter((trial) => trial.passed).length;
		const gate = (check: string, minimum = 30, run?: string) => {
			const { workspace, pair } = sent();
			const questions = `name = "question" && span.spangate.run.id = "${run ?? pair.candidate}"`;
			const rule = [
				`value: '{ ${questions} && span.spangate.passed = true } | count_over_time()'`,
				`count: '{ ${questions} } | count_over_time()'`,
				`min_count: ${minimum}`,
				'window: 30m',
			];
			const file = workspace.write(
				'asks.yaml',
				`rules:\n  - { id: asked, tempo: { ${rule.join(', ')} }, check: "${check}" }\n`,
			);
			const at = new Date().toISOString();
			return workspace.inProcess([
				'gate',
				`@${pair.candidate}`,
				'--gate',
				file,
				'--at',
				at,
				'--tempo',
				url(),
			]);
		};

		test('passes on a number that is good enough', async () => {
			const done = await gate(`value >= ${passed(sent())}`);
			expect(done.code, told(done)).toBe(0);
		});

		test('fails on one that is not', async () => {
			const done = await gate(`value >= ${passed(sent()) + 1}`);
			expect(done.code, told(done)).toBe(1);
		});

		test('is inconclusive for too few spans, and for none', async () => {
			const few = await gate('value >= 1', 100_000);
			expect(few.code, told(few)).toBe(3);
			// Tempo says 0 where there is nothing, which would be a pass.
			const none = await gate('value <= 1', 1, 'no-such-run');
			expect(none.code, told(none)).toBe(3);
		});
	});
}

/** The questions that a TraceQL query matches, sorted. */
async function search(url: string, query: string): Promise<string[]> {
	const now = Math.ceil(Date.now() / 1_000);
	const parameters = new URLSearchParams({
		q: `${query} | select(span.spangate.question.id)`,
		limit: '1000',
		spss: '10',
		start: String(now - 3_600),
		end: String(now + 60),
	});
	const response = await fetch(`${url}/api/search?${parameters}`);
	const text = await response.text();
	if (response.status !== 200) throw new Error(`Tempo answers ${response.status}: ${text}`);
	const spans: Json[] = (JSON.parse(text).traces ?? []).flatMap(({ spanSets }: Json) =>
		spanSets.flatMap((set: Json) => set.spans),
	);
	const ids = spans.map(
		({ attributes }) => attributes.find(({ key }: Json) => key === 'spangate.question.id').value.stringValue,
	);
	return ids.sort();
}
