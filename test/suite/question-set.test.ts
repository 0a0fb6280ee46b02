import {
	readdirSync,
	readlinkSync,
	rmSync,
	statSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SpangateError } from '../../src/errors.ts';
import { Question } from '../../src/model/question.ts';
import { loadSuite } from '../../src/suite/load.ts';
import { suiteFolder, suiteYaml } from './small.ts';

/** Some blocks of a .jsonl file, with characters of two, three and four bytes in each question. */
const set = Array.from({ length: 4000 }, (_, index) => ({
	id: `q${index}`,
	input: `Frage Ä ${index}: 漢字 😀? ${'x'.repeat(100)}`,
	expected: { terms: ['one', `two ${index}`] },
	tags: { half: index % 2 === 0 ? 'even' : 'odd' },
}));

const forms: Record<string, () => string> = {
	'questions.jsonl': () => set.map((question) => `${JSON.stringify(question)}\n`).join(''),
	'questions.yaml': () => stringify(set.slice(0, 50)),
	'questions.json': () => JSON.stringify(set.slice(0, 50)),
	'questions.csv': () =>
		[
			'id,input,expected.terms,tags.half',
			...set
				.slice(0, 50)
				.map(({ id, input, expected, tags }) => [id, input, expected.terms.join('|'), tags.half].join(',')),
		].join('\n'),
};

async function loadForm(name: string) {
	const text = forms[name]?.() ?? '';
	const folder = suiteFolder({
		// No check is `listed`, since no question lists one.
		'suite.yaml': suiteYaml('  - { use: phrases', '').replace('questions.jsonl', name),
		[name]: text,
	});
	return { suite: await loadSuite(folder), file: `${folder}/${name}`, text };
}

describe.each(Object.keys(forms))('the questions of %s', (name) => {
	it('are all there each time, as many as their count says', async () => {
		const { suite } = await loadForm(name);
		const expected = set.slice(0, suite.questions.count);
		expect(suite.questions.count).toBeGreaterThanOrEqual(50);
		expect([...suite.questions]).toEqual(expected);
		expect([...suite.questions]).toEqual(expected);
	});

	it('are frozen all the way down', async () => {
		const { suite } = await loadForm(name);
		for (const question of suite.questions) {
			const parts = [question, question.expected, question.expected?.terms, question.tags];
			expect(parts.every(Object.isFrozen)).toBe(true);
		}
	});

	it('can be left early and read by several at once', async () => {
		const { suite } = await loadForm(name);
		const [first] = suite.questions;
		expect(first).toEqual(set[0]);
		for (const one of suite.questions) {
			const [other] = suite.questions;
			expect([one, other]).toEqual([set[0], set[0]]);
			break;
		}
		const [one, other] = [suite.questions[Symbol.iterator](), suite.questions[Symbol.iterator]()];
		for (const question of set.slice(0, suite.questions.count)) {
			expect(one.next().value).toEqual(question);
			expect(other.next().value).toEqual(question);
		}
		expect([one.next().done, other.next().done]).toEqual([true, true]);
	});

	it.runIf(process.platform === 'linux')('leave no file open, however they are left', async () => {
		const { suite, file } = await loadForm(name);
		const open = () => openFiles().filter((each) => each === file);
		for (const _ of suite.questions) {
			if (name === 'questions.jsonl') expect(open()).toEqual([file]);
			break;
		}
		expect(() => {
			for (const _ of suite.questions) throw new Error('a consumer that fails');
		}).toThrow('a consumer that fails');
		expect([...suite.questions].length).toBe(suite.questions.count);
		expect(open()).toEqual([]);
	});
});

it('reads again what the schema makes of each question, its defaults included', async () => {
	const full = {
		id: 'full',
		input: 'all of it',
		expected: { terms: ['one'], tools: [{ name: 'search', arguments: { deep: [1, { more: null }] } }] },
		tags: { lang: 'en' },
		cluster: 'c',
		mustRefuse: false,
		threshold: { faithfulness: 0.5 },
		attributes: { team: ['a', 'b'] },
	};
	const questions = [full, { id: 'bare', input: 'no tags', expected: { terms: ['one'] } }];
	const folder = suiteFolder({
		'suite.yaml': suiteYaml('  - { use: phrases', ''),
		'questions.jsonl': questions.map((each) => `${JSON.stringify(each)}\n`).join(''),
	});
	const { questions: read } = await loadSuite(folder);
	expect([...read]).toEqual(questions.map((each) => Question.parse(each)));
	expect([...read][1]?.tags).toEqual({});
});

describe('a .jsonl file that changes while it is in use', () => {
	it.each<[string, (file: string, text: string) => void]>([
		[
			'in its last question, its size and time kept',
			(file, text) => {
				const { atime, mtime } = statSync(file);
				writeFileSync(file, text.replace('two 3999', 'two 3998'));
				utimesSync(file, atime, mtime);
			},
		],
		['by a line more', (file, text) => writeFileSync(file, `${text}${text.split('\n', 1)[0]}\n`)],
		['by a space at its end', (file, text) => writeFileSync(file, `${text} `)],
		['by losing its last line', (file, text) => writeFileSync(file, text.slice(0, text.lastIndexOf('{')))],
		['by losing all after its first block', (file) => truncateSync(file, 256 * 1024)],
		['by losing everything', (file) => truncateSync(file, 0)],
	])('%s, is refused by its name', async (_, change) => {
		const { suite, file, text } = await loadForm('questions.jsonl');
		change(file, text);
		const error = thrownBy(() => [...suite.questions]);
		expect(error).toBeInstanceOf(SpangateError);
		expect(error).toMatchObject({
			code: 'config',
			message: expect.stringContaining(`${file}: changed after`),
		});
	});

	it('gives none of what is new', async () => {
		const { suite, file, text } = await loadForm('questions.jsonl');
		writeFileSync(file, text.replaceAll('"two ', '"too '));
		const given: unknown[] = [];
		const error = thrownBy(() => {
			for (const question of suite.questions) given.push(question);
		});
		expect(error).toMatchObject({ code: 'config' });
		expect(given).toEqual([]);
	});

	it('and goes is a config error that names it', async () => {
		const { suite, file } = await loadForm('questions.jsonl');
		rmSync(file);
		expect(thrownBy(() => [...suite.questions])).toMatchObject({
			code: 'config',
			message: expect.stringContaining(`${file}: cannot read the questions file: `),
		});
	});
});

function thrownBy(act: () => unknown): unknown {
	try {
		act();
	} catch (error) {
		return error;
	}
	throw new Error('nothing was thrown');
}

function openFiles(): string[] {
	const folder = '/proc/self/fd';
	return readdirSync(folder).flatMap((descriptor) => {
		try {
			return [readlinkSync(`${folder}/${descriptor}`)];
		} catch {
			// The descriptor that reads the folder is gone by now.
			return [];
		}
	});
}
