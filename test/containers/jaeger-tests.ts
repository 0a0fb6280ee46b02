import { expect, test } from 'vitest';
import type { Json } from '../support/stored-run.ts';
import { offenders, type Sent, scoredAtLeast, sharedTraceTests } from './trace-tests.ts';

/** What must hold of a Jaeger, wherever it is, once a compared pair was sent to it. */
export function jaegerTests(sent: () => Sent, url: () => string): void {
	sharedTraceTests('jaeger', sent, url);

	test('finds exactly the unsafe questions, and those against a policy', async () => {
		const { pair } = sent();
		const of = (attributes: Readonly<Record<string, string>>) =>
			search(url(), { 'spangate.run.id': pair.candidate, ...attributes });
		const { unsafe, violated } = offenders(pair);
		expect(await of({ 'spangate.safety.status': 'unsafe' })).toEqual(unsafe);
		expect(await of({ 'spangate.policy.status': 'violated' })).toEqual(violated);
	});

	test('finds the questions with a score of exactly 1', async () => {
		const { pair } = sent();
		const found = await search(url(), {
			'spangate.run.id': pair.candidate,
			'spangate.score.faithfulness': '1',
		});
		expect(found).toEqual(scoredAtLeast(pair, 1));
	});
}

/** The questions whose root span bears these attributes, sorted. */
async function search(url: string, attributes: Readonly<Record<string, string>>): Promise<string[]> {
	const hour = 3_600_000;
	const query = new URLSearchParams({
		'query.serviceName': 'spangate',
		'query.operationName': 'question',
		'query.attributes': JSON.stringify(attributes),
		'query.startTimeMin': new Date(Date.now() - hour).toISOString(),
		'query.startTimeMax': new Date(Date.now() + hour).toISOString(),
		'query.searchDepth': '1000',
	});
	const response = await fetch(`${url}/api/v3/traces?${query}`);
	if (response.status === 404) return [];
	const text = await response.text();
	if (response.status !== 200) throw new Error(`Jaeger answers ${response.status}: ${text}`);
	// One JSON object a part of the answer.
	const parts: Json[] = text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line));
	const spans = parts.flatMap(({ result }) =>
		result.resourceSpans.flatMap(({ scopeSpans }: Json) => scopeSpans.flatMap((scope: Json) => scope.spans)),
	);
	const ids = spans
		.filter(({ name }) => name === 'question')
		.map(
			({ attributes: all }) => all.find(({ key }: Json) => key === 'spangate.question.id').value.stringValue,
		);
	return ids.sort();
}
