import { beforeAll, describe, expect, it } from 'vitest';
import { pages } from '../support/pages.ts';
import { makeSamples, stable, storedSample, withSamples } from '../support/samples.ts';

describe('golden/support/samples', () => {
	let made: Map<string, string>;
	beforeAll(async () => {
		made = await makeSamples();
	}, 60_000);

	it.each([
		'comparison.txt',
		'too-few.txt',
		'cannot-tell.txt',
		'failed-gate.txt',
		'failed-rules.txt',
		'failed-gate.md',
		'thresholds.txt',
	])('%s is what the command prints now (npm run samples makes it again)', async (file) => {
		expect(stable(made.get(file) ?? '')).toEqual(stable(await storedSample(file)));
	});

	// Graders start together, and spans at whole milliseconds: which stands first is a matter of a moment.
	it.each(['trace.txt', 'trace-spans.txt', 'trace.json'])(
		'%s says what the command says now, in any order',
		async (file) => {
			expect(spansOf(file, made.get(file))).toEqual(spansOf(file, await storedSample(file)));
		},
	);

	it('stand in the pages as they are', async () => {
		const shown = pages().filter(({ text }) => text.includes('<!-- sample: '));
		const files = shown.flatMap(({ text }) =>
			[...text.matchAll(/<!-- sample: (\S+) -->/g)].map(([, file = '']) => file),
		);
		expect(files.toSorted()).toEqual([
			'cannot-tell.txt',
			'comparison.txt',
			'failed-rules.txt',
			'too-few.txt',
			'trace-spans.txt',
			'trace.txt',
		]);
		const stored = new Map(
			await Promise.all(files.map(async (file) => [file, await storedSample(file)] as const)),
		);
		for (const { text } of shown) expect(withSamples(text, stored)).toBe(text);
	});
});

/** What a sample says of each span, whole, the spans sorted. */
function spansOf(file: string, text = ''): string[] {
	if (file.endsWith('.txt')) {
		const spans = stable(text)
			.join('\n')
			// The answer is no part of the span that happens to stand last.
			.split(/\n(?=.* █ )|\n\n/);
		expect(spans.length).toBeGreaterThan(5);
		return spans.map((span) => span.trim()).sort();
	}
	const { traces, ...rest } = JSON.parse(text) as { traces: { spans: unknown[] }[] };
	const spans = traces.flatMap((trace) => trace.spans);
	expect(spans.length).toBeGreaterThan(5);
	const others = traces.map((trace) => ({ ...trace, spans: trace.spans.length }));
	return [rest, ...others, ...spans]
		.map((part) => stable(JSON.stringify(part, undefined, '\t')).join('\n'))
		.sort();
}
