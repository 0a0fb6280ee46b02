import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { checkKinds } from '../../src/checks/index.ts';
import { methodNames } from '../../src/compare/methods.ts';
import { ExitCode } from '../../src/errors.ts';
import { GateFile, RuleEntry } from '../../src/gate/schema.ts';
import { ContentMode } from '../../src/model/content.ts';
import { TargetAnswer } from '../../src/model/evidence.ts';
import { builtInMetrics, judgeMetrics } from '../../src/model/metric.ts';
import { Question } from '../../src/model/question.ts';
import { RecordFile } from '../../src/record/files.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { CheckCommon, ScorerCommon, SuiteFile, TargetCommon } from '../../src/suite/schema.ts';
import { targetKinds } from '../../src/targets/index.ts';
import { MetricName } from '../../src/telemetry/names.ts';
import { tablesOf } from '../support/markdown-table.ts';
import { pageText } from '../support/pages.ts';

/** What stands as code in a page, in its text or in blocks of their own. */
function codeIn(file: string): string {
	const text = pageText(file);
	const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
	const inline = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].map(([, code]) => code);
	return [...blocks, ...inline].join('\n');
}

/** The names that no page of these has as code, whole. */
function unnamed(names: readonly string[], ...files: readonly string[]): string[] {
	const code = files.map(codeIn).join('\n');
	return names.filter((name) => !new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}(?!\\w)`).test(code));
}

/** The keys of an object's schema, those of the objects in it too where it is asked for. */
function keysOf(schema: z.ZodType): string[] {
	if ('shape' in schema) return Object.keys(schema.shape as object);
	if ('unwrap' in schema) return keysOf((schema.unwrap as () => z.ZodType)());
	return [];
}

const scorers = 'src/scorers/README.md';
const checks = 'src/checks/README.md';
const targets = 'src/targets/README.md';
const judges = 'src/judges/README.md';
const gate = 'src/gate/README.md';
const suite = 'src/suite/README.md';

describe.each([
	{ page: scorers, kinds: scorerKinds, common: ScorerCommon },
	{ page: checks, kinds: checkKinds, common: CheckCommon },
	{ page: targets, kinds: targetKinds, common: TargetCommon },
])('$page', ({ page, kinds, common }) => {
	const rows = (tablesOf(pageText(page))[0] ?? []).map((row) => Object.values(row)[0] ?? '');
	const named = rows.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));

	it('has each kind in its first table, and no other', () => {
		expect(named.toSorted()).toEqual(Object.keys(kinds).toSorted());
	});

	it.each(Object.entries(kinds))('names every option of %s', (_, { options }) => {
		expect(unnamed(keysOf(options), page, judges, targets)).toEqual([]);
	});

	it('or the page of suites names what each entry has', () => {
		expect(unnamed(Object.keys(common), page, suite)).toEqual([]);
	});
});

it('README.md names every scorer, check and kind of target', () => {
	const all = [scorerKinds, checkKinds, targetKinds].flatMap((kinds) => Object.keys(kinds));
	expect(unnamed(all, 'README.md')).toEqual([]);
});

it('README.md tells every exit code and no other', () => {
	const table = tablesOf(pageText('README.md')).find(([row]) => row !== undefined && 'code' in row) ?? [];
	const codes = [...new Set<number>(Object.values(ExitCode))].map(String);
	expect(table.map(({ code }) => code)).toEqual(codes);
});

it('the page of suites names every key of a suite and of a question', () => {
	expect(keysOf(Question.shape.expected)).toContain('terms');
	expect(
		unnamed([...keysOf(SuiteFile), ...keysOf(Question), ...keysOf(Question.shape.expected)], suite),
	).toEqual([]);
});

it('the page of targets names all that an answer may hold', () => {
	expect(unnamed(keysOf(TargetAnswer), targets)).toEqual([]);
});

it('the page of the gate names every key, method and metric', () => {
	expect(unnamed([...keysOf(GateFile), ...keysOf(RuleEntry)], gate)).toEqual([]);
	expect(unnamed(Object.keys(methodNames), gate)).toEqual([]);
	expect(
		unnamed(
			[...builtInMetrics, ...judgeMetrics].map(({ name }) => name),
			gate,
		),
	).toEqual([]);
});

it('the page of the record names each of its files and every mode of content', () => {
	const page = 'src/record/README.md';
	expect(unnamed(Object.values(RecordFile), page)).toEqual([]);
	expect(unnamed(ContentMode.options, page)).toEqual([]);
});

it('the page of telemetry names every metric and no other', () => {
	const table =
		tablesOf(pageText('src/telemetry/README.md')).find(([row]) => row !== undefined && 'metric' in row) ?? [];
	const named = table.flatMap(({ metric = '' }) =>
		[...metric.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
	);
	expect(named.toSorted()).toEqual(Object.values(MetricName).toSorted());
});
