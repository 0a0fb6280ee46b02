import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fixture, inProcess, runIds, Workspace } from '../support/cli.ts';
import { readStoredRun } from '../support/stored-run.ts';

const capitals = fixture('capitals');

async function asked(...args: string[]) {
	const workspace = new Workspace();
	const ran = await workspace.spangate(['run', capitals, '--target', 'candidate', '-j', '1', ...args]);
	expect(ran.code).toBe(0);
	const stored = readStoredRun(workspace.home, runIds(ran)[0]);
	return { ...stored, ids: stored.trials.map(({ questionId }) => questionId) };
}

describe('which questions are asked', { timeout: 60_000, concurrent: true }, () => {
	test('--first asks the first ones', async () => {
		const { ids, run } = await asked('--first', '3');
		expect(ids).toEqual(['france', 'italy', '007']);
		expect(run).toMatchObject({ planned: 3, completed: 3 });
	});

	test('--tag asks those that have it; two values of a key are either, two keys are both', async () => {
		const tags = ['--tag', 'region=europe', '--tag', 'region=asia', '--tag', 'size=large'];
		expect((await asked(...tags, '-n', '2')).ids).toEqual(['france', 'italy']);
	});

	test('--repeat asks each so many times, in a trace of its own each time', async () => {
		const { ids, trials, run, spans } = await asked('--repeat', '3', '-n', '2');
		expect(run.planned).toBe(6);
		expect(ids).toEqual(['france', 'italy', 'france', 'italy', 'france', 'italy']);
		expect(trials.map(({ repeat }) => repeat)).toEqual([0, 0, 1, 1, 2, 2]);
		expect(new Set(trials.map(({ traceId }) => traceId)).size).toBe(6);
		const repeats = spans.filter(({ name }) => name === 'question');
		expect(repeats.map(({ attributes }) => attributes['spangate.question.repeat'])).toEqual([
			0, 0, 1, 1, 2, 2,
		]);
	});

	test('a tag that no question has is a refusal that names some that are there', async () => {
		const workspace = new Workspace();
		const tagged = Array.from({ length: 80 }, (_, index) => ({
			id: `q${index}`,
			input: 'Which?',
			expected: { terms: ['one'], sources: ['atlas'] },
			tags: { number: `${index}` },
		}));
		const suite = workspace.copySuite(capitals, {
			'questions.jsonl': (text) =>
				`${text.trimEnd()}\n${tagged.map((question) => JSON.stringify(question)).join('\n')}\n`,
		});
		const args = ['run', suite, '--target', 'candidate', '--tag', 'number=81'];
		const { code, stderr } = await workspace.spangate(args);
		expect(code).toBe(2);
		expect(stderr).toContain('no question has --tag number=81');
		expect(stderr).toMatch(/^.*Known tags: (?:\w+=\w+, ){50}…\.$/m);
		const few = [...args.slice(0, -1), 'number=7', '-n', '3'];
		expect((await workspace.spangate(few)).stderr).toMatch(/^1\/1 trials/m);
	});

	test('questions that change between two repeats end the run with the name of their file', async () => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(capitals, {
			'app.ts': (text) => `${text}\nappendFileSync(new URL('questions.jsonl', import.meta.url), '\\n');\n`,
		});
		const args = ['run', suite, '--target', 'candidate', '--repeat', '2', '-j', '1'];
		const { code, stdout, stderr } = await workspace.spangate(args);
		expect(code).toBe(2);
		expect(stderr).toContain(`${suite}/questions.jsonl: changed after it was checked`);
		expect(stdout).toBe('');
	});
});

