import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { parsing } from '../config/issue-words.ts';
import type { Locate } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import { csvColumns, csvRows } from '../files/csv-rows.ts';
import { LineFile } from '../files/line-file.ts';
import { readText } from '../files/read-text.ts';
import { jsonRows } from '../files/row.ts';
import type { Reading } from './source.ts';
import type { Vars } from './templates.ts';

/** An assertion as it stands in a file. */
interface PlacedAssertion {
	readonly value: unknown;
	readonly file: string;
	readonly line: number | undefined;
}

/** A test with what `defaultTest` adds to it. */
export interface Test {
	readonly file: string;
	readonly line: number | undefined;
	readonly description: string | undefined;
	readonly vars: Vars;
	readonly assertions: readonly PlacedAssertion[];
	readonly metadata: Readonly<Record<string, unknown>>;
	readonly threshold: number | undefined;
	/** The labels of the prompts that it is asked with; without them, all. */
	readonly prompts: readonly string[] | undefined;
	/** Who grades it, when it says so. */
	readonly provider: unknown;
	/** true when code changes the answer before it is graded. */
	readonly transformed: boolean;
}

const Values = z.record(z.string(), z.unknown());
const TestShape = z.looseObject({
	description: z.string().optional(),
	vars: z.union([Values, z.string()], 'expected variables by their names, or the file of them').default({}),
	assert: z.array(z.unknown()).default([]),
	metadata: Values.default({}),
	threshold: z.number().optional(),
	prompts: z.array(z.string()).optional(),
	options: z.looseObject({ provider: z.unknown().optional(), transform: z.unknown().optional() }).default({}),
});

/** A test before it is validated, with its place. */
interface Raw {
	readonly value: unknown;
	readonly file: string;
	readonly lineOf: (path: readonly PropertyKey[], key?: string) => number | undefined;
}

const silent = new Set(['description', 'vars', 'assert', 'metadata', 'threshold', 'prompts', 'options']);
const silentOptions = new Set(['provider', 'transform', 'postprocess']);

/** The tests of a config, those of its files too. */
export function testsOf(
	config: { readonly tests?: unknown; readonly defaultTest?: unknown },
	locate: Locate,
	reading: Reading,
): Test[] {
	const { file } = reading;
	const inConfig =
		(path: readonly PropertyKey[]): Raw['lineOf'] =>
		(below, key) =>
			locate([...path, ...below], key);
	const common =
		config.defaultTest === undefined
			? undefined
			: testOf({ value: config.defaultTest, file, lineOf: inConfig(['defaultTest']) }, reading);
	const list = Array.isArray(config.tests) ? config.tests : config.tests === undefined ? [] : [config.tests];
	const raws = list.flatMap((value: unknown, index): Raw[] => {
		const path = Array.isArray(config.tests) ? ['tests', index] : ['tests'];
		const lineOf = inConfig(path);
		return typeof value === 'string' ? fromFile(value, lineOf([]), reading) : [{ value, file, lineOf }];
	});
	return raws.flatMap((raw) => {
		const test = testOf(raw, reading);
		return test === undefined ? [] : [common === undefined ? test : withDefaults(test, common)];
	});
}

function withDefaults(test: Test, common: Test): Test {
	return {
		...test,
		vars: { ...common.vars, ...test.vars },
		assertions: [...common.assertions, ...test.assertions],
		metadata: { ...common.metadata, ...test.metadata },
		threshold: test.threshold ?? common.threshold,
		prompts: test.prompts ?? common.prompts,
		provider: test.provider ?? common.provider,
		transformed: test.transformed || common.transformed,
	};
}

function testOf({ value, file, lineOf }: Raw, { problems, left }: Reading): Test | undefined {
	const parsed = TestShape.safeParse(value, parsing);
	if (!parsed.success) {
		problems.addZod(file, parsed.error, lineOf);
		return undefined;
	}
	const { description, vars, assert, metadata, threshold, prompts, options, ...rest } = parsed.data;
	const line = lineOf([]);
	if (typeof vars === 'string') {
		left.add({
			file,
			line: lineOf(['vars']),
			what: 'a test',
			why: `its variables stand in a file (${vars})`,
		});
		return undefined;
	}
	for (const key of Object.keys(rest).filter((key) => !silent.has(key))) {
		left.add({ file, line: lineOf([], key), what: `${key} of a test`, why: 'it has no counterpart' });
	}
	for (const key of Object.keys(options).filter((key) => !silentOptions.has(key))) {
		left.add({
			file,
			line: lineOf(['options'], key),
			what: `options.${key} of a test`,
			why: 'it has no counterpart',
		});
	}
	const isShare = threshold !== undefined && threshold > 0 && threshold <= 1;
	if (threshold !== undefined && !isShare) {
		const why = `${threshold} is no share above 0; each of its scores must reach its own threshold`;
		left.change({ file, line: lineOf([], 'threshold'), what: 'threshold of a test', why });
	}
	return {
		file,
		line,
		description,
		vars,
		assertions: assert.map((each, index) => ({ value: each, file, line: lineOf(['assert', index]) })),
		metadata,
		threshold: isShare ? threshold : undefined,
		prompts,
		provider: options.provider,
		transformed: options.transform !== undefined || options.postprocess !== undefined,
	};
}

