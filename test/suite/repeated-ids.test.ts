import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSuite } from '../../src/suite/load.ts';
import { type RepeatedId, RepeatedIds } from '../../src/suite/repeated-ids.ts';
import { problemsOf, suiteFolder, suiteYaml } from './small.ts';

function repeatedIn(ids: readonly string[], hash?: (id: string) => number) {
	const repeated = new RepeatedIds(hash);
	for (const id of ids) repeated.add(id);
	const found: RepeatedId[] = [];
	const reread = () => ids.map((id, index) => ({ id, line: index + 1 }));
	const unsettled = repeated.settle(reread, (each) => found.push(each));
	return { found, unsettled };
}

/** What holding every id would find. */
function expected(ids: readonly string[]): RepeatedId[] {
	return ids.flatMap((id, index) => {
		const first = ids.indexOf(id);
		return first === index ? [] : [{ id, line: index + 1, firstLine: first + 1 }];
	});
}

describe('ids that are used twice', () => {
	const ids = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'A', ''), fc.string()), { maxLength: 60 });

	it('are found with both lines, and no others', () => {
		fc.assert(
			fc.property(ids, (some) => {
				expect(repeatedIn(some)).toEqual({ found: expected(some), unsettled: 0 });
			}),
		);
	});

	it('are told from those whose hashes are equal by chance', () => {
		fc.assert(
			fc.property(ids, fc.integer({ min: 1, max: 3 }), (some, hashes) => {
				const hash = (id: string) => id.length % hashes;
				expect(repeatedIn(some, hash)).toEqual({ found: expected(some), unsettled: 0 });
			}),
		);
	});

	it('are found beyond ten thousand that are only suspect', () => {
		// Two ids to a hash, none of them twice but the last, whose hash is the greatest.
		const pairs = Array.from({ length: 24_000 }, (_, index) => `${index}`);
		const hash = (id: string) => Number(id) >> 1;
		expect(repeatedIn(pairs, hash)).toEqual({ found: [], unsettled: 0 });
		expect(repeatedIn([...pairs, '23999'], hash)).toEqual({
			found: [{ id: '23999', line: 24_001, firstLine: 24_000 }],
			unsettled: 0,
		});
	});

	it('are told for ten thousand hashes, and how many hashes are left', () => {
		const once = Array.from({ length: 12_000 }, (_, index) => `q${index}`);
		const { found, unsettled } = repeatedIn([...once, ...once]);
		expect(found).toHaveLength(10_000);
		expect(found.every(({ line, firstLine }) => line === (firstLine ?? 0) + once.length)).toBe(true);
		expect(unsettled).toBe(2000);
	});

	it('are one suspect however often they are used', () => {
		const { found, unsettled } = repeatedIn(Array.from({ length: 12_000 }, () => 'same'));
		expect(found).toHaveLength(11_999);
		expect(unsettled).toBe(0);
	});
});

describe('a golden set of many problems', () => {
	const line = (id: string) => JSON.stringify({ id, input: 'One?', expected: { terms: ['one'] } });
	const files = (lines: readonly string[]) => ({
		'suite.yaml': suiteYaml('  - { use: phrases', ''),
		'questions.jsonl': lines.join('\n'),
	});

	it('names the duplicates among thousands, whatever else is wrong, in the order of the lines', async () => {
		const lines = Array.from({ length: 5000 }, (_, index) => line(`q${index}`));
		lines[10] = '{"id": 3}';
		lines[4000] = line('q7');
		lines[4500] = lines[4999] = line('q4998');
		expect(await problemsOf(files(lines))).toEqual([
			'questions.jsonl:11: id: expected a text, found 3',
			'questions.jsonl:11: input: is missing; expected a text',
			'questions.jsonl:4001: duplicate question id "q7", first used on line 8',
			'questions.jsonl:4999: duplicate question id "q4998", first used on line 4501',
			'questions.jsonl:5000: duplicate question id "q4998", first used on line 4501',
		]);
	});

	it.each<[string, readonly string[], number, RegExp]>([
		['torn lines', Array.from({ length: 3000 }, () => '{"id"'), 3000, /jsonl:1: not valid JSON/],
		['equal ids', Array.from({ length: 3000 }, () => line('same')), 2999, /jsonl:2: duplicate .* line 1$/],
		[
			'unfit questions',
			Array.from({ length: 3000 }, (_, at) => `{"id":"${at}","input":"?"}`),
			3000,
			/jsonl:1: /,
		],
	])('counts %s and lists the first hundred', async (_, lines, count, first) => {
		const folder = suiteFolder(files(lines));
		const error = await loadSuite(folder).catch((thrown: unknown) => thrown);
		const [title, ...listed] = (error as Error).message.split('\n');
		expect(title).toBe(`suite ${folder} has ${count} problems:`);
		expect(listed).toHaveLength(101);
		expect(listed[0]).toMatch(first);
		expect(listed.at(-1)).toBe(`  … and ${count - 100} more`);
	});

	it('counts also those duplicates that are too many to settle', async () => {
		const once = Array.from({ length: 11_000 }, (_, index) => line(`q${index}`));
		const folder = suiteFolder(files([...once, ...once]));
		await expect(loadSuite(folder)).rejects.toThrow(`suite ${folder} has 11000 problems:`);
	});
});
