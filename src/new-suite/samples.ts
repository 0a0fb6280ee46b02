import type { Problems } from '../config/problems.ts';
import type { Row } from '../files/row.ts';
import type { Case, WantedScore } from './case.ts';
import { fieldsOf } from './fields.ts';
import type { LeftOut } from './left-out.ts';
import { textOfMessages } from './messages.ts';
import { escaped } from './pattern.ts';

/** How the answers that a set gives are looked for in an output. */
export type Grading = 'contains' | 'exact' | 'similarity';

/** What the rows of a file are taken for. */
export interface Reader {
	readonly kind: string;
	/** A row as a case; nothing when it is told why. */
	read(value: Readonly<Record<string, unknown>>, place: Place): Case | undefined;
}

/** Where a row stands, and whom to tell what. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly grading: Grading;
	readonly problems: Problems;
	readonly left: LeftOut;
}

/** The cases of a file's rows, anew each time they are iterated. */
export function casesOf(
	file: string,
	rows: Iterable<Row>,
	reader: Reader,
	given: Omit<Place, 'file' | 'line'>,
): Iterable<Case> {
	return {
		*[Symbol.iterator]() {
			for (const row of rows) {
				const line = 'fault' in row ? row.line : (row.locate([]) ?? row.line);
				if ('fault' in row) given.problems.add(file, line, row.fault);
				else if (typeof row.value !== 'object' || row.value === null || Array.isArray(row.value)) {
					given.problems.add(file, line, 'expected an object with its keys');
				} else {
					const each = reader.read(row.value as Readonly<Record<string, unknown>>, { file, line, ...given });
					if (each !== undefined) yield each;
				}
			}
		},
	};
}

/** A sample of OpenAI evals: `input`, a text or messages, and `ideal`, an answer or several that will do. */
export const openAiEvals: Reader = {
	kind: 'samples of OpenAI evals',
	read({ input, ideal, ...rest }, place) {
		return sample({ asked: input, answers: ideal, key: 'ideal', rest }, place);
	},
};

/** A sample of Inspect: `input`, `target`, `choices`, `id`, `metadata`. */
export const inspect: Reader = {
	kind: 'samples of Inspect',
	read({ input, target, choices, id, metadata, ...rest }, place) {
		const { file, line, left } = place;
		for (const key of Object.keys(rest)) {
			left.add({ file, line, what: `sample: ${key}`, why: 'an app that is asked has no sandbox of ours' });
		}
		const more = typeof metadata === 'object' && metadata !== null ? metadata : {};
		if (Array.isArray(choices) && choices.length > 0) {
			return multipleChoice({ input, target, choices, id, more }, place);
		}
		return sample({ id, asked: input, answers: target, key: 'target', rest: { ...more } }, place);
	},
};

/** Names that sets give to what is asked, to the answer and to the id, the likeliest first. */
const names = {
	asked: ['input', 'question', 'prompt', 'query', 'instruction', 'messages'],
	answers: [
		...['answer', 'expected', 'expected_output', 'expected_answer', 'reference', 'reference_answer'],
		...['ground_truth', 'ideal', 'target', 'output', 'completion', 'response'],
	],
	id: ['id', 'question_id', 'qid', 'uid', 'key'],
} as const;

/** A row of a table or of JSON lines with a question and its answer under the usual names. */
export const rowsOfPairs: Reader = {
	kind: 'rows with a question and its answer',
	read(row, place) {
		const keyOf = (wanted: readonly string[]) =>
			wanted.flatMap((name) => Object.keys(row).find((key) => key.toLowerCase() === name) ?? [])[0];
		const [asked, answers, id] = [keyOf(names.asked), keyOf(names.answers), keyOf(names.id)];
		if (asked === undefined) {
			const { problems, file, line } = place;
			problems.add(file, line, `has no question; expected one of the keys ${names.asked.join(', ')}`);
			return undefined;
		}
		const rest = Object.fromEntries(
			Object.entries(row).filter(([key]) => ![asked, answers, id].includes(key)),
		);
		return sample(
			{
				id: id === undefined ? undefined : row[id],
				...{ asked: row[asked], answers: answers === undefined ? undefined : row[answers] },
				...{ key: answers ?? 'answer', rest },
			},
			place,
		);
	},
};

