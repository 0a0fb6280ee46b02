import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import type { ExpectedTool } from '../../src/model/question.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { context, evidence, span } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';
import { fixture, Workspace } from '../support/cli.ts';

/** A call: a name, or a name with its arguments. */
type Call = string | readonly [name: string, given: unknown];
type Dialect = 'GenAI' | 'OpenInference';

const json = (given: unknown) => JSON.stringify(given);
const parts = (call: Call) => (typeof call === 'string' ? ([call, {}] as const) : call);

function traced(calls: readonly Call[], dialect: Dialect = 'GenAI'): EvidenceSpan[] {
	return calls.map(parts).map(([name, given], index) =>
		span(
			dialect === 'GenAI'
				? {
						'gen_ai.operation.name': 'execute_tool',
						'gen_ai.tool.name': name,
						...(given !== undefined && { 'gen_ai.tool.call.arguments': json(given) }),
					}
				: {
						'openinference.span.kind': 'TOOL',
						'tool.name': name,
						...(given !== undefined && { 'input.value': json(given) }),
					},
			{ name: `tool ${index}`, spanId: `${index}`.padStart(16, 'a'), startMs: 1_000 + index },
		),
	);
}

const expectedOf = (calls: readonly Call[]): ExpectedTool[] =>
	calls.map((call) => {
		if (typeof call === 'string') return { name: call };
		return { name: call[0], arguments: call[1] as NonNullable<ExpectedTool['arguments']> };
	});
const asked = (tools: readonly ExpectedTool[], spans: readonly EvidenceSpan[]) =>
	evidence('', { question: { expected: { tools: [...tools] } }, spans });
const graded = (options: object, expected: readonly Call[], calls: readonly Call[], dialect?: Dialect) =>
	grade('tools', options, asked(expectedOf(expected), traced(calls, dialect)));

