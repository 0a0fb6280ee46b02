import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fixture, Workspace } from '../support/cli.ts';

const capitals = fixture('capitals');
const workspace = new Workspace();

describe('what a gate asks of the questions of its suite', { timeout: 60_000 }, () => {
	const rule = (rest: string) => `rules:\n  - { id: r, metric: pass_rate, non_inferior: 2pp, ${rest} }\n`;
	const cases: [string, string, string][] = [
		[
			'a slice',
			rule('per: tag:nope'),
			'no question has the tag "nope"; expected one of: tag:region, tag:size',
		],
		[
			'a group',
			rule('cluster_by: tag:nope'),
			'no question has the tag "nope"; expected one of: cluster, tag:region',
		],
	];
	const commands = (suite: string) => [
		['validate', suite],
		['thresholds', suite],
		['gate', suite, '--self-test'],
		['compare', suite],
		['run', suite, '--target', 'baseline'],
	];

	test.each(cases)('%s of no question is refused before any target is asked', async (name, text, says) => {
		const gate = workspace.write(`${name.replaceAll(' ', '-')}.yaml`, text);
		for (const args of commands(capitals)) {
			const { code, stdout, stderr } = await workspace.inProcess([...args, '--gate', gate]);
			expect({ code, stdout }, args[0]).toEqual({ code: 2, stdout: '' });
			expect(stderr, args[0]).toContain(`${gate}:2: rule "r": `);
			expect(stderr, args[0]).toContain(says);
		}
		expect(existsSync(workspace.home)).toBe(false);
	});

	test('a slice that some questions lack is refused, with a few of them', async () => {
		const suite = workspace.copySuite(capitals, {
			'gate.yaml': () => rule('per: tag:region'),
			'questions.jsonl': (text) => text.replace('"region":"asia",', ''),
		});
		const { code, stderr } = await workspace.inProcess(['validate', suite]);
		expect(code).toBe(2);
		expect(stderr).toContain(
			'per: 1 of 8 questions have no tag "region" (007), so no slice would judge them; expected it on every question, or tag:size',
		);
	});
});

describe('validate', { timeout: 60_000 }, () => {
	test('tells of a waiver that has expired, and takes the gate', async () => {
		const waivers = (until: string) =>
			`rules: [{ id: r, metric: pass_rate, check: "value >= 0.5" }]\nwaivers: [{ rule: r, until: ${until}, by: ops, reason: an incident, limit: "value >= 0.1" }]\n`;
		const over = workspace.write('over.yaml', waivers('2020-12-31'));
		expect(await workspace.inProcess(['validate', capitals, '--gate', over])).toMatchObject({
			code: 0,
			stdout: expect.stringContaining('8 questions'),
			stderr: `${over}: the waiver of "r" (by ops: an incident) expired on 2020-12-31, so "value >= 0.5" holds; take it out or renew it\n`,
		});
		const inForce = workspace.write('in-force.yaml', waivers('2999-12-31'));
		expect(await workspace.inProcess(['validate', capitals, '--gate', inForce])).toMatchObject({
			code: 0,
			stderr: '',
		});
	});

	test.each([
		['validate', 'Check this gate file instead of the suite’s'],
		['thresholds', 'Show the rules of this gate file instead of'],
		['compare', 'Judge by this gate file instead of the suite’s'],
		['gate', 'Judge by this gate file instead of the record’s'],
		['run', 'Keep this gate file with the record instead'],
	])('%s --help says what its --gate does', async (verb, says) => {
		const { code, stdout } = await workspace.inProcess([verb, '--help']);
		expect(code).toBe(0);
		expect(stdout.replaceAll(/\s+/g, ' ')).toContain(says);
	});
});

describe('a file that is not UTF-8', () => {
	const files = {
		'suite.yaml': `name: bytes
questions: questions.jsonl
gate: gate.yaml
targets: { said: { use: recorded, answers: answers.csv } }
scorers: [{ use: regex, pattern: o }]
checks: [{ use: phrases, forbidden: [Genève] }]
`,
		'gate.yaml': 'rules: [{ id: policy, metric: policy_violations, max_events: 0 }]\n',
		'questions.jsonl': '{"id":"one","input":"Who?"}\n{"id":"two","input":"À Genève?"}\n',
		'answers.csv': 'id,output\none,Nobody\ntwo,À Genève\n',
	};

	test.each([
		['suite.yaml', 'suite.yaml: the suite is not UTF-8'],
		['questions.jsonl', 'questions.jsonl:2: the questions file is not UTF-8'],
		['answers.csv', 'answers.csv:3: the file of answers is not UTF-8'],
	])('%s is refused: no check finds in it what it forbids', async (file, says) => {
		for (const encoding of ['latin1', 'utf8'] as const) {
			for (const [name, text] of Object.entries(files)) {
				const path = workspace.write(`${encoding} of ${file}/${name}`, text);
				if (name === file) writeFileSync(path, Buffer.from(text, encoding));
			}
			const { code, stderr } = await workspace.inProcess([
				'validate',
				workspace.path(`${encoding} of ${file}`),
			]);
			expect(code, stderr).toBe(encoding === 'latin1' ? 2 : 0);
			expect(stderr.includes(says), stderr).toBe(encoding === 'latin1');
		}
	});
});
