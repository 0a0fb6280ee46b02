import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { evidence, span } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';
import { fixture, Workspace } from '../support/cli.ts';

type Rest = Partial<Omit<EvidenceSpan, 'attributes'>>;

let made = 0;
/** A span from one millisecond to another. */
function from(
	startMs: number,
	endMs: number,
	name: string,
	rest: Rest & Partial<EvidenceSpan> = {},
): EvidenceSpan {
	const spanId = `${++made}`.padStart(16, '0');
	return span(rest.attributes ?? {}, {
		name,
		spanId,
		startMs,
		durationMs: endMs - startMs,
		kind: 'INTERNAL',
		...rest,
	});
}
const own = from(0, 100, 'invoke_agent app', {
	spanId: 'aaaaaaaaaaaaaaaa',
	parentSpanId: '0123456789abcdef',
	attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'app' },
});
const below = { parentSpanId: own.spanId };
const graded = (options: object, ...spans: EvidenceSpan[]) =>
	grade('spans', options, evidence('', { spans }));
const one = (expectation: object, ...spans: EvidenceSpan[]) =>
	graded({ expect: [expectation] }, own, ...spans);
const valueFor = async (expectation: object, ...spans: EvidenceSpan[]) =>
	(await one(expectation, ...spans)).value;

describe('spans: what a selector selects', () => {
	const counts = async (selector: object, each: EvidenceSpan) =>
		(await valueFor({ ...selector, count: 1 }, each)) === 1;

	it.each([
		['chat gpt-4o*', 'chat gpt-4o', true],
		['chat gpt-4o*', 'chat gpt-4o-mini', true],
		['chat gpt-4o', 'chat gpt-4o-mini', false],
		['GET /users/*', 'GET /users/7/posts', true],
		['GET /users/*', 'GET /user', false],
		['GET /users/{id}', 'GET /users/{id}', true],
		['GET /users/[slug]?', 'GET /users/[slug]?', true],
		['GET /users/[slug]?', 'GET /users/s', false],
		['*search*', 'execute_tool web_search', true],
		['*a*a', 'a', false],
		['*a*a', 'aa', true],
		['a*b*c', 'a-c-b', false],
		['a.c', 'abc', false],
		['Chat', 'chat', false],
		['chat\n*', 'chat\n\ntwo', true],
	])('name %j and a span %j: %s', async (name, actual, fits) => {
		expect(await counts({ name }, from(1, 2, actual, below))).toBe(fits);
	});

	it('a glob finds what it was cut from, in linear time', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.string(), { minLength: 2, maxLength: 5 }),
				fc.string(),
				async (pieces, between) => {
					fc.pre(pieces.some((piece) => piece !== ''));
					const [name, actual] = [pieces.join('*'), pieces.join(between)];
					fc.pre(!/^\**$/.test(name));
					expect(await counts({ name }, from(1, 2, actual, below))).toBe(true);
				},
			),
		);
		// A backtracking matcher would take longer than the test may.
		expect(await counts({ name: `${'*a'.repeat(30)}*b` }, from(1, 2, 'a'.repeat(100_000), below))).toBe(
			false,
		);
	});

	it('kind, status and name must all fit', async () => {
		const each = from(1, 2, 'chat', { ...below, kind: 'CLIENT', status: 'error' });
		expect(await counts({ kind: 'CLIENT' }, each)).toBe(true);
		expect(await counts({ kind: 'SERVER' }, each)).toBe(false);
		expect(await counts({ status: 'error', name: 'chat' }, each)).toBe(true);
		expect(await counts({ status: 'error', name: 'cat' }, each)).toBe(false);
	});

	it.each([
		['gpt-*', 'gpt-4o', true],
		['gpt-*', 7, false],
		['7', 7, false],
		[7, 7, true],
		[7, '7', false],
		[true, true, true],
		[true, 'true', false],
		['stop', ['stop', 'length'], true],
		[{ eq: 'a*' }, 'ab', false],
		[{ eq: 'a*' }, 'a*', true],
		[{ not: 'gpt-*' }, 'claude', true],
		[{ not: 'gpt-*' }, 'gpt-4o', false],
		[{ not: 'gpt-*' }, undefined, false],
		[{ not: 'stop' }, ['stop', 'length'], false],
		[{ not: 3 }, 4, true],
		[{ in: ['a', 2] }, 2, true],
		[{ in: ['a', 2] }, 'b', false],
		[{ exists: true }, false, true],
		[{ exists: true }, undefined, false],
		[{ exists: false }, undefined, true],
		[{ exists: false }, 0, false],
		[{ gte: 3 }, 3, true],
		[{ gt: 3 }, 3, false],
		[{ gte: 3, lt: 5 }, 4.5, true],
		[{ gte: 3, lt: 5 }, 5, false],
		[{ gte: 3, lt: 5 }, [1, 9], false],
		[{ lte: 3 }, '2', false],
		[{ lte: 3 }, Number.NaN, false],
		[{ lte: 3 }, undefined, false],
		[{ gte: 0, not: 4 }, 4, false],
	])('attribute %j and %j: %s', async (wanted, actual, fits) => {
		const attributes: Record<string, EvidenceSpan['attributes'][string]> =
			actual === undefined ? {} : { x: actual };
		expect(await counts({ attributes: { x: wanted } }, from(1, 2, 'a', { ...below, attributes }))).toBe(fits);
	});

	it('an attribute that objects inherit is not there', async () => {
		expect(await counts({ attributes: { toString: { exists: true } } }, from(1, 2, 'a', below))).toBe(false);
	});
});

