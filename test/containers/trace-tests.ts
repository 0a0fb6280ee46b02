import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, runIds, type Workspace } from '../support/cli.ts';
import type { Json } from '../support/stored-run.ts';
import { type ComparedPair, told } from './support-pair.ts';

/** A compared pair whose spans a backend has acknowledged. */
export interface Sent {
	readonly workspace: Workspace;
	readonly pair: ComparedPair;
}

/** What holds of Jaeger and Tempo alike. */
export function sharedTraceTests(kind: 'jaeger' | 'tempo', sent: () => Sent, url: () => string): void {
	test.each(['baseline', 'candidate'] as const)('has every span of the %s', async (side) => {
		const { workspace, pair } = sent();
		const done = await workspace.inProcess(['verify', `@${pair[side]}`, `--${kind}`, url(), '--json']);
		expect(done.code, told(done)).toBe(0);
		const recorded = pair.stored(pair[side]).spans.length;
		expect(JSON.parse(done.stdout).backends).toMatchObject([
			{ whole: true, spans: recorded, found: recorded },
		]);
	});

	test('does not have what was never sent, and it is told', async () => {
		const { workspace } = sent();
		const unsent = await workspace.spangate([
			'run',
			join(root, 'golden/support'),
			'--target',
			'baseline',
			'-n',
			'3',
		]);
		const done = await workspace.inProcess([
			'verify',
			`@${runIds(unsent)[0]}`,
			`--${kind}`,
			url(),
			'--wait',
			'0',
		]);
		expect(done.code, told(done)).toBe(4);
		expect(done.stdout).toContain('not whole, 0 of ');
		expect(done.stdout).toContain('api-key-reset-expired');
	});

	test('shows the trace of a question as the record does', async () => {
		const { workspace, pair } = sent();
		const question = offenders(pair).unsafe[0] ?? '';
		const asked = ['trace', `@${pair.candidate}`, question];
		const back = await workspace.inProcess([...asked, '--from', kind, `--${kind}`, url()]);
		expect(back.code, told(back)).toBe(0);
		expect(back.stdout).toBe((await workspace.inProcess(asked)).stdout);
	});
}

/** The candidate's questions that a check found unsafe, and those found against a policy; sorted. */
export function offenders({ stored, candidate }: ComparedPair): { unsafe: string[]; violated: string[] } {
	const { trials } = stored(candidate);
	const found = (kind: string) =>
		trials
			.filter(({ findings }) =>
				findings.some((each: Json) => each.kind === kind && each.status === 'violated'),
			)
			.map(({ questionId }) => questionId)
			.sort();
	return { unsafe: found('safety'), violated: found('policy') };
}

/** The candidate's questions whose faithfulness is at least so much; sorted. */
export function scoredAtLeast({ stored, candidate }: ComparedPair, least: number): string[] {
	return stored(candidate)
		.trials.filter(({ scores }) =>
			scores.some((score: Json) => score.scorer === 'faithfulness' && score.value >= least),
		)
		.map(({ questionId }) => questionId)
		.sort();
}
