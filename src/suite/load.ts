import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { checkKinds } from '../checks/index.ts';
import { parsing } from '../config/issue-words.ts';
import { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import { messageOf, SpangateError } from '../errors.ts';
import { readText } from '../files/read-text.ts';
import { scorerKinds } from '../scorers/index.ts';
import { targetKinds } from '../targets/index.ts';
import { SequenceDigest } from './digest.ts';
import { Entries } from './entries.ts';
import { Fit } from './fit.ts';
import { type PlacedQuestion, readQuestions } from './questions.ts';
import { tellRest } from './rest.ts';
import { CheckCommon, ScorerCommon, SuiteFile, TargetCommon } from './schema.ts';
import type { Suite, SuiteCheck, SuiteScorer, SuiteTarget } from './suite.ts';

/**
 * Loads a suite from its folder or its suite.yaml and checks all of it, questions included.
 * Throws one config error that lists every problem with its file and line.
 */
export async function loadSuite(path: string): Promise<Suite> {
	const file = suiteFile(path);
	const folder = dirname(file);
	const problems = new Problems();
	const yaml = parseYaml(readText(file, 'suite'), file, problems);
	problems.throwIfAny(file);
	const entries = new Entries(file, folder, problems, yaml.locate);
	const parsed = SuiteFile.safeParse(yaml.value, parsing);
	if (!parsed.success) {
		problems.addZod(file, parsed.error, yaml.locate);
		tellRest(yaml.value, parsed.error, entries, problems);
		problems.sortByLine(0);
		problems.throwIfAny(`suite ${folder}`);
		throw new Error('unreachable: an invalid suite has problems');
	}
	const definition = parsed.data;

	const scorers: SuiteScorer[] = [];
	for (const [index, entry] of definition.scorers.entries()) {
		const at = ['scorers', index];
		const options = entries.options(entry, at, scorerKinds, ScorerCommon);
		if (options === undefined) continue;
		const scorer = await entries.make(at, () => options.kind.create(options.value, { folder }));
		if (scorer) {
			const { use, name = use, threshold, weight } = entry;
			scorers.push({ name, use, threshold, weight, scorer });
		}
	}
	const checks: SuiteCheck[] = [];
	for (const [index, entry] of definition.checks.entries()) {
		const at = ['checks', index];
		const options = entries.options(entry, at, checkKinds, CheckCommon);
		if (options === undefined) continue;
		const check = await entries.make(at, () => options.kind.create(options.value, { folder }));
		if (check) checks.push({ name: entry.name ?? entry.use, use: entry.use, apply: entry.apply, check });
	}
	entries.unique('scorers', definition.scorers);
	entries.notBuiltIn('scorers', definition.scorers);
	entries.unique('checks', definition.checks);
	const graded = problems.empty;
	const targets = new Map<string, SuiteTarget>();
	for (const [name, entry] of Object.entries(definition.targets)) {
		const options = entries.options(entry, ['targets', name], targetKinds, TargetCommon);
		if (options === undefined) continue;
		entries.filesExist(['targets', name], options.kind.files?.(options.value));
		entries.tell(['targets', name], await options.kind.problem?.(options.value));
		targets.set(name, {
			name,
			use: entry.use,
			revision: entry.revision,
			kind: options.kind,
			options: options.value,
		});
	}
	if (definition.gate !== undefined) entries.fileExists(['gate'], definition.gate);
	const hasQuestions = entries.fileExists(['questions'], definition.questions);
	problems.sortByLine(0);
	const passThreshold = definition.pass?.threshold;
	const questionsFile = join(folder, definition.questions);
	const digest = new SequenceDigest();
	digest.add({
		name: definition.name,
		scorers: definition.scorers,
		checks: definition.checks,
		attributes: definition.attributes,
		pass: definition.pass,
		// What an answer cost, and so whether it was within its budget, is by these.
		prices: definition.prices,
		graders: [...scorers.map(({ scorer }) => scorer.version), ...checks.map(({ check }) => check.version)],
	});
	// What is wrong with a scorer or check would be told again of every question that it is to judge.
	const fit = graded
		? new Fit({ scorers, checks, passThreshold, file, questionsFile, locate: yaml.locate }, problems)
		: undefined;
	const visit = (placed: PlacedQuestion) => {
		fit?.check(placed);
		const { question, line } = placed;
		try {
			digest.add(question);
		} catch (error) {
			problems.add(
				questionsFile,
				line,
				`question "${question.id}": ${messageOf(error)}; expected well-formed Unicode text`,
			);
		}
	};
	const read = hasQuestions ? readQuestions(questionsFile, problems, visit) : undefined;
	if (read?.complete) fit?.end();
	problems.throwIfAny(`suite ${folder}`);
	if (read === undefined) throw new Error('unreachable: a questions file that is missing is a problem');

	return {
		name: definition.name,
		folder,
		digest: digest.end(),
		questions: read.questions,
		scorers,
		checks,
		passThreshold,
		targets,
		attributes: definition.attributes,
		prices: definition.prices,
		content: definition.content,
		secretEnv: definition.secretEnv,
		gateFile: definition.gate === undefined ? undefined : resolve(folder, definition.gate),
		snapshot: { ...definition, questionCount: read.questions.count },
	};
}

function suiteFile(path: string): string {
	const given = resolve(path);
	if (!existsSync(given)) {
		throw new SpangateError('config', `${path}: no such suite; expected a folder that holds a suite.yaml`, {
			hint: `Name the suite by its path; \`spangate init ${path}\` writes a small one there.`,
		});
	}
	const file = statSync(given).isDirectory() ? join(given, 'suite.yaml') : given;
	if (!existsSync(file)) {
		throw new SpangateError('config', `${path}: the folder holds no suite.yaml`, {
			hint: `Create ${join(path, 'suite.yaml')}; \`golden/support/suite.yaml\` of spangate is a full example.`,
		});
	}
	if (basename(file) !== 'suite.yaml') {
		throw new SpangateError('config', `${path}: a suite is a folder with a suite.yaml, or that file itself`);
	}
	return file;
}
