import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../src/commands/index.ts';
import { tablesOf } from '../support/markdown-table.ts';
import { pageText } from '../support/pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The first fenced block of a language that holds a text. */
function block(page: string, language: string, holding: string): string {
	const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
	const found = blocks.find(([, lang, body]) => lang === language && body?.includes(holding));
	if (found?.[2] === undefined) throw new Error(`the page has no ${language} block with ${holding}`);
	return found[2];
}

describe('README.md, or the page of the gate', () => {
	const readme = pageText('README.md');
	const gatePage = pageText('src/gate/README.md');
	let folder: string;
	beforeAll(async () => {
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
		// Two questions cannot tell, as the README says.
		const failed = await promisify(execFile)(process.execPath, args, { cwd: root, env }).catch(
			(error) => error,
		);
		expect(failed.code).toBe(3);
		const result = JSON.parse(failed.stdout);
		expect(result.verdict.outcome).toBe('INCONCLUSIVE');
		const rules = result.verdict.rules.filter(({ outcome }: { outcome: string }) => outcome !== 'pass');
		expect(rules.map(({ id }: { id: string }) => id)).toEqual(['quality', 'no-worse']);
		for (const { reason } of rules) expect(reason).toMatch(/about \d+ more questions would settle it/);
		expect(result.candidate.metrics['policy_violations.no-prices']).toEqual({
			value: 0,
			n: 2,
			unit: 'violations',
		});
	});

	it('shows a gate with bounds, slices and a waiver that is one', async () => {
		const gate = join(folder, 'bounds.yaml');
		await writeFile(gate, block(gatePage, 'yaml', 'vendor incident'));
		const args = ['src/bin.js', 'thresholds', 'golden/support', '--gate', gate, '--json'];
		const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
		const { rules } = JSON.parse(stdout);
		expect(rules.map(({ id }: { id: string }) => id)).toEqual([
			...['safety/max_events', 'safety/check', 'floor', 'no-worse'],
			...['latency/check', 'latency/non_inferior', 'by-language'],
		]);
		expect(rules[5]).toMatchObject({ waiver: { until: '2026-12-31', limit: 'non_inferior 1.30x' } });
	});

	it('shows the commonest rules', async () => {
		const gate = join(folder, 'common.yaml');
		await writeFile(gate, block(readme, 'yaml', 'by-language'));
		const args = ['src/bin.js', 'thresholds', 'golden/support', '--gate', gate, '--json'];
		const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
		expect(JSON.parse(stdout).rules.map(({ id }: { id: string }) => id)).toEqual([
			...['safety', 'floor', 'no-worse', 'latency/check', 'latency/non_inferior', 'by-language'],
		]);
	});

	it('shows rules on Prometheus and Tempo that are rules', async () => {
		const gate = join(folder, 'live.yaml');
		await writeFile(gate, block(gatePage, 'yaml', 'live-errors'));
		const args = ['src/bin.js', 'thresholds', 'golden/support', '--gate', gate, '--json'];
		const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
		expect(JSON.parse(stdout).rules).toMatchObject([
			{ id: 'pass-rate' },
			{ id: 'live-errors', query: { source: 'prometheus', maxAgeS: 300 }, min_samples: 300 },
			{ id: 'live-p95', quantile: 0.95 },
			{ id: 'live-failed-spans', query: { source: 'tempo', windowS: 900 }, min_samples: 1000 },
		]);
	});

	it.each(['compare', 'run', 'resume', 'gate'])('names every flag of %s', async (command) => {
		const { stdout } = await promisify(execFile)(process.execPath, ['src/bin.js', command, '--help'], {
			cwd: root,
		});
		const options = stdout.slice(stdout.indexOf('\nOptions:'), stdout.indexOf('\nExamples:'));
		const flags = [...options.matchAll(/^ +(?:(-\w), )?--([a-z-]+)/gm)].filter(
			([, , name = '']) => !['version', 'help'].includes(name),
		);
		expect(flags.length).toBeGreaterThan(5);
		const isNamed = (flag: string) => new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(readme);
		const lacking = flags.filter(
			([, short, name]) => ![short ?? `--${name}`, `--${name}`, `--no-${name}`].some(isNamed),
		);
		expect(lacking.map(([, , name]) => name)).toEqual([]);
	});

	it('names every command and every runtime dependency', async () => {
		for (const { usage } of verbs) expect(readme).toContain(`spangate ${usage.split(' ')[0]}`);
		const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
		for (const name of Object.keys(dependencies)) {
			const plain = name.replace('@opentelemetry/', '');
			expect(readme.includes(`\`${name}\``) || readme.includes(`\`${plain}\``), name).toBe(true);
		}
		const table = tablesOf(readme).find(([row]) => row !== undefined && 'package' in row) ?? [];
		const named = table.flatMap((row) =>
			[...(row.package ?? '').matchAll(/`([^`]+)`/g)].map(([, one]) => one),
		);
		expect(
			named.filter((one = '') => !(one in dependencies || `@opentelemetry/${one}` in dependencies)),
		).toEqual([]);
		expect(named).toHaveLength(Object.keys(dependencies).length);
	});
});
