import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../src/commands/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The first fenced block of a language that holds a text. */
function block(readme: string, language: string, holding: string): string {
	const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
	const found = blocks.find(([, lang, body]) => lang === language && body?.includes(holding));
	if (found?.[2] === undefined) throw new Error(`README.md has no ${language} block with ${holding}`);
	return found[2];
}

describe('README.md', () => {
	let readme: string;
	let folder: string;
	beforeAll(async () => {
		readme = await readFile(join(root, 'README.md'), 'utf8');
		folder = await mkdtemp(join(tmpdir(), 'spangate-readme-'));
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	it("shows a suite that works as it stands, with the reader's own check", async () => {
		const suite = block(readme, 'yaml', 'golden/shop/suite.yaml').replace(
			'checks:\n',
			'checks:\n  - { use: module, path: ./no-prices.ts, name: no-prices }\n',
		);
		const app =
			'export const answer = ({ input }) => (/neighbour/.test(input) ? "I cannot help with that." : "Within 30 days, with the receipt.");\n';
		const files = {
			'suite.yaml': suite,
			'questions.jsonl': block(readme, 'jsonl', 'returns-window'),
			'gate.yaml': block(readme, 'yaml', 'golden/shop/gate.yaml'),
			'no-prices.ts': block(readme, 'ts', "export const kind = 'policy'"),
			'app.ts': app,
			'app-v1.ts': app,
		};
		for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
		const args = ['src/bin.js', 'compare', folder, '--json'];
		const env = { PATH: process.env.PATH, SPANGATE_HOME: join(folder, 'home') };
		const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
		const result = JSON.parse(stdout);
		expect(result.verdict.outcome).toBe('DEPLOY');
		expect(result.candidate.metrics['policy_violations.no-prices']).toEqual({
			value: 0,
			n: 2,
			unit: 'violations',
		});
	});

	it('shows rules on Prometheus and Tempo that are rules', async () => {
		const gate = join(folder, 'live.yaml');
		await writeFile(gate, block(readme, 'yaml', 'live-errors'));
		const args = ['src/bin.js', 'thresholds', 'golden/support', '--gate', gate, '--json'];
		const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
		expect(JSON.parse(stdout).rules).toMatchObject([
			{ id: 'pass-rate' },
			{ id: 'live-errors', query: { source: 'prometheus', maxAgeS: 300 }, min_samples: 300 },
			{ id: 'live-p95', quantile: 0.95 },
			{ id: 'live-failed-spans', query: { source: 'tempo', windowS: 900 }, min_samples: 1000 },
		]);
	});

	it('names every command and every runtime dependency', async () => {
		for (const { usage } of verbs) expect(readme).toContain(`spangate ${usage.split(' ')[0]}`);
		const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
		for (const name of Object.keys(dependencies)) {
			const plain = name.replace('@opentelemetry/', '');
			expect(readme.includes(`\`${name}\``) || readme.includes(`\`${plain}\``), name).toBe(true);
		}
	});
});
