import { describe, expect, it } from 'vitest';
import { SpangateError } from '../../src/errors.ts';
import { builtInMetrics, judgeMetrics } from '../../src/model/metric.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { loadSuite } from '../../src/suite/load.ts';
import { targetKinds } from '../../src/targets/index.ts';
import { tempFolder, write } from '../support/records.ts';
import { load, problemsOf, questionLines, suiteFolder, suiteLines, suiteYaml } from './small.ts';

const questions = (...lines: string[]) => ({ 'questions.jsonl': `${lines.join('\n')}\n` });
const yaml = (start: string, ...lines: string[]) => ({ 'suite.yaml': suiteYaml(start, ...lines) });
const [first = '', second = ''] = questionLines;

describe('a good suite', () => {
	it('comes with its parts, defaults filled in', async () => {
		const folder = suiteFolder();
		const suite = await loadSuite(folder);
		expect(suite).toMatchObject({
			name: 'unit',
			folder,
			gateFile: undefined,
			questions: { count: 2 },
			scorers: [{ name: 'faithfulness', use: 'terms', threshold: 0.5 }],
			checks: [
				{ name: 'promises', use: 'phrases', apply: 'listed' },
				{ name: 'pii', use: 'pii', apply: 'all' },
			],
			attributes: {},
			snapshot: { name: 'unit', questionCount: 2 },
		});
		expect([...suite.questions]).toEqual([
			{ id: 'a', input: 'One?', expected: { terms: ['one'] }, tags: {}, policies: ['promises'] },
			{ id: 'b', input: 'Two?', expected: { terms: ['two'] }, tags: {} },
		]);
		expect([...suite.targets.keys()]).toEqual(['app']);
		expect(await loadSuite(`${folder}/suite.yaml`)).toMatchObject({ name: 'unit', digest: suite.digest });
	});

	it('takes a threshold of 1 when none is given, so that half an answer does not pass', async () => {
		const suite = await load(yaml('  - { use: terms', '  - { use: terms }'));
		expect(suite.scorers).toMatchObject([{ name: 'terms', threshold: 1 }]);
	});
});

describe('weights', () => {
	const weighed = (scorer: string, ...more: string[]) =>
		yaml('  - { use: terms', `  - { use: terms, ${scorer} }`, ...more);
	const heavy = 'name: faithfulness, weight: 3';

	it('and the mean that passes are part of the suite and of its digest', async () => {
		const suites = await Promise.all(
			[
				yaml('name:', 'name: unit'),
				yaml('name:', 'name: unit', 'pass: { threshold: 0.8 }'),
				yaml('name:', 'name: unit', 'pass: { threshold: 0.7 }'),
				weighed(heavy, 'pass: { threshold: 0.8 }'),
			].map(load),
		);
		expect(suites.map(({ passThreshold }) => passThreshold)).toEqual([undefined, 0.8, 0.7, 0.8]);
		expect(suites[3]?.scorers).toMatchObject([{ name: 'faithfulness', weight: 3 }]);
		expect(new Set(suites.map(({ digest }) => digest)).size).toBe(4);
	});

	it('that nothing weighs are refused', async () => {
		expect(await problemsOf(weighed(heavy))).toEqual([
			'suite.yaml:6: scorer "faithfulness" has a weight, but nothing is weighed; write `pass: { threshold: 0.8 }`, or drop the weight',
		]);
	});

	it('are taken when one question is weighed', async () => {
		const lines = [first, '{"id":"x","input":"?","expected":{"terms":["x"]},"pass":{"threshold":0.5}}'];
		await expect(load({ ...weighed(heavy), ...questions(...lines) })).resolves.toBeDefined();
	});

	it.each<[string, Record<string, string | undefined>, string]>([
		[
			'below 0',
			weighed('name: faithfulness, weight: -1', 'pass: { threshold: 1 }'),
			'suite.yaml:6: scorers.0.weight: must be at least 0 (0 only reports the score), found -1',
		],
		[
			'against a mean of 0',
			yaml('name:', 'name: unit', 'pass: { threshold: 0 }'),
			'suite.yaml:2: pass.threshold: must be above 0 (a threshold of 0 passes every answer), found 0',
		],
		[
			'against no mean',
			yaml('name:', 'name: unit', 'pass: 0.8'),
			'suite.yaml:2: pass: expected { threshold: a number in (0, 1] }, found 0.8',
		],
		[
			'of an unknown scorer',
			questions(
				first,
				'{"id":"x","input":"?","expected":{"terms":["x"]},"pass":{"threshold":0.5,"weights":{"terms":1}}}',
			),
			'questions.jsonl:2: question "x": pass.weights: no scorer "terms"; expected one of: faithfulness',
		],
		[
			'of a question without a threshold',
			questions(
				first,
				'{"id":"x","input":"?","expected":{"terms":["x"]},"pass":{"weights":{"faithfulness":1}}}',
			),
			'questions.jsonl:2: question "x": pass: a threshold is missing, here and under `pass` of the suite',
		],
		[
			'that leave nothing',
			questions(
				first,
				'{"id":"x","input":"?","expected":{"terms":["x"]},"pass":{"threshold":0.5,"weights":{"faithfulness":0}}}',
			),
			'questions.jsonl:2: question "x": pass: each of its scorers has a weight of 0; nothing is left',
		],
	])('%s are refused', async (_, files, problem) => {
		expect(await problemsOf(files)).toEqual([problem]);
	});
});