describe.each<Dialect>(['GenAI', 'OpenInference'])('tools in spans of %s', (dialect) => {
	it.each<[string, Call[], Call[], number, number, number]>([
		// expected, called, exact, in_order, subset
		['the same', ['a', 'b'], ['a', 'b'], 1, 1, 1],
		['another between', ['a', 'b'], ['a', 'x', 'b'], 0, 1, 1],
		['another order', ['a', 'b'], ['b', 'a'], 0, 0.5, 1],
		['one missing', ['a', 'b'], ['b'], 0, 0.5, 0.5],
		['others alone', ['a', 'b'], ['x'], 0, 0, 0],
		['one twice, wanted once', ['a'], ['a', 'a'], 0, 1, 1],
		['one once, wanted twice', ['a', 'a'], ['a'], 0, 0.5, 0.5],
		['the longest order, not the first', ['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'], 0, 0.75, 1],
		['by case', ['a'], ['A'], 0, 0, 0],
	])('%s', async (_, expected, calls, exact, inOrder, subset) => {
		const values = ['exact', 'in_order', 'subset'].map(
			async (match) => (await graded({ match }, expected, calls, dialect)).value,
		);
		expect(await Promise.all(values)).toEqual([exact, inOrder, subset]);
	});

	it.each<[string, unknown, unknown, number, number]>([
		// expected, given, exact, subset
		['equal, in another order of keys', { a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, 1, 1],
		['one more key', { a: 1 }, { a: 1, b: 2 }, 0, 1],
		['one key less', { a: 1, b: 2 }, { a: 1 }, 0, 0],
		['a text for a number', { a: 1 }, { a: '1' }, 0, 0],
		['false for 0', { a: 0 }, { a: false }, 0, 0],
		['another order of a list', { a: [1, 2] }, { a: [2, 1] }, 0, 0],
		['one more key inside', { a: { b: 1 } }, { a: { b: 1, c: 2 } }, 0, 0],
		['none, wanted none', {}, {}, 1, 1],
		['some, wanted none', {}, { a: 1 }, 0, 1],
		['a key that objects inherit', { toString: 1 }, {}, 0, 0],
		['a list for an object', {}, [], 0, 0],
	])('arguments: %s', async (_, expected, given, exact, subset) => {
		const values = ['exact', 'subset', 'ignore'].map(
			async (mode) => (await graded({ arguments: mode }, [['t', expected]], [['t', given]], dialect)).value,
		);
		expect(await Promise.all(values)).toEqual([exact, subset, 1]);
	});
});

describe('tools', () => {
	it('pairs calls so that most of the expected ones are found', async () => {
		const expected: Call[] = ['search', ['search', { q: 'a' }]];
		const calls: Call[] = [
			['search', { q: 'a' }],
			['search', { q: 'b' }],
		];
		expect(await graded({ match: 'subset' }, expected, calls)).toMatchObject({ value: 1 });
		expect(await graded({ match: 'in_order' }, expected, calls)).toMatchObject({ value: 0.5 });
	});

	it('an expected call without arguments takes any, also such as are not recorded', async () => {
		expect(await graded({}, ['a'], [['a', { x: 1 }]])).toMatchObject({ value: 1 });
		expect(await graded({}, ['a'], [['a', undefined]])).toMatchObject({ value: 1 });
	});

	it('no tool may be called when the list is empty', async () => {
		expect(await graded({}, [], ['a'])).toEqual({ value: 0, reason: 'unexpected: a({})' });
		const chat = span({
			'gen_ai.operation.name': 'chat',
			'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'text', content: 'No.' }] }]),
		});
		expect(await grade('tools', {}, asked([], [chat]))).toEqual({ value: 1, reason: 'no tool was called' });
	});

	it('a call that failed was made', async () => {
		const [call] = traced(['a']).map((each) => ({ ...each, status: 'error' as const }));
		expect(await grade('tools', {}, asked([{ name: 'a' }], call ? [call] : []))).toMatchObject({ value: 1 });
	});

	it('the reason names what is missing, out of order and unexpected, with arguments', async () => {
		const expected: Call[] = [['search', { q: 'a' }], 'pay', 'mail'];
		const calls: Call[] = [['mail', { to: 'x' }], ['search', { q: 'b' }], 'pay'];
		expect(await graded({}, expected, calls)).toEqual({
			value: 0,
			reason: 'missing: search({"q":"a"}); out of order: mail({"to":"x"}); unexpected: search({"q":"b"})',
		});
		expect(await graded({ match: 'in_order' }, expected, calls)).toEqual({
			value: 1 / 3,
			reason:
				'missing: search({"q":"a"}); out of order: mail({"to":"x"}); called: mail({"to":"x"}), search({"q":"b"}), pay({})',
		});
		expect((await graded({ match: 'subset' }, expected, calls)).reason).toMatch(
			/^missing: search\(\{"q":"a"\}\); called: mail/,
		);
		expect((await graded({}, ['a'], ['a'])).reason).toBe('called: a({})');
	});

	it('the reason stays short', async () => {
		const calls: Call[] = Array.from({ length: 300 }, (_, n) => ['a', { text: '😀'.repeat(500), n }]);
		const { reason = '' } = await graded({}, ['b'], calls);
		expect(reason).toMatch(/^missing: b\(\); unexpected: a\(.* and 290 more$/);
		expect(reason.length).toBeLessThan(1_500);
		expect(reason.isWellFormed()).toBe(true);
	});

	it('is not measured when arguments that must be compared are not recorded, or not as JSON', async () => {
		const expected: Call[] = [['a', { x: 1 }]];
		await expect(
			graded({}, expected, [
				['a', { x: 1 }],
				['a', undefined],
			]),
		).rejects.toThrow(/arguments of a call of "a" are not recorded as JSON/);
		expect(await graded({ arguments: 'ignore' }, expected, [['a', undefined]])).toMatchObject({ value: 1 });
		expect(
			await graded({ match: 'subset' }, expected, [
				['a', { x: 1 }],
				['b', undefined],
			]),
		).toMatchObject({ value: 1 });
	});

	describe('of a trace that says nothing of tools', () => {
		const spans = [span({ 'gen_ai.operation.name': 'chat' })];

		it.each([[[]], [[{ name: 'a' }]]])('is not measured, whatever is expected', async (expected) => {
			await expect(grade('tools', {}, asked(expected, spans))).rejects.toThrow(
				/no span says whether a tool was called.*no_calls_recorded: none/,
			);
		});

		it('reads as no call when the suite says so', async () => {
			const options = { no_calls_recorded: 'none' };
			expect(await grade('tools', options, asked([], spans))).toMatchObject({ value: 1 });
			expect(await grade('tools', options, asked([{ name: 'a' }], spans))).toEqual({
				value: 0,
				reason: 'missing: a()',
			});
		});

		it('does not read as no call when there is no span of the app at all, or a model did ask for a tool', async () => {
			const options = { no_calls_recorded: 'none' };
			const own = span(
				{ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'app' },
				{ name: 'invoke_agent app', parentSpanId: '0123456789abcdef' },
			);
			for (const none of [[], [own]]) {
				await expect(grade('tools', options, asked([], none))).rejects.toThrow(/no span of the app/);
			}
			const asking = span({
				'gen_ai.operation.name': 'chat',
				'gen_ai.response.finish_reasons': ['tool_use'],
			});
			await expect(grade('tools', options, asked([], [asking]))).rejects.toThrow(/which tools it asked for/);
		});
	});

	it('lacks expected.tools, and an empty list unless the match is exact', async () => {
		const question = { id: 'q', input: '?', tags: {} };
		expect((await scorer('tools')).lacks?.(question)).toBe('expected.tools is missing');
		const empty = { ...question, expected: { tools: [] } };
		expect((await scorer('tools')).lacks?.(empty)).toBeUndefined();
		for (const match of ['in_order', 'subset']) {
			const made = await scorer('tools', { match });
			expect(made.lacks?.(empty)).toMatch(new RegExp(`empty, which \`match: ${match}\` would always find`));
			await expect(
				(async () => made.score(asked([], traced([])), { ...context, signal: AbortSignal.abort() }))(),
			).rejects.toThrow(/expected\.tools is empty/);
		}
	});

	it.each([
		[{ match: 'in-order' }, /exact.*in_order.*subset/],
		[{ arguments: 'any' }, /exact.*subset.*ignore/],
		[{ no_calls_recorded: true }, /errored.*none/],
		[{ mach: 'exact' }, /unknown key "mach"; did you mean `match`\?/],
	])('options %j are refused', (options, says) => {
		expect(refusals(scorerKinds, 'tools', options).join('\n')).toMatch(says);
	});
});

describe('tools, whatever is called', () => {
	const anyCall = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom({}, { x: 1 }, { x: 2, y: [1] }));
	const anyCalls = fc.array(anyCall, { maxLength: 6 });
	const options = fc.record({
		match: fc.constantFrom('exact', 'in_order', 'subset'),
		arguments: fc.constantFrom('exact', 'subset', 'ignore'),
		no_calls_recorded: fc.constant('none'),
	});
	const other = span({ 'gen_ai.operation.name': 'retrieval' });
	const valued = async (given: object, expected: readonly Call[], spans: readonly EvidenceSpan[]) =>
		(await grade('tools', given, asked(expectedOf(expected), [other, ...spans]))).value;
	const some = fc.array(anyCall, { minLength: 1, maxLength: 6 });

	it('the expected calls alone give 1 in every mode', () =>
		fc.assert(
			fc.asyncProperty(options, some, async (given, calls) => {
				expect(await valued(given, calls, traced(calls))).toBe(1);
			}),
		));

	it('the order of spans in the list does not matter', () =>
		fc.assert(
			fc.asyncProperty(options, some, anyCalls, fc.nat(), async (given, expected, calls, seed) => {
				const spans = traced(calls);
				const turned = spans
					.map((_, index) => spans[(index + seed) % spans.length] as EvidenceSpan)
					.reverse();
				expect(await valued(given, expected, turned)).toBe(await valued(given, expected, spans));
			}),
		));

	it('an added wrong call makes exact 0, and raises no other mode', () =>
		fc.assert(
			fc.asyncProperty(options, some, anyCalls, fc.nat(), async (given, expected, calls, place) => {
				const more = calls.toSpliced(place % (calls.length + 1), 0, ['wrong' as 'a', {}]);
				const [before, after] = [
					await valued(given, expected, traced(calls)),
					await valued(given, expected, traced(more)),
				];
				expect(after).toBe(given.match === 'exact' ? 0 : before);
			}),
		));

	it('exact is 1 only where in_order is, and in_order never above subset', () =>
		fc.assert(
			fc.asyncProperty(options, some, anyCalls, async (given, expected, calls) => {
				const [exact = 0, inOrder = 0, subset = 0] = await Promise.all(
					['exact', 'in_order', 'subset'].map((match) =>
						valued({ ...given, match }, expected, traced(calls)),
					),
				);
				expect(exact).toBeLessThanOrEqual(inOrder);
				expect(inOrder).toBeLessThanOrEqual(subset);
			}),
		));

	it('one call less never raises in_order and subset', () =>
		fc.assert(
			fc.asyncProperty(options, some, some, fc.nat(), async (given, expected, calls, place) => {
				fc.pre(given.match !== 'exact');
				const fewer = calls.toSpliced(place % calls.length, 1);
				expect(await valued(given, expected, traced(fewer))).toBeLessThanOrEqual(
					await valued(given, expected, traced(calls)),
				);
			}),
		));
});

describe('expected.tools in a questions file', () => {
	const validate = async (tools: string, options = '') => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('capitals'), {
			'suite.yaml': (yaml) => yaml.replace('scorers:', `scorers:\n  - { use: tools${options} }`),
			'questions.jsonl': (lines) =>
				lines
					.trim()
					.split('\n')
					.map((line) => JSON.parse(line))
					.map(({ expected, ...question }) => ({
						...question,
						expected: tools === '' ? expected : { ...expected, tools: JSON.parse(tools) },
					}))
					.map((question) => JSON.stringify(question))
					.join('\n'),
		});
		return workspace.inProcess(['validate', suite]);
	};

	it('takes names, with arguments or without, and an empty list', async () => {
		for (const tools of ['[]', '[{"name":"a"},{"name":"b","arguments":{"x":[1,null,{"y":true}]}}]']) {
			const { code, stderr } = await validate(tools);
			expect({ code, stderr }).toMatchObject({ code: 0 });
		}
	});

	it.each([
		[
			'',
			'',
			/questions\.jsonl:1: question ".*": scorer "tools" \(tools\) cannot grade it: expected\.tools is missing/,
		],
		['[]', ', match: subset', /questions\.jsonl:1: .*expected\.tools is empty, which `match: subset`/],
		[
			'[{"nmae":"a"}]',
			'',
			/questions\.jsonl:1: expected\.tools\.0: unknown key "nmae"; did you mean `name`\?/,
		],
		[
			'[{"name":"a","arguments":"{}"}]',
			'',
			/questions\.jsonl:1: expected\.tools\.0\.arguments: expected keys and their values, found "\{\}"/,
		],
		['["a"]', '', /questions\.jsonl:1: expected\.tools\.0: expected keys and their values, found "a"/],
		[
			'[{"name":"a"}]',
			', match: ordered',
			/suite\.yaml:\d+: scorers\.0\.match: expected one of: exact, in_order, subset, found "ordered"/,
		],
	])('refuses %s with options %j', async (tools, options, says) => {
		const { code, stderr } = await validate(tools, options);
		expect(code).toBe(2);
		expect(stderr).toMatch(says);
	});
});