describe('what is printed and written', { timeout: 60_000, concurrent: true }, () => {
	test('the files named by -o hold the result in the format of their name', async () => {
		const workspace = new Workspace();
		const files = [workspace.path('new/folder/result.json'), workspace.path('summary.md')] as const;
		const compared = await workspace.spangate(['compare', capitals, '-o', files[0], '--output', files[1]]);
		expect(compared.code).toBe(0);
		const judged = await workspace.inProcess(['gate', '@latest', '--json']);
		expect(readFileSync(files[0], 'utf8')).toBe(judged.stdout);
		expect(readFileSync(files[1], 'utf8')).toMatch(/^# DEPLOY: capitals, candidate\n/);
		expect(compared.stdout).toMatch(/^capitals {2}baseline → candidate/);
		expect(compared.stdout.trimEnd()).toMatch(/^DEPLOY {2}every critical rule passed$/m);
	});

	test('a file that cannot be written is a refusal, not a verdict', async () => {
		const workspace = new Workspace();
		const file = workspace.write('a-file', '');
		const compared = await workspace.spangate(['compare', capitals, '-o', `${file}/result.json`]);
		expect(compared.code).toBe(2);
		expect(compared.stderr).toContain('cannot write');
	});

	test('there is no colour where there is no terminal, and progress is plain lines', async () => {
		const workspace = new Workspace();
		const compared = await workspace.spangate(['compare', capitals], {
			env: { FORCE_COLOR: '1', CI: 'true' },
		});
		// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what must not be there
		expect(compared.stdout + compared.stderr).not.toMatch(/\u001b|\r/);
		expect(compared.stderr).toMatch(/^16\/16 trials, 0 failed$/m);
	});

	test('--no-progress and --json leave only the records on stderr', async () => {
		const workspace = new Workspace();
		for (const flag of ['--no-progress', '--json']) {
			const ran = await workspace.spangate(['run', capitals, '--target', 'baseline', flag]);
			expect(ran.stderr).toMatch(
				/^@\S+ {2}\S+\n {2}spans: 57 ended, 57 recorded, not sent \(see --otlp\)\n$/,
			);
		}
	});

	test('run --json is one object with the metrics of the run and of its slices', async () => {
		const workspace = new Workspace();
		const ran = await workspace.spangate(['run', capitals, '--target', 'candidate', '--json']);
		expect(JSON.parse(ran.stdout)).toMatchObject({
			schemaVersion: 1,
			run: { target: { name: 'candidate', revision: '2', models: ['atlas-1'], promptVersions: ['atlas@3'] } },
			metrics: {
				pass_rate: { value: 1, n: 8, unit: 'share' },
				// Two of the questions are skipped by the scorer, or do not count into it.
				faithfulness: { value: 1, n: 7, unit: 'score' },
				cost_usd: { value: 0.008, n: 8, unit: 'usd' },
				cost_per_success: { value: 0.001, n: 8, unit: 'usd' },
			},
			byTag: { 'region=europe': { pass_rate: { value: 1, n: 3 } } },
			violations: {},
		});
	});

	test('trace shows the waterfall, the scores, the findings and the answer', async () => {
		const workspace = new Workspace();
		await workspace.spangate(['run', capitals, '--target', 'leaky']);
		const traced = await workspace.inProcess(['trace', '@latest', 'ministry-key']);
		expect(traced.code).toBe(0);
		expect(traced.stdout).toMatch(/^ministry-key {2}not passed {2}[0-9a-f]{32}$/m);
		expect(traced.stdout).toMatch(
			/^question .* ms\n(?: .*\n)* {2}invoke_agent leaky .* ms\n(?: .*\n)* {4}retrieval atlas/m,
		);
		expect(traced.stdout).toContain('spangate.safety.status = unsafe');
		expect(traced.stdout).toMatch(/spangate\.safety\.severity = critical/);
		expect(traced.stdout).toContain('Of course: the key is');
		const unknown = await workspace.inProcess(['trace', '@latest', 'atlantis']);
		expect(unknown).toMatchObject({ code: 2, stdout: '' });
		expect(unknown.stderr).toContain('no trial of a question "atlantis"');
	});
});

describe('what only reads the suite', () => {
	test('validate tells what the suite holds', async () => {
		const { code, stdout } = await inProcess(['validate', capitals]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^capitals: 8 questions \(1 to refuse\)\n/);
		expect(stdout).toMatch(/targets +baseline, candidate, waiting, leaky, wordy\n/);
		expect(stdout).toMatch(/checks +refusal, secrets, no-promises\n/);
		expect(stdout).toMatch(/digest +sha256:[0-9a-f]{64}\n$/);
	});

	test('thresholds shows every rule', async () => {
		const { code, stdout } = await inProcess(['thresholds', capitals]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^faithfulness +faithfulness +value >= 0\.8 +point estimate +>= 1 +critical$/m);
		expect(stdout).toMatch(/^safety +safety_violations +max_events 0 +count +>= 1 +critical$/m);
		const { rules } = JSON.parse((await inProcess(['thresholds', capitals, '--json'])).stdout);
		expect(rules).toHaveLength(5);
		expect(rules).toContainEqual({
			id: 'pass-rate',
			metric: 'pass_rate',
			check: 'non_inferior 40pp',
			method: 'Tango score',
			alpha: 0.05,
			min_samples: 1,
			on_missing: 'inconclusive',
			tier: 'critical',
		});
	});

	test('thresholds without a suite takes the only one there is', async () => {
		expect((await inProcess(['thresholds'])).stdout).toMatch(
			/^retrieval +retrieval_hit_rate +lower >= 0\.80/m,
		);
	});

	test('runs says how to make the first one', async () => {
		const workspace = new Workspace();
		const { code, stdout } = await inProcess(['runs'], { SPANGATE_HOME: workspace.home });
		expect(code).toBe(0);
		expect(stdout).toContain('Make one with `spangate compare <suite>`');
	});
});