describe('a suite that is not there', () => {
	it.each([
		['nothing', {}, 'missing', /missing: no such suite; expected a folder that holds a suite\.yaml/],
		['an empty folder', {}, '.', /the folder holds no suite\.yaml/],
		['another file', { 'other.yaml': 'name: x' }, 'other.yaml', /a suite is a folder with a suite\.yaml/],
	])('%s is a config error that says what is expected', async (_, files, path, message) => {
		const folder = write(tempFolder(), files);
		const error = await loadSuite(`${folder}/${path}`).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(SpangateError);
		expect(error).toMatchObject({ code: 'config', exitCode: 2, message: expect.stringMatching(message) });
	});
});

describe('suite.yaml', () => {
	it.each<[string, Record<string, string | undefined>, string[]]>([
		[
			'is empty',
			{ 'suite.yaml': '' },
			['suite.yaml: is empty; expected the keys name, questions, targets and scorers'],
		],
		[
			'has an unknown key',
			yaml('name:', 'name: unit', 'judges: []'),
			[
				'suite.yaml:2: unknown key "judges"; expected one of: name, questions, gate, targets, scorers, checks, pass, prices, attributes, content, secretEnv',
			],
		],
		[
			'has an unknown option in a scorer',
			yaml('  - { use: terms', '  - use: exact', '    caseSensitve: true'),
			['suite.yaml:7: scorers.0: unknown key "caseSensitve"; did you mean `caseSensitive`?'],
		],
		[
			'has an unknown option in a check',
			yaml('  - { use: pii', '  - use: pii', '    skipp: 1'),
			[expect.stringMatching(/^suite\.yaml:10: checks\.1: unknown key "skipp"; expected one of: \w/)],
		],
		[
			'has an unknown option in a target',
			yaml('  app:', '  app:', '    use: module', '    path: app.ts', '    timeout: 3'),
			['suite.yaml:7: targets.app: unknown key "timeout"; expected one of: path, with, rpm, maxConcurrent'],
		],
		[
			'names an unknown scorer',
			yaml('  - { use: terms', '  - { use: bleurt }'),
			[
				`suite.yaml:6: scorers.0.use: unknown: "bleurt"; expected one of: ${Object.keys(scorerKinds).join(', ')}`,
			],
		],
		[
			'names an unknown check',
			yaml('  - { use: pii', '  - { use: kindness }'),
			[
				expect.stringMatching(
					/^suite\.yaml:9: checks\.1\.use: unknown: "kindness"; expected one of: budget, /,
				),
			],
		],
		[
			'names an unknown target kind that Object.prototype has',
			yaml('  app:', '  app: { use: constructor }'),
			[
				`suite.yaml:4: targets.app.use: unknown: "constructor"; expected one of: ${Object.keys(targetKinds).join(', ')}`,
			],
		],
		[
			'has no scorer',
			{ 'suite.yaml': [...suiteLines.slice(0, 4), 'scorers: []'].join('\n') },
			['suite.yaml:5: scorers: must name at least one scorer'],
		],
		[
			'has no target',
			{ 'suite.yaml': suiteLines.toSpliced(2, 2, 'targets: {}').join('\n') },
			['suite.yaml:3: targets: must name at least one target'],
		],
		[
			'has a threshold of 0',
			yaml('  - { use: terms', '  - use: terms', '    threshold: 0'),
			['suite.yaml:7: scorers.0.threshold: must be above 0 (a threshold of 0 passes every answer), found 0'],
		],
		[
			'has a threshold above 1',
			yaml('  - { use: terms', '  - { use: terms, threshold: 66 }'),
			['suite.yaml:6: scorers.0.threshold: must be at most 1 (0.5 is half), found 66'],
		],
		[
			'has a number where a name belongs',
			yaml('name:', 'name: 7'),
			['suite.yaml:1: name: expected a name: letters, digits, "_", "-" and ".", no spaces, found 7'],
		],
		[
			'has a name with a space',
			yaml('name:', 'name: my suite'),
			['suite.yaml:1: name: expected a name: letters, digits, "_", "-" and ".", no spaces, found "my suite"'],
		],
		[
			'has an attribute in our namespace',
			yaml('name:', 'name: unit', 'attributes:', '  spangate.passed: true'),
			[expect.stringMatching(/^suite\.yaml:\d+: attributes.*spangate\.passed/)],
		],
		[
			'has two scorers of one name',
			yaml('  - { use: terms', '  - { use: terms, name: f }', '  - { use: contains, name: f, all: [a] }'),
			['suite.yaml:7: scorers.1: the name "f" is used twice; give one of them another `name:`'],
		],
		[
			'has two checks of one name, one by its `use`',
			yaml('  - { use: pii', '  - { use: pii }', '  - { use: secrets, name: pii }'),
			['suite.yaml:10: checks.2: the name "pii" is used twice; give one of them another `name:`'],
		],
		[
			'names files that are not there',
			{ 'suite.yaml': suiteYaml('questions:', 'questions: q.jsonl', 'gate: gate.yaml'), 'app.ts': undefined },
			[
				'suite.yaml:2: questions: no such file: q.jsonl',
				'suite.yaml:3: gate: no such file: gate.yaml',
				'suite.yaml:5: targets.app.path: no such file: app.ts',
			],
		],
		[
			'has a check that would judge nothing',
			yaml('  - { use: pii', '  - { use: phrases, name: tone }'),
			['suite.yaml:9: checks.1: needs forbidden or required, or it would judge nothing'],
		],
		[
			'has a listed check that no question lists',
			questions(second),
			['suite.yaml:8: check "promises" has `apply: listed`, but no question lists it'],
		],
		[
			'is no YAML',
			yaml('name:', 'name: [unit'),
			[expect.stringMatching(/^suite\.yaml:\d+: not valid YAML: /)],
		],
		[
			'says a key twice',
			yaml('name:', 'name: unit', 'name: other'),
			['suite.yaml:2: not valid YAML: Map keys must be unique'],
		],
		[
			'uses an alias that has no anchor',
			yaml('name:', 'name: *other'),
			[expect.stringMatching(/^suite\.yaml: not valid YAML: Unresolved alias .*other/)],
		],
		[
			'names a scorer module that cannot be loaded',
			yaml('  - { use: terms', '  - { use: module, path: mine.ts }'),
			[expect.stringMatching(/^suite\.yaml:6: scorers\.0: mine\.ts: cannot load the module: /)],
		],
		[
			'names a scorer module without `score`',
			yaml('  - { use: terms', '  - { use: module, path: app.ts }'),
			[
				expect.stringMatching(
					/^suite\.yaml:6: scorers\.0: app\.ts: expected an export `score` .*it exports answer/,
				),
			],
		],
	])('%s', async (_, files, expected) => {
		expect(await problemsOf(files)).toEqual(expected);
	});

	it.each([
		...[...builtInMetrics, ...judgeMetrics].map(({ name }) => name),
		'safety_violations.pii',
		'policy_violation_rate.promises',
		'safety_violations_mine',
	])('refuses a scorer named %s, which is a metric of every run', async (name) => {
		expect(await problemsOf(yaml('  - { use: terms', `  - { use: terms, name: ${name} }`))).toEqual([
			`suite.yaml:6: scorers.0: the name "${name}" is kept for a metric of spangate’s own; give the scorer another \`name:\``,
		]);
	});

	it('takes a check of a built-in metric’s name: its own metrics are prefixed', async () => {
		const suite = await load(yaml('  - { use: pii', '  - { use: pii, name: pass_rate }'));
		expect(suite.checks.map(({ name }) => name)).toContain('pass_rate');
	});
});

