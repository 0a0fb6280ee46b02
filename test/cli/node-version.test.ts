import { describe, expect, test } from 'vitest';
import { fixture, Workspace } from '../support/cli.ts';

describe('the version of Node', { timeout: 60_000, concurrent: true }, () => {
	async function versionOn(node: string) {
		const nodeArgs = ['--import', fixture('pretend-node.js')];
		return new Workspace().spangate(['--version'], { nodeArgs, env: { PRETENDED_NODE: node } });
	}

	test.each(['18.20.8', '20.19.0', '22.18.0'])(
		'%s is told what is needed, in one line, with exit 2',
		async (node) => {
			const { code, stdout, stderr } = await versionOn(node);
			expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
			expect(stderr).toMatch(/^spangate needs Node 22\.19 or newer [^\n]*\n$/);
			expect(stderr).toContain(node);
		},
	);

	test.each(['22.19.0', '100.1.0'])('%s is enough', async (node) => {
		expect((await versionOn(node)).code).toBe(0);
	});
});
