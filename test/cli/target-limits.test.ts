import { expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { readStoredRun } from '../support/stored-run.ts';

test.each(['module', 'http', 'command'])(
	'%s: questions that wait for their turn are asked in their own traces, one at once',
	async (use) => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('echo'), {
			'suite.yaml': (yaml) =>
				yaml.replaceAll(/use: (module|http|command)(, |$)/gm, (found, kind, end) => {
					const limits = 'maxConcurrent: 1, rpm: 600';
					return end === '' ? `${found}\n    maxConcurrent: 1\n    rpm: 600` : `use: ${kind}, ${limits}, `;
				}),
			'questions.jsonl': (lines) => lines.replaceAll(/^.*"hangs".*\n/gm, ''),
		});
		const ran = await workspace.spangate(['run', suite, '--target', use, '-j', '8', '--repeat', '4']);
		expect(ran.code, ran.stderr).toBe(0);
		const { trials, spans } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(trials).toHaveLength(8);
		for (const { traceId, answer } of trials) {
			const call = spans.find((span) => span.traceId === traceId && span.name === `invoke_agent ${use}`);
			expect(JSON.parse(answer.output).handed.traceparent).toBe(`00-${traceId}-${call?.spanId}-01`);
		}
		// All began together, and the last waited for those before it.
		const waited = spans.map(({ attributes }) => Number(attributes['spangate.waited_ms'] ?? 0));
		expect(Math.max(...waited)).toBeGreaterThan(500);
		const own = spans
			.filter(({ name }) => name === 'work')
			.sort((one, other) => Number(one.startNs - other.startNs));
		expect(own).toHaveLength(8);
		for (const [index, { startNs }] of own.entries()) {
			expect(startNs).toBeGreaterThanOrEqual(own[index - 1]?.endNs ?? 0n);
		}
	},
	60_000,
);