describe('questions', () => {
	it.each<[string, string[], unknown[]]>([
		['none', [], ['questions.jsonl: holds no question; a golden set needs at least one']],
		['only blank lines', ['', '  '], ['questions.jsonl: holds no question; a golden set needs at least one']],
		[
			'a duplicate id',
			[first, second, first],
			['questions.jsonl:3: duplicate question id "a", first used on line 1'],
		],
		[
			'a numeric id',
			[first, '{"id":7,"input":"?","expected":{"terms":["x"]}}'],
			['questions.jsonl:2: id: expected a text, found 7'],
		],
		[
			'an unknown key',
			[first, '{"id":"x","input":"?","expect":{"terms":["x"]}}'],
			['questions.jsonl:2: unknown key "expect"; did you mean `expected`?'],
		],
		[
			'an unknown key below `expected`',
			[first, '{"id":"x","input":"?","expected":{"term":["x"]}}'],
			['questions.jsonl:2: expected: unknown key "term"; did you mean `terms`?'],
		],
		[
			'an empty list of terms',
			[first, '{"id":"x","input":"?","expected":{"terms":[]}}'],
			['questions.jsonl:2: expected.terms: is empty; expected a list of at least one'],
		],
		[
			'an empty input',
			[first, '{"id":"x","input":"","expected":{"terms":["x"]}}'],
			['questions.jsonl:2: input: is empty; expected what the target is asked'],
		],
		[
			'a tag that is no text',
			[first, '{"id":"x","input":"?","expected":{"terms":["x"]},"tags":{"level":3}}'],
			['questions.jsonl:2: tags.level: expected a text, found 3'],
		],
		[
			'a threshold of 0',
			[first, '{"id":"x","input":"?","expected":{"terms":["x"]},"threshold":0}'],
			['questions.jsonl:2: threshold: must be above 0 (a threshold of 0 passes every answer), found 0'],
		],
		[
			'a threshold in words',
			[first, '{"id":"x","input":"?","expected":{"terms":["x"]},"threshold":"high"}'],
			[
				'questions.jsonl:2: threshold: expected a number in (0, 1], or one for each scorer name, found "high"',
			],
		],
		[
			'a line that is no object',
			[first, '"just text"'],
			['questions.jsonl:2: expected keys and their values, found "just text"'],
		],
		[
			'a torn line',
			[first, '{"id":"x","input":"?","expec'],
			[
				expect.stringMatching(
					/^questions\.jsonl:2: not valid JSON: .*; expected one question object a line$/,
				),
			],
		],
		[
			'what its scorer cannot grade',
			[first, '{"id":"x","input":"?"}'],
			[
				'questions.jsonl:2: question "x": scorer "faithfulness" (terms) cannot grade it: expected.terms is missing; mend that, or list "faithfulness" under `skip`',
			],
		],
		[
			'a skip of an unknown scorer',
			[first, '{"id":"x","input":"?","expected":{"terms":["x"]},"skip":["terms"]}'],
			['questions.jsonl:2: question "x": skip: no scorer "terms"; expected one of: faithfulness'],
		],
		[
			'a policy that no check bears',
			[first, '{"id":"x","input":"?","expected":{"terms":["x"]},"policies":["promise"]}'],
			[
				'questions.jsonl:2: question "x": policies: no check "promise" with `apply: listed`; expected one of: promises',
			],
		],
		[
			'a policy of a check that judges all anyway',
			[first, '{"id":"x","input":"?","expected":{"terms":["x"]},"policies":["pii"]}'],
			[
				'questions.jsonl:2: question "x": policies: no check "pii" with `apply: listed`; expected one of: promises',
			],
		],
		[
			'a threshold of an unknown scorer',
			[first, '{"id":"x","input":"?","expected":{"terms":["x"]},"threshold":{"terms":0.5}}'],
			['questions.jsonl:2: question "x": threshold: no scorer "terms"; expected one of: faithfulness'],
		],
	])('with %s are refused', async (_, lines, expected) => {
		expect(await problemsOf(questions(...lines))).toEqual(expected);
	});

	it('that nothing judges are refused, since every answer would pass', async () => {
		const files = {
			...yaml('  - { use: pii', ''),
			...questions(first, '{"id":"x","input":"?","skip":["faithfulness"]}'),
		};
		expect(await problemsOf(files)).toEqual([
			'questions.jsonl:2: question "x": no scorer and no check judges it, so every answer would pass',
		]);
	});

	it('that a check alone judges are taken', async () => {
		const suite = await load(questions(first, '{"id":"x","input":"?","skip":["faithfulness"]}'));
		expect([...suite.questions].map(({ id }) => id)).toEqual(['a', 'x']);
	});

	it('in a format that nobody reads are refused by the file’s name', async () => {
		const files = { ...yaml('questions:', 'questions: questions.txt'), 'questions.txt': first };
		expect(await problemsOf(files)).toEqual([
			'questions.txt: unknown format; expected a name that ends in .jsonl, .yaml, .json or .csv',
		]);
	});
});