function sample(
	given: {
		readonly id?: unknown;
		readonly asked: unknown;
		readonly answers: unknown;
		readonly key: string;
		readonly rest: Readonly<Record<string, unknown>>;
	},
	place: Place,
): Case | undefined {
	const { file, line } = place;
	const input = inputOf(given.asked, place);
	if (input === undefined) return undefined;
	const answers = answersOf(given.answers);
	if (answers === undefined) {
		place.problems.add(file, line, `${given.key}: expected a text, or a list of texts that will do`);
		return undefined;
	}
	const what = `${given.key} ${JSON.stringify(given.answers)?.slice(0, 60)}`;
	const score = answers.length === 0 ? undefined : gradeOf(answers, place.grading);
	const note =
		place.grading === 'similarity' && answers.length > 1
			? 'of several answers one must be in the output; how like them it is is not measured'
			: undefined;
	return {
		...{ file, line, label: input, input, id: idOf(given.id) },
		expectations: score === undefined ? [] : [{ file, line, what, wanted: { score }, note }],
		...fieldsOf(given.rest, { file, line, what: 'a row', left: place.left }),
	};
}

function gradeOf(answers: readonly string[], grading: Grading): WantedScore {
	const [first = ''] = answers;
	if (answers.length > 1 && grading === 'exact') {
		const source = `^\\s*(?:${answers.map((answer) => escaped(answer.trim())).join('|')})\\s*$`;
		return {
			...{ use: 'regex', name: 'one-of', options: {} },
			...{ expected: { pattern: source }, asOptions: { pattern: source } },
		};
	}
	if (answers.length > 1) {
		const lists = { any: [...answers] };
		return {
			...{ use: 'contains', name: 'contains', options: {} },
			...{ expected: { contains: lists }, asOptions: lists },
		};
	}
	const threshold = grading === 'similarity' ? 0.8 : undefined;
	return { use: grading, name: grading, options: {}, expected: { answer: first }, threshold };
}

function multipleChoice(
	given: {
		readonly input: unknown;
		readonly target: unknown;
		readonly choices: readonly unknown[];
		readonly id: unknown;
		readonly more: object;
	},
	place: Place,
): Case | undefined {
	const { file, line, problems, left } = place;
	const asked = inputOf(given.input, place);
	if (asked === undefined) return undefined;
	const letters = given.choices.map((_, index) => String.fromCharCode(65 + index));
	const targets = answersOf(given.target) ?? [];
	if (targets.length === 0 || !targets.every((target) => letters.includes(target))) {
		problems.add(file, line, `target: expected a letter from A to ${letters.at(-1)}, one for a choice`);
		return undefined;
	}
	const lines = given.choices.map((choice, index) => `${letters[index]}) ${String(choice)}`);
	const input = `${asked}\n\n${lines.join('\n')}\n\nEnd with the letter of each right choice, as in: ANSWER: A`;
	const listed = targets.toSorted().join('\\s*,?\\s*');
	const source = `ANSWER\\s*:?\\s*\\(?${listed}\\)?(?![ \\t,]*[A-${letters.at(-1)}]\\b)(?!\\w)`;
	const score: WantedScore = {
		...{ use: 'regex', name: 'choice', options: { flags: 'i' } },
		...{ expected: { pattern: source }, asOptions: { pattern: source } },
	};
	return {
		...{ file, line, label: asked, input, id: idOf(given.id) },
		expectations: [{ file, line, what: `target ${targets.join(', ')}`, wanted: { score } }],
		...fieldsOf({ ...given.more }, { file, line, what: 'a row', left }),
	};
}

function inputOf(asked: unknown, { file, line, problems, left }: Place): string | undefined {
	const text = typeof asked === 'string' ? asked.trim() : textOfMessages(asked);
	if (text) return text;
	if (Array.isArray(asked) && asked.length > 0) {
		left.add({ file, line, what: 'a row', why: 'its messages hold what is no text' });
	} else
		problems.add(file, line, 'has no question; expected a text, or a list of messages { role, content }');
	return undefined;
}

/** The answers that will do; none for nothing, undefined for what is no answer. */
function answersOf(value: unknown): string[] | undefined {
	if (value === undefined || value === null || value === '') return [];
	const list = Array.isArray(value) ? value : [value];
	const texts = list.map((each) =>
		typeof each === 'number' || typeof each === 'boolean' ? String(each) : each,
	);
	if (!texts.every((each): each is string => typeof each === 'string')) return undefined;
	return texts.filter((text) => text.trim() !== '');
}

function idOf(id: unknown): string | undefined {
	return typeof id === 'string' && id !== '' ? id : typeof id === 'number' ? String(id) : undefined;
}
