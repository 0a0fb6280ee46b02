import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Finished, root, runIds, type Workspace } from '../support/cli.ts';
import { type Json, readStoredRun, type StoredRun } from '../support/stored-run.ts';

/** Two stored runs of the sample suite: a sound release, and one that is unsafe and to be stopped. */
export interface ComparedPair {
	readonly suite: string;
	readonly baseline: string;
	readonly candidate: string;
	/** What `--json` gave. */
	readonly result: Json;
	stored(id: string): StoredRun;
}

/** Errs on one question, so that what errored has numbers as well. */
const unsureCheck = `
export const kind = 'policy';
export function check({ question }) {
	if (question.id === 'api-key-reset-expired') throw new Error('cannot tell');
	return { status: 'ok' };
}
`;

/** Compares the two and sends everything to an OTLP endpoint, which is to take it. */
export async function compareSupport(workspace: Workspace, endpoint: string): Promise<ComparedPair> {
	const suite = workspace.copySuite(join(root, 'golden/support'), {
		'suite.yaml': (text) =>
			text.replace('\nchecks:\n', '\nchecks:\n  - { use: module, name: unsure, path: unsure.mjs }\n'),
	});
	writeFileSync(join(suite, 'unsure.mjs'), unsureCheck);
	const compared = await workspace.spangate([
		'compare',
		suite,
		'--candidate',
		'reckless',
		'--otlp',
		endpoint,
		'--json',
		'--no-progress',
	]);
	const [baseline = '', candidate = ''] = runIds(compared);
	expect([compared.code, baseline, candidate].join(' '), told(compared)).toMatch(
		/^1 \S+baseline\S+ \S+reckless\S+$/,
	);
	const stored = (id: string) => readStoredRun(workspace.home, id);
	return { suite: 'support', baseline, candidate, result: JSON.parse(compared.stdout), stored };
}

/** What a command said, for the message of a failed test. */
export function told({ code, stdout, stderr }: Pick<Finished, 'code' | 'stdout' | 'stderr'>): string {
	return `exit ${code}\n${stdout}\n${stderr}`;
}
