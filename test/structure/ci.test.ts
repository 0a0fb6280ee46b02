import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, Workspace } from '../support/cli.ts';

const scripts = join(root, '.ci');

/** Runs a script of `.ci` where these programs stand in for the real ones; each call of one is a line of `calls`. */
function run(script: string, programs: Readonly<Record<string, string>>) {
	const workspace = new Workspace();
	const calls = workspace.write('calls', '');
	mkdirSync(workspace.path('bin'));
	for (const [name, body] of Object.entries(programs)) {
		const text = `#!/bin/sh\necho "${name} $*" >>'${calls}'\n${body}\n`;
		chmodSync(workspace.write(`bin/${name}`, text), 0o755);
	}
	const { status, stderr } = spawnSync(join(scripts, script), [workspace.folder], {
		encoding: 'utf8',
		env: { PATH: `${workspace.path('bin')}:${process.env.PATH}` },
	});
	return { status, stderr, calls: readFileSync(calls, 'utf8').trim().split('\n') };
}

test.each(readdirSync(scripts))('.ci/%s is a script that bash can read', (name) => {
	const { status, stderr } = spawnSync('bash', ['-n', join(scripts, name)], { encoding: 'utf8' });
	expect(status, stderr).toBe(0);
	expect(readFileSync(join(scripts, name), 'utf8')).toMatch(
		/^#!\/usr\/bin\/env bash\n# [\s\S]*\nset -euo pipefail\n/,
	);
});

describe('.ci/prometheus-image', () => {
	const absent = 'case "$1" in image) exit 1;; esac';

	test('makes nothing when the image is there', () => {
		const { status, calls } = run('prometheus-image', { docker: '', mmdebstrap: '' });
		expect(status).toBe(0);
		expect(calls.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
			'docker image',
			'docker run',
		]);
	});

	test('brings in what was made', () => {
		const { status, calls } = run('prometheus-image', { docker: absent, mmdebstrap: '' });
		expect(status).toBe(0);
		expect(calls.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
			'docker image',
			'mmdebstrap --quiet',
			'docker import',
			'docker run',
		]);
	});

	test('brings in nothing that was not made', () => {
		const { status, calls } = run('prometheus-image', { docker: absent, mmdebstrap: 'exit 25' });
		expect(status).toBe(25);
		expect(calls.join('\n')).not.toContain('import');
	});

	test('fails where a container cannot run', () => {
		expect(run('prometheus-image', { docker: '[ "$1" != run ]', mmdebstrap: '' }).status).toBe(1);
	});
});

describe('.ci/engine', () => {
	// The last two are not everywhere.
	const tools = {
		...{ mmdebstrap: '', 'docker-compose': '', promtool: '', dockerd: '', id: 'echo 0' },
		...{ timeout: 'shift; exec "$@"', setsid: 'exec "$@"' },
	};

	test('starts and installs nothing where an engine answers and the tools are there', () => {
		const { status, calls } = run('engine', { ...tools, docker: '', 'apt-get': 'exit 1' });
		expect(status).toBe(0);
		expect(calls.filter((call) => /^(dockerd|apt-get)/.test(call))).toEqual([]);
	});

	test('says why there is none, when it may not start one', () => {
		const { status, stderr } = run('engine', { ...tools, docker: 'exit 1', id: 'echo 1000' });
		expect(status).toBe(1);
		expect(stderr).toContain('only root can start one');
	});

	test('says what dockerd said last, when that ends at once', () => {
		const dockerd = 'echo "no iptables here" >&2; exit 1';
		const { status, stderr, calls } = run('engine', { ...tools, docker: 'exit 1', dockerd });
		expect(status).toBe(1);
		expect(stderr).toContain('dockerd did not start: no iptables here');
		expect(calls.filter((call) => call.startsWith('dockerd'))).toHaveLength(2);
	});
});
