import { SpangateError } from '../errors.ts';
import type { Question } from '../model/question.ts';
import type { Run } from '../model/run.ts';
import type { QuestionSet } from '../suite/question-set.ts';
import { wholeNumber } from './command.ts';

/** The most tags that a message lists; a set can have as many as questions. */
const listedTags = 50;

/**
 * The questions that `--tag key=value` and `--first N` leave, read anew each time like the set that they are of;
 * none at all is a usage error.
 */
export function selectQuestions(
	questions: QuestionSet,
	{ tag, first }: { tag?: readonly string[] | undefined; first?: number | undefined },
): { questions: QuestionSet; selection: Run['selection'] } {
	const limit = first === undefined ? Infinity : wholeNumber('first (-n)', first, 1);
	const selection = { ...(tag && { tag: [...tag] }), ...(first !== undefined && { first }) };
	const wanted = wantedTags(tag ?? []);
	const select = () => selected(questions, wanted, limit);
	const count = wanted.size === 0 ? Math.min(limit, questions.count) : countOf(select());
	if (count === 0) {
		throw new SpangateError(
			'usage',
			`no question has ${(tag ?? []).map((each) => `--tag ${each}`).join(' and ')}`,
			{ hint: `Known tags: ${knownTags(questions)}.` },
		);
	}
	return { questions: { count, [Symbol.iterator]: select }, selection };
}

function* selected(
	questions: QuestionSet,
	wanted: ReadonlyMap<string, readonly string[]>,
	limit: number,
): Generator<Question> {
	let left = limit;
	for (const question of questions) {
		if (!hasTags(question, wanted)) continue;
		yield question;
		left -= 1;
		if (left === 0) return;
	}
}

function hasTags({ tags }: Question, wanted: ReadonlyMap<string, readonly string[]>): boolean {
	for (const [key, values] of wanted) {
		if (!values.some((value) => Object.hasOwn(tags, key) && tags[key] === value)) return false;
	}
	return true;
}

function wantedTags(given: readonly string[]): Map<string, string[]> {
	const wanted = new Map<string, string[]>();
	for (const each of given) {
		const [key = '', ...rest] = each.split('=');
		if (key === '' || rest.length === 0) {
			throw new SpangateError('usage', `--tag ${each}: expected key=value, e.g. --tag lang=en`);
		}
		wanted.set(key, [...(wanted.get(key) ?? []), rest.join('=')]);
	}
	return wanted;
}

function countOf(questions: Iterable<Question>): number {
	let count = 0;
	for (const _ of questions) count += 1;
	return count;
}

function knownTags(questions: QuestionSet): string {
	const known = new Set<string>();
	for (const { tags } of questions) {
		for (const pair of Object.entries(tags)) known.add(pair.join('='));
		if (known.size > listedTags) break;
	}
	const listed = [...known].slice(0, listedTags).sort();
	return `${listed.join(', ') || 'none'}${known.size > listedTags ? ', …' : ''}`;
}