describe('spans: spangate’s own span', () => {
	const agent = (rest: Rest) =>
		from(1, 9, 'invoke_agent planner', {
			...rest,
			attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' },
		});

	it('is never selected, and an app’s agents are', async () => {
		expect(await one({ name: 'invoke_agent *', count: 1 }, agent(below))).toMatchObject({ value: 1 });
		const orphan = agent({ parentSpanId: 'ffffffffffffffff' });
		expect(await one({ name: 'invoke_agent *', count: 1 }, orphan)).toMatchObject({ value: 1 });
		// It may come first, and the clock of an app elsewhere may be behind.
		const options = { expect: [{ name: 'invoke_agent planner', count: 1 }] };
		expect(await graded(options, orphan, own)).toMatchObject({ value: 1 });
		const early = agent({ ...below, startMs: -5 });
		expect(await graded(options, early, own)).toMatchObject({ value: 1 });
		const same = from(1, 9, 'invoke_agent app', { ...below, attributes: own.attributes });
		expect(await one({ name: 'invoke_agent app', count: 1 }, same)).toMatchObject({ value: 1 });
	});

	it('alone is no evidence', async () => {
		await expect(one({ name: 'chat', count: 0 })).rejects.toThrow('no span of the app in the trace');
	});
});

describe('spans: what is expected', () => {
	const chat = (start: number, end: number, rest: Rest = {}) =>
		from(start, end, 'chat m', { ...below, ...rest });
	const name = 'chat *';

	it.each([
		[2, 2, 1],
		[2, 1, 0],
		[2, 3, 0],
		[{ min: 1 }, 3, 1],
		[{ min: 2 }, 1, 0],
		[{ max: 1 }, 0, 1],
		[{ max: 1 }, 2, 0],
		[{ min: 1, max: 2 }, 2, 1],
		[{ min: 1, max: 2 }, 0, 0],
		[0, 0, 1],
		[0, 1, 0],
	])('count %j of %i spans gives %i', async (count, spans, value) => {
		const chats = Array.from({ length: spans }, () => chat(1, 2));
		expect(await valueFor({ name, count }, from(0, 1, 'other', below), ...chats)).toBe(value);
	});

	it('max_duration_ms holds for each selected span', async () => {
		const expectation = { name, max_duration_ms: 10 };
		expect(await valueFor(expectation, chat(0, 10), chat(5, 6))).toBe(1);
		expect(await one(expectation, chat(0, 10), chat(5, 15.25))).toEqual({
			value: 0,
			reason: '1 of 1 fail: "chat *": longer than 10 ms: chat m (10.25 ms)',
		});
		expect(await valueFor(expectation, chat(5, 4))).toBe(0);
		expect(await valueFor(expectation, chat(5, Number.NaN))).toBe(0);
	});

	it('no_errors holds for each selected span', async () => {
		const failed = chat(1, 2, { status: 'error', statusMessage: 'overloaded' });
		expect(await valueFor({ name, no_errors: true }, chat(1, 2, { status: 'ok' }), chat(1, 2))).toBe(1);
		expect((await one({ name, no_errors: true }, chat(1, 2), failed)).reason).toContain(
			'with errors: chat m (overloaded)',
		);
	});

	it('what is expected of each needs one, unless a count allows none', async () => {
		const other = from(0, 1, 'other', below);
		for (const each of [{ max_duration_ms: 10 }, { no_errors: true }]) {
			expect(await one({ name, ...each }, other)).toEqual({
				value: 0,
				reason: '1 of 1 fail: "chat *": 0 of at least 1 span; the app’s spans: other',
			});
			expect(await valueFor({ name, ...each, count: { max: 3 } }, other)).toBe(1);
		}
	});

	it.each([
		['ends before', [0, 4], [5, 6], 1],
		['ends as the other starts', [0, 5], [5, 6], 1],
		['overlaps', [0, 5.503], [5.5, 6], 0],
		['ends within a start that is cut to a millisecond', [0, 5.9], [5, 6], 1],
		['ends after a start that is cut to a millisecond', [0, 6.1], [5, 6], 0],
		['starts after', [7, 8], [5, 6], 0],
	])('before: a span that %s', async (_, [a = 0, b = 0], [c = 0, d = 0], value) => {
		const spans = [from(c, d, 'pay', below), from(a, b, 'authorize', below)];
		const expected = { name: 'authorize', before: { name: 'pay' } };
		expect(await valueFor(expected, ...spans)).toBe(value);
	});

	it('before: an end that a double cannot tell from the start counts as that moment', async () => {
		const authorize = from(0, 0, 'authorize', {
			...below,
			startMs: 1_700_000_000_000.0073,
			durationMs: 0.037,
		});
		const pay = from(0, 1, 'pay', { ...below, startMs: 1_700_000_000_000.0442 });
		expect(authorize.startMs + authorize.durationMs).toBeGreaterThan(pay.startMs);
		expect(await valueFor({ name: 'authorize', before: { name: 'pay' } }, authorize, pay)).toBe(1);
	});

	it('before: all selected against the first of the others, of which there must be one', async () => {
		const expected = { name: 'authorize', before: { name: 'pay' } };
		const [first, late] = [from(0, 1, 'authorize', below), from(3, 4, 'authorize', below)];
		expect(await valueFor(expected, first, from(2, 3, 'pay', below))).toBe(1);
		expect(await one(expected, late, first, from(9, 9, 'pay', below), from(2, 3, 'pay', below))).toEqual({
			value: 0,
			reason: '1 of 1 fail: "authorize": ended after "pay" had started: authorize',
		});
		expect((await one(expected, first)).reason).toContain('not before "pay", of which there is no span');
	});

	it('before and order may name an expectation by its id', async () => {
		const options = {
			expect: [
				{ id: 'search', name: '*search*', before: 'answer' },
				{ id: 'answer', name, count: 1 },
			],
			order: ['search', 'answer'],
		};
		const search = from(1, 2, 'web_search', below);
		expect(await graded(options, own, chat(3, 4), search)).toEqual({ value: 1, reason: 'all 3 hold' });
		expect(await graded(options, own, chat(0, 4), search)).toEqual({
			value: 1 / 3,
			reason:
				'2 of 3 fail: search: ended after "chat m" had started: web_search | ' +
				'order: expected search, answer; started: chat m, web_search',
		});
	});

	it.each([
		[['a', 'b', 'c'], { a: 1, b: 2, c: 3 }, 1],
		[['a', 'b', 'c'], { a: 1, b: 3, c: 2 }, 0],
		[['a', 'b'], { a: 1, b: 1 }, 1],
		[['a', 'b'], { a: 1 }, 0],
		[['a', 'b'], { b: 1 }, 0],
	])('order %j of spans that start at %j: %i', async (names, starts, value) => {
		const spans = Object.entries(starts).map(([each, start]) => from(start, 9, each, below));
		const order = names.map((each) => ({ name: each }));
		expect((await graded({ order }, own, ...spans)).value).toBe(value);
	});

	it('order looks at the first span of each, and wants different ones', async () => {
		const spans = [from(1, 2, 'a', below), from(2, 3, 'b', below), from(3, 4, 'a', below)];
		const order = (...names: string[]) => ({ order: names.map((each) => ({ name: each })) });
		expect((await graded(order('a', 'b'), own, ...spans)).value).toBe(1);
		expect((await graded(order('b', 'a'), own, ...spans)).value).toBe(0);
		expect((await graded(order('a*', 'a'), own, ...spans)).value).toBe(0);
	});

	it('the value is the share that holds, and the reason names what does not, in short', async () => {
		const many = Array.from({ length: 30 }, (_, index) => from(index, index + 1, `step ${index}`, below));
		const options = {
			expect: [
				{ name: 'step 1', count: 1 },
				{ name: 'step *', count: { max: 3 } },
				{ id: 'gone', name: 'x', count: 1 },
			],
		};
		const { value, reason } = await graded(options, own, ...many);
		expect(value).toBe(1 / 3);
		expect(reason).toMatch(
			/^2 of 3 fail: "step \*": 30 of at most 3 spans: step 0, .* and 20 more \| gone: 0 of exactly 1/,
		);
	});

	it('does not depend on the order in which spans came', async () => {
		const spans = [
			own,
			...[3, 1, 2, 2.5].map((start, index) =>
				from(start, start + 1, ['a', 'b', 'c', 'b'][index] ?? '', below),
			),
		];
		const options = {
			expect: [
				{ name: 'a', count: 2 },
				{ name: 'b', before: { name: 'c' } },
				{ name: 'c', before: { name: 'a' } },
			],
			order: [{ name: 'b' }, { name: 'a' }],
		};
		const first = await graded(options, ...spans);
		await fc.assert(
			fc.asyncProperty(fc.shuffledSubarray(spans, { minLength: spans.length }), async (shuffled) => {
				expect(await graded(options, ...shuffled)).toEqual(first);
			}),
		);
	});

	it('needs spans, and grades every question', async () => {
		const made = await scorer('spans', { order: [{ name: 'a' }, { name: 'b' }] });
		expect(made.needsSpans).toBe(true);
		expect(made.lacks).toBeUndefined();
	});
});

