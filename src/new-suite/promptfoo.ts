import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { parsing } from '../config/issue-words.ts';
import type { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import { readText } from '../files/read-text.ts';
import type { Case, Expectation } from './case.ts';
import { fieldsOf } from './fields.ts';
import type { LeftOut } from './left-out.ts';
import { mapAssertion } from './promptfoo-assertions.ts';
import { type Prompt, promptsOf, renderPrompt } from './promptfoo-prompts.ts';
import { type Test, testsOf } from './promptfoo-tests.ts';
import type { Reading, Source } from './source.ts';
import { render, renderAll, type Vars } from './templates.ts';

const Config = z.looseObject({
	description: z.string().optional(),
	prompts: z.unknown().optional(),
	tests: z.unknown().optional(),
	defaultTest: z.unknown().optional(),
	assertionTemplates: z.record(z.string(), z.unknown()).default({}),
});

/** Keys of a config that say nothing of what is asked, or are carried over. */
const silent = new Set(['$schema', 'description', 'prompts', 'tests', 'defaultTest', 'assertionTemplates']);
const noCounterpart = 'it has no counterpart';
const whyLeftOut: Readonly<Record<string, string>> = {
	providers: 'say what is asked under `targets:` of suite.yaml',
	targets: 'say what is asked under `targets:` of suite.yaml',
	scenarios: 'write them out as tests',
	redteam: 'its tests are made by a service; import the file that it writes',
};

/** A config of promptfoo (https://www.promptfoo.dev/docs/configuration/reference/): a case for each test and prompt. */
export function readPromptfoo(file: string, problems: Problems, left: LeftOut): Source {
	const { value, locate } = parseYaml(readText(file, 'file to import'), file, problems);
	if (!problems.empty) return { kind: 'a config of promptfoo', cases: [] };
	const parsed = Config.safeParse(value, parsing);
	if (!parsed.success) {
		problems.addZod(file, parsed.error, locate);
		return { kind: 'a config of promptfoo', cases: [] };
	}
	const config = parsed.data;
	const reading = { file, folder: dirname(file), problems, left };
	for (const key of Object.keys(config)) {
		if (silent.has(key)) continue;
		const why = whyLeftOut[key] ?? noCounterpart;
		left.add({ file, line: locate([], key), what: key, why });
	}
	const prompts = promptsOf(config.prompts, locate, reading);
	const tests = testsOf(config, locate, reading);
	if (tests.length === 0 && problems.empty) {
		problems.add(file, locate([], 'tests'), 'holds no test; expected a list under `tests`');
	}
	const templates = config.assertionTemplates;
	const cases = tests.flatMap((test) => casesOf(test, prompts, { ...reading, templates }));
	return { kind: 'a config of promptfoo', description: config.description, cases };
}

/** The tests of a .csv or .jsonl file by themselves: without a prompt, their variables are what is asked. */
export function readPromptfooTests(file: string, problems: Problems, left: LeftOut): Source {
	const reading = { file, folder: dirname(file), problems, left };
	const tests = testsOf({ tests: `file://${basename(file)}` }, () => undefined, reading);
	const prompts = promptsOf(undefined, () => undefined, reading);
	const cases = tests.flatMap((test) => casesOf(test, prompts, { ...reading, templates: {} }));
	return { kind: 'tests of promptfoo', cases };
}

interface Mapping extends Reading {
	readonly templates: Readonly<Record<string, unknown>>;
}

function casesOf(test: Test, prompts: readonly Prompt[], mapping: Mapping): Case[] {
	const { left } = mapping;
	const { file, line } = test;
	const name = test.description === undefined ? 'a test' : `the test "${test.description}"`;
	if (test.transformed) {
		left.add({ file, line, what: name, why: 'what it grades is changed by code first (`transform`)' });
		return [];
	}
	const [inFile] = Object.entries(test.vars).filter(([, value]) => isFile(value));
	if (inFile !== undefined) {
		left.add({
			file,
			line,
			what: name,
			why: `its variable \`${inFile[0]}\` stands in a file (${inFile[1]})`,
		});
		return [];
	}
	const own = prompts.filter(({ label }) => test.prompts === undefined || test.prompts.includes(label));
	return combinations(test.vars).flatMap((vars) =>
		own.flatMap((prompt): Case[] => {
			const rendered = renderPrompt(prompt, vars);
			if ('fault' in rendered) {
				const what = prompts.length > 1 ? `${name} with the prompt "${prompt.label}"` : name;
				left.add({ file, line, what, why: rendered.fault });
				return [];
			}
			const several = own.length > 1;
			return [
				{
					file,
					line,
					label: test.description ?? labelOf(vars),
					input: rendered.text,
					expectations: expectationsOf(test, vars, mapping),
					...fieldsOf(test.metadata, { file, line, what: `${name}: metadata`, left }, [
						...(prompts.length > 1 ? [['prompt', prompt.label] as const] : []),
					]),
					...(several && { cluster: test.description ?? labelOf(vars) }),
					passThreshold: test.threshold,
				},
			];
		}),
	);
}

/** true for what is read, or made, by another file; in a list one of its items is enough. */
function isFile(value: unknown): boolean {
	if (Array.isArray(value)) return value.some(isFile);
	return typeof value === 'string' && value.startsWith('file://');
}

const AssertionShape = z.looseObject({
	type: z.string(),
	value: z.unknown().optional(),
	threshold: z.number().optional(),
	weight: z.number().min(0).optional(),
	metric: z.string().optional(),
	provider: z.unknown().optional(),
});

function expectationsOf(test: Test, vars: Vars, mapping: Mapping): Expectation[] {
	const { templates, left, problems } = mapping;
	return test.assertions.flatMap(({ value: given, file, line }): Expectation[] => {
		const parsed = AssertionShape.safeParse(resolved(given, templates));
		if (!parsed.success) {
			problems.add(
				file,
				line,
				'an assertion; expected { type, value, … }, or a $ref to one of assertionTemplates',
			);
			return [];
		}
		const { type, value, threshold, weight, metric, provider, ...rest } = parsed.data;
		const what = `assert: ${type}`;
		const leave = (why: string) => {
			left.add({ file, line, what, why });
			return [];
		};
		if ('transform' in rest) return leave('what it grades is changed by code first (`transform`)');
		if (Array.isArray(rest.assert) && type === 'assert-set' && threshold === undefined) {
			if (weight === 0) return leave('it has a weight of 0, so it decides nothing');
			for (const key of Object.keys(rest).filter((key) => key !== 'assert')) {
				left.add({ file, line, what: `${what}: ${key}`, why: noCounterpart });
			}
			const parts = sharing(rest.assert, weight).map((part) => ({ value: part, file, line }));
			return expectationsOf({ ...test, assertions: parts }, vars, mapping);
		}
		if (isFile(value)) return leave(`its value is a file (${value})`);
		const filled = renderAll(value, vars);
		if ('fault' in filled) return leave(filled.fault);
		const grader = graderOf(provider ?? test.provider) ?? usualGrader;
		const mapped = mapAssertion({ type, value: filled.value, threshold, weight, metric, grader });
		if ('leftOut' in mapped) return leave(mapped.leftOut);
		const { wanted } = mapped;
		const named = provider ?? test.provider;
		const isStrange = named !== undefined && graderOf(named) === undefined;
		const note =
			isStrange && 'score' in wanted && wanted.score.use === 'judge'
				? `graded by ${grader}, since its own grader is none of OpenAI`
				: mapped.note;
		for (const key of Object.keys(rest))
			left.add({ file, line, what: `${what}: ${key}`, why: noCounterpart });
		return [{ file, line, what, wanted, note }];
	});
}

function resolved(value: unknown, templates: Readonly<Record<string, unknown>>): unknown {
	if (typeof value !== 'object' || value === null) return value;
	const ref = (value as { $ref?: unknown }).$ref;
	if (typeof ref !== 'string') return value;
	return templates[ref.replace('#/assertionTemplates/', '')];
}

/** The parts of a set of assertions, which weigh together what the set does. */
function sharing(parts: readonly unknown[], weight = 1): unknown[] {
	const weightOf = (part: unknown) => Number((part as { weight?: unknown } | null)?.weight ?? 1);
	const total = parts.reduce((sum: number, part) => sum + weightOf(part), 0);
	if (!(total > 0)) return [...parts];
	return parts.map((part) =>
		typeof part === 'object' && part !== null ? { ...part, weight: (weight * weightOf(part)) / total } : part,
	);
}

/** What promptfoo asks to grade where a set says nothing. */
const usualGrader = 'gpt-4.1';

/** The model of OpenAI that a set has grade; nothing where it names none. */
function graderOf(provider: unknown): string | undefined {
	const id = typeof provider === 'object' && provider !== null ? (provider as { id?: unknown }).id : provider;
	return typeof id === 'string' ? /^openai:(?:chat:|responses:)?([^:]+)$/.exec(id)?.[1] : undefined;
}

/** Every combination of variables that are lists. */
function combinations(vars: Vars): Vars[] {
	let all: Record<string, unknown>[] = [{}];
	for (const [name, value] of Object.entries(vars)) {
		const values: readonly unknown[] = Array.isArray(value) ? value : [value];
		all = all.flatMap((each) => values.map((one) => ({ ...each, [name]: one })));
	}
	// A variable's text can name another one.
	return all.map((each) => {
		const filled = Object.entries(each).map(([name, value]): [string, unknown] => {
			const rendered = typeof value === 'string' ? render(value, each) : undefined;
			return [name, rendered !== undefined && 'text' in rendered ? rendered.text : value];
		});
		return Object.fromEntries(filled);
	});
}

function labelOf(vars: Vars): string {
	return Object.values(vars)
		.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
		.join(' ');
}