describe('all problems at once', () => {
	it('of suite.yaml and of its questions, each with its place', async () => {
		const files = {
			...yaml('  - { use: terms', '  - { use: terms, caseSensitive: true }', '  - { use: bleurt }'),
			...questions(first, first, '{"id":3}', '{'),
		};
		expect(await problemsOf(files)).toEqual([
			expect.stringContaining('suite.yaml:6: scorers.0: '),
			expect.stringContaining('suite.yaml:7: scorers.1.use: unknown: "bleurt"'),
			'questions.jsonl:2: duplicate question id "a", first used on line 1',
			'questions.jsonl:3: id: expected a text, found 3',
			'questions.jsonl:3: input: is missing; expected a text',
			expect.stringMatching(/^questions\.jsonl:4: not valid JSON/),
		]);
	});

	it('even when suite.yaml itself has the wrong shape', async () => {
		const files = { ...yaml('name:', 'nam: unit'), ...questions(first, '{"id":3,"input":"?"}') };
		expect(await problemsOf(files)).toEqual([
			'suite.yaml:1: name: is missing; expected a name: letters, digits, "_", "-" and ".", no spaces',
			'suite.yaml:1: unknown key "nam"; did you mean `name`?',
			'questions.jsonl:2: id: expected a text, found 3',
		]);
	});

	it('of parts that are right in themselves beside a key that is not', async () => {
		const files = {
			'suite.yaml': [
				...suiteLines.map((line) => line.replace('use: pii', 'use: pi')),
				'judges: []',
				'gate: gate.yaml',
			].join('\n'),
			'app.ts': undefined,
		};
		expect(await problemsOf(files)).toEqual([
			'suite.yaml:4: targets.app.path: no such file: app.ts',
			expect.stringContaining(
				'suite.yaml:9: checks.1.use: unknown: "pi"; did you mean `pii`? expected one of: ',
			),
			expect.stringContaining('suite.yaml:10: unknown key "judges"; expected one of: name, '),
			'suite.yaml:11: gate: no such file: gate.yaml',
		]);
	});

	it('of questions that do not fit beside a target that is not there', async () => {
		const files = { ...questions(first, '{"id":"x","input":"?"}'), 'app.ts': undefined };
		expect(await problemsOf(files)).toEqual([
			'suite.yaml:4: targets.app.path: no such file: app.ts',
			expect.stringContaining('questions.jsonl:2: question "x": scorer "faithfulness"'),
		]);
	});

	it('an empty golden set beside a wrong scorer', async () => {
		const files = { ...yaml('  - { use: terms', '  - { use: bleurt }'), ...questions() };
		expect(await problemsOf(files)).toEqual([
			expect.stringContaining('scorers.0.use: unknown: "bleurt"'),
			'questions.jsonl: holds no question; a golden set needs at least one',
		]);
	});

	it('of several questions that do not fit', async () => {
		const files = questions(first, '{"id":"x","input":"?"}', '{"id":"y","input":"?","skip":["z"]}');
		const problems = await problemsOf(files);
		expect(problems.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
			'questions.jsonl:2: question "x"',
			'questions.jsonl:3: question "y"',
			'questions.jsonl:3: question "y"',
		]);
	});
});
