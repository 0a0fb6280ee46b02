import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import type { Scorer } from '../../src/scorers/scorer.ts';
import { context, evidence } from '../contract/evidence.ts';
import { tempFolder, write } from '../support/records.ts';

/** Functions as autoevals has them: bound, with a `partial`, reading `expected` and settings from their one argument. */
const source = `
	function Overlap({ output, expected, ignoreCase }) {
		if (expected === undefined) throw new Error('Overlap requires an expected value');
		const fold = (text) => (ignoreCase ? text.toLowerCase() : text);
		const score = fold(output).includes(fold(expected)) ? 1 : 0.25;
		return { name: 'Overlap', score, metadata: { expected } };
	}
	export const Contains = Object.assign(Overlap.bind({}), { partial: () => Overlap });
	export const Echo = (args) => ({ name: 'Echo', score: 1, metadata: { keys: Object.keys(args).sort() } });
	export const Judge = async () => ({ name: 'Judge', score: 0.6, metadata: { choice: 'B', rationale: 'close' } });
	export const Skips = () => ({ name: 'Skips', score: null });
	export const Errs = () => ({ name: 'Errs', score: 0, error: new Error('rate limited') });
	export const Bare = () => 0.5;
	export const Nameless = () => ({ score: 1 });
	export const Scoreless = () => ({ name: 'Scoreless' });
	export const notOne = 7;
`;

async function made(options: object, text = source): Promise<Scorer> {
	const folder = write(tempFolder(), { 'scorers.mjs': text });
	const kind = scorerKinds.module;
	if (kind === undefined) throw new Error('no module scorer');
	return kind.create(kind.options.parse({ path: 'scorers.mjs', ...options }), { folder });
}

const answered = evidence('It takes 14 DAYS.', { question: { expected: { answer: '14 days' } } });
const grade = async (options: object, given = answered) => (await made(options)).score(given, context);

describe('a scorer of the autoevals shape', () => {
	it('is given input, output, expected and the settings', async () => {
		expect(await grade({ export: 'Contains' })).toEqual({ value: 0.25, reason: '{"expected":"14 days"}' });
		expect(await grade({ export: 'Contains', with: { ignoreCase: true } })).toMatchObject({ value: 1 });
		expect(await grade({ export: 'Echo', with: { model: 'm', output: 'mine' } })).toMatchObject({
			reason: '{"keys":["expected","input","model","output"]}',
		});
		expect(await grade({ export: 'Contains', with: { output: '14 days' } })).toMatchObject({ value: 0.25 });
	});

	it('is told of no expected answer where there is none', async () => {
		expect(await grade({ export: 'Echo' }, evidence('x'))).toMatchObject({
			reason: '{"keys":["input","output"]}',
		});
		await expect(grade({ export: 'Contains' }, evidence('x'))).rejects.toThrow(/requires an expected value/);
	});

	it('may answer later, and its rationale is the reason', async () => {
		expect(await grade({ export: 'Judge' })).toEqual({ value: 0.6, reason: 'close' });
	});

	it.each([
		['Skips', /null score/],
		['Errs', /rate limited/],
		['Bare', /it returned 0\.5; expected \{ name, score, metadata \}/],
		['Nameless', /expected \{ name, score, metadata \}/],
		['Scoreless', /expected \{ name, score, metadata \}/],
	])('%s throws, so that it is errored and neither 0 nor left out', async (name, message) => {
		await expect(grade({ export: name })).rejects.toThrow(message);
	});

	it('has the version that the module exports, else that of its file', async () => {
		expect((await made({ export: 'Echo' }, `${source}; export const version = '7';`)).version).toBe('7');
		expect((await made({ export: 'Echo' })).version).toMatch(/^sha256:[0-9a-f]{16}$/);
		await expect(made({ export: 'Echo' }, `${source}; export const version = 7;`)).rejects.toThrow(
			/`version` must be a string/,
		);
	});

	it.each(['Missing', 'notOne', 'toString'])(
		'named %s is refused, and those that are there are listed',
		async (name) => {
			await expect(made({ export: name })).rejects.toThrow(
				`no function is exported as "${name}"; expected one of: Bare, Contains, Echo, Errs, Judge, `,
			);
		},
	);
});