function fromFile(name: string, line: number | undefined, reading: Reading): Raw[] {
	const { file, folder, problems, left } = reading;
	const path = name.replace(/^file:\/\//, '');
	const from = join(folder, path);
	const type = extname(path);
	if (/[*?]|^[a-z]+:\/\//.test(path) || !['.csv', '.jsonl', '.json', '.yaml', '.yml'].includes(type)) {
		left.add({
			file,
			line,
			what: `tests ${name}`,
			why: 'name each file of them (.yaml, .json, .jsonl or .csv)',
		});
		return [];
	}
	if (!existsSync(from)) {
		problems.add(file, line, `tests: no such file: ${from}`);
		return [];
	}
	if (type === '.csv') return [...csvTests(from, reading)];
	if (type === '.jsonl') return [...jsonTests(from, reading)];
	const { value, locate } = parseYaml(readText(from, 'file of tests'), from, problems);
	if (!Array.isArray(value)) {
		problems.add(from, 1, 'expected a list of tests');
		return [];
	}
	return value.map((each: unknown, index) => ({
		value: each,
		file: from,
		lineOf: (below, key) => locate([index, ...below], key),
	}));
}

function* jsonTests(from: string, { problems }: Reading): Generator<Raw> {
	for (const row of jsonRows(new LineFile(from, 'file of tests'), 'one test a line')) {
		if ('fault' in row) problems.add(from, row.line, row.fault);
		else yield { value: row.value, file: from, lineOf: () => row.line };
	}
}

/** The tests of promptfoo's CSV (https://www.promptfoo.dev/docs/configuration/test-cases/#csv-format). */
function* csvTests(from: string, { problems, left }: Reading): Generator<Raw> {
	const lines = new LineFile(from, 'file of tests');
	// An empty cell is a variable that is set to nothing.
	const blank = Object.fromEntries(
		csvColumns(lines)
			.filter((name) => !name.startsWith('__'))
			.map((name) => [name, '']),
	);
	for (const row of csvRows(lines, (cells) => cells)) {
		if ('fault' in row) {
			problems.add(from, row.line, row.fault);
			continue;
		}
		const vars: Record<string, string> = { ...blank };
		const metadata: Record<string, string> = {};
		const assert: unknown[] = [];
		const test: Record<string, unknown> = { vars, assert, metadata };
		for (const [column, cell] of Object.entries(row.value as Readonly<Record<string, string>>)) {
			if (/^__expected\d*$/.test(column)) assert.push(assertionOf(cell));
			else if (column === '__description') test.description = cell;
			else if (column === '__threshold') test.threshold = Number(cell);
			else if (column.startsWith('__metadata:')) metadata[column.slice('__metadata:'.length)] = cell;
			else if (column.startsWith('__'))
				left.add({ file: from, line: 1, what: `the column ${column}`, why: 'it has no counterpart' });
			else vars[column] = cell;
		}
		yield { value: test, file: from, lineOf: () => row.line };
	}
}

const shorthand = /^((?:not-)?[a-z][a-z-]*)(?:\((\d+(?:\.\d+)?)\))?(?::\s*([\s\S]*))?$/;
const known =
	/^(not-)?(equals|i?contains(-any|-all|-json)?|starts-with|regex|is-json|levenshtein|rouge-n|similar|latency|cost|llm-rubric|grade|factuality|is-refusal|moderation|javascript|python|ruby|fn|eval|webhook|classifier|perplexity|bleu|gleu|meteor|guardrails|pi|human|model-graded-[a-z]+|[a-z]+-[a-z-]+)$/;
const fullNames: Readonly<Record<string, string>> = {
	grade: 'llm-rubric',
	fn: 'javascript',
	eval: 'javascript',
};
/** What a cell without a threshold means; elsewhere some of these are laxer. */
const thresholds: Readonly<Record<string, number>> = { similar: 0.8, levenshtein: 0.75, 'rouge-n': 0.75 };

/** An expectation in a cell: `type(threshold): value`, and any other text is what the answer must equal. */
function assertionOf(cell: string): Readonly<Record<string, unknown>> {
	if (/^file:\/\//.test(cell)) return { type: 'javascript', value: cell };
	const [, type, written, value] = shorthand.exec(cell) ?? [];
	const threshold = written ?? thresholds[(type ?? '').replace(/^not-/, '')];
	const isAlone =
		value === undefined &&
		written === undefined &&
		!/^(is-|not-is-|moderation|latency|cost)/.test(type ?? '');
	if (type === undefined || !known.test(type) || isAlone) return { type: 'equals', value: cell };
	return {
		type: fullNames[type] ?? type,
		...(value !== undefined && { value }),
		...(threshold !== undefined && { threshold: Number(threshold) }),
	};
}
