import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { checkKinds } from '../../src/checks/index.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { CheckCommon, ScorerCommon, SuiteFile, TargetCommon } from '../../src/suite/schema.ts';
import { targetKinds } from '../../src/targets/index.ts';
import { pages } from '../support/pages.ts';

type Kinds = Readonly<Record<string, { readonly options: z.ZodType }>>;
type Entry = Readonly<Record<string, unknown>>;

/** Each block of YAML of a page with the number of its line. */
const blocks = pages().flatMap(({ file, text }) =>
	[...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(({ index, 1: yaml = '' }) => ({
		at: `${file}:${text.slice(0, index).split('\n').length}`,
		yaml,
	})),
);

/** What is wrong with entries of one list of a suite, each by its kind's own schema. */
function faults(entries: readonly Entry[], kinds: Kinds, common: object): string[] {
	return entries.flatMap((entry) => {
		const kind = kinds[String(entry.use)];
		if (kind === undefined) return [`no kind ${entry.use}`];
		const own = Object.fromEntries(Object.entries(entry).filter(([key]) => !(key in common)));
		return kind.options.safeParse(own).error?.issues.map(({ path, message }) => `${path}: ${message}`) ?? [];
	});
}

/** The targets of a block: those under `targets`, or the block itself where it is nothing but targets. */
function targetsIn(value: Record<string, unknown>): Entry[] {
	const named =
		value.targets ?? Object.fromEntries(Object.entries(value).filter(([, each]) => isTarget(each)));
	return Object.values(named as Record<string, Entry>);
}

function isTarget(value: unknown): boolean {
	return typeof value === 'object' && value !== null && 'use' in value;
}

describe('the YAML of the pages', () => {
	it('is there', () => {
		expect(blocks.length).toBeGreaterThan(10);
	});

	it.each(blocks)('at $at holds nothing that a suite would refuse', ({ yaml }) => {
		const value = parse(yaml);
		if (Array.isArray(value)) return;
		expect(faults(value.scorers ?? [], scorerKinds, ScorerCommon)).toEqual([]);
		expect(faults(value.checks ?? [], checkKinds, CheckCommon)).toEqual([]);
		expect(faults(targetsIn(value), targetKinds, TargetCommon)).toEqual([]);
		for (const key of ['pass', 'prices', 'attributes', 'content'] as const) {
			if (key in value) expect(SuiteFile.shape[key].safeParse(value[key]).error?.issues).toBeUndefined();
		}
	});
});
