import { readFileSync } from 'node:fs';
import { parseSync } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';
import { mutantsOf } from './mutants.ts';

/** Each faulty text, of a source that is one line. */
const faulty = (source: string) =>
	mutantsOf(source).map(({ start, end, text }) => source.slice(0, start) + text + source.slice(end));

describe('the faults of a source', () => {
	it.each<[string, string[]]>([
		['a(b < c)', [';', 'a(b <= c)', 'a(b >= c)']],
		['x = a && !b', [';', 'x = a || !b', 'x = a &&  b']],
		['x = a ?? b', [';', 'x = a', 'x = b']],
		[
			'x -= 1 + y ** 2',
			[';', 'x += 1 + y ** 2', 'x -= 2 + y ** 2', 'x -= 1 - y ** 2', 'x -= 1 + y * 2', 'x -= 1 + y ** 3'],
		],
		['x = Math.min(y)', [';', 'x = Math.max(y)']],
		["const s = 'a' + b", []],
		['const x: -1 | "pass" = y as 2', []],
		['import { min } from "pass"', []],
	])('%s', (source, all) => {
		expect(faulty(source)).toEqual(all);
	});

	it('turn outcomes, conditions and returns', () => {
		expect(faulty("const f = () => { if (a) return 'pass'; };")).toEqual([
			"const f = () => { if (true) return 'pass'; };",
			"const f = () => { if (false) return 'pass'; };",
			'const f = () => { if (a) return; };',
			"const f = () => { if (a) return 'fail'; };",
		]);
	});

	it('can be parsed, and change what they stand in for', () => {
		for (const file of ['stats/mean.ts', 'compare/single.ts', 'gate/judge-point.ts']) {
			const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
			for (const { start, end, text } of mutantsOf(source)) {
				expect(text).not.toBe(source.slice(start, end));
				const { errors } = parseSync('source.ts', source.slice(0, start) + text + source.slice(end));
				expect(errors, `${file}: ${source.slice(start, end)} → ${text}`).toEqual([]);
			}
		}
	});
});