describe('spans: options', () => {
	const count = 1;
	it.each<[string, object, RegExp]>([
		['nothing', {}, /expects nothing; write `expect:` or `order:`/],
		['an empty list', { expect: [] }, /expects nothing/],
		['an order of one', { order: [{ name: 'a' }] }, /at least two/],
		['a selector of everything', { expect: [{ count }] }, /selects every span/],
		['a name that is any', { expect: [{ name: '**', count }] }, /selects every span/],
		['no attributes', { expect: [{ attributes: {}, count }] }, /selects every span/],
		[
			'nothing expected',
			{ expect: [{ name: 'a' }] },
			/expected one of count, max_duration_ms, no_errors, before/,
		],
		[
			'a key cut short',
			{ expect: [{ attrib: { a: 1 }, count }] },
			/unknown key "attrib"; did you mean `attributes`\?/,
		],
		['an unknown key', { expect: [{ name: 'a', cuont: 1 }] }, /unknown key "cuont"; did you mean `count`\?/],
		['an unknown kind', { expect: [{ kind: 'client', count }] }, /CLIENT/],
		['a count of any', { expect: [{ name: 'a', count: {} }] }, /any number of spans would do/],
		['a count from 0', { expect: [{ name: 'a', count: { min: 0 } }] }, /any number of spans would do/],
		['a count of none', { expect: [{ name: 'a', count: { min: 2, max: 1 } }] }, /`min` at most `max`/],
		[
			'a misspelt count',
			{ expect: [{ name: 'a', count: { mni: 2 } }] },
			/unknown key "mni"; did you mean `min`\?/,
		],
		['half a span', { expect: [{ name: 'a', count: 0.5 }] }, /whole number from 0, or \{min, max\}/],
		['no_errors: false', { expect: [{ name: 'a', no_errors: false }] }, /expected true/],
		['no_errors of a status', { expect: [{ status: 'ok', no_errors: true }] }, /decides it already/],
		['a duration of 0', { expect: [{ name: 'a', max_duration_ms: 0 }] }, />0/],
		[
			'no span, and short',
			{ expect: [{ name: 'a', count: 0, max_duration_ms: 3 }] },
			/max_duration_ms could never fail/,
		],
		[
			'an unknown id',
			{ expect: [{ name: 'a', before: 'b' }] },
			/no expectation "b"; no expectation has an id/,
		],
		[
			'an unknown id in the order',
			{ expect: [{ id: 'x', name: 'a', count }], order: ['x', 'y'] },
			/no expectation "y"; expected one of: x/,
		],
		[
			'an id that is used twice',
			{
				expect: [
					{ id: 'x', name: 'a', count },
					{ id: 'x', name: 'b', count },
				],
			},
			/the id "x" is used twice/,
		],
		[
			'spans before themselves',
			{ expect: [{ id: 'x', name: 'a', before: 'x' }] },
			/cannot end before they start/,
		],
		['an order of the same', { order: [{ name: 'a' }, { name: 'a' }] }, /could never hold/],
		['before everything', { expect: [{ name: 'a', before: { name: '*' } }] }, /selects every span/],
		['an unknown key of before', { expect: [{ name: 'a', before: { nmae: 'b' } }] }, /unknown key "nmae"/],
		[
			'an unknown comparison',
			{ expect: [{ attributes: { x: { ge: 1 } }, count }] },
			/unknown key "ge"; did you mean `gte`\?/,
		],
		[
			'a comparison with a text',
			{ expect: [{ attributes: { x: { gte: '1' } }, count }] },
			/gte: .*expected number/,
		],
		['a comparison with nothing', { expect: [{ attributes: { x: {} }, count }] }, /compares with nothing/],
		['two answers to one', { expect: [{ attributes: { x: { eq: 1, gte: 0 } }, count }] }, /`eq` says it all/],
		[
			'bounds that nothing meets',
			{ expect: [{ attributes: { x: { gt: 3, lte: 3 } }, count }] },
			/no number lies between/,
		],
		['not anything', { expect: [{ attributes: { x: { not: '*' } }, count }] }, /exists: false/],
		['a null', { expect: [{ attributes: { x: null }, count }] }, /expected a glob, a number, true, false/],
	])('%s is refused', (_, options, says) => {
		expect(refusals(scorerKinds, 'spans', options).join('\n')).toMatch(says);
	});

	it('takes each form', () => {
		const options = {
			expect: [
				{
					id: 'x',
					name: 'a*',
					kind: 'CLIENT',
					status: 'unset',
					attributes: { n: { gte: 1, lt: 1.5 } },
					count: { max: 3 },
				},
				{
					attributes: { n: 1, t: 'a*', b: false, l: { in: ['a'] }, m: { exists: false } },
					no_errors: true,
					before: 'x',
				},
				{ name: '*b', max_duration_ms: 0.5, before: { kind: 'SERVER' } },
			],
			order: ['x', { name: 'b' }],
		};
		expect(refusals(scorerKinds, 'spans', options)).toEqual([]);
	});

	it('`validate` names file and line of what is wrong', async () => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('capitals'), {
			'suite.yaml': (yaml) =>
				yaml.replace(
					'scorers:',
					[
						'scorers:',
						'  - use: spans',
						'    expect:',
						'      - { name: chat, count: 1 }',
						'      - name: chat',
						'        cuont: 1',
						'      - { attributes: { n: { gte: 3, lt: 3 } }, count: 1 }',
					].join('\n'),
				),
		});
		const { code, stderr } = await workspace.inProcess(['validate', suite]);
		expect(code).toBe(2);
		const lines = stderr.split('\n');
		const at = (text: string) =>
			lines.find((line) => line.includes(text)) ?? `no line with ${text}:\n${stderr}`;
		expect(at('unknown key "cuont"')).toMatch(/suite\.yaml:\d+: scorers\.0\.expect\.1: unknown key "cuont"/);
		expect(at('no number lies')).toMatch(
			/suite\.yaml:\d+: scorers\.0\.expect\.2\.attributes\.n: no number lies between/,
		);
	});
});
