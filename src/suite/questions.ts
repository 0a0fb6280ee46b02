import type { z } from 'zod';
import { parsing } from '../config/issue-words.ts';
import type { Problems } from '../config/problems.ts';
import { deepFreeze } from '../model/freeze.ts';
import { acceptedQuestion, Question } from '../model/question.ts';
import { type Item, itemsOf } from './items.ts';
import type { QuestionSet } from './question-set.ts';
import { RepeatedIds } from './repeated-ids.ts';

/** A question and the line that it starts on. */
export interface PlacedQuestion {
	readonly question: Question;
	readonly line: number | undefined;
}

/** A golden set that was read once from end to end. */
export interface ReadQuestions {
	/** To be used only when there were no problems. */
	readonly questions: QuestionSet;
	/** false when something in the file could not be read as a question, or nothing is in it. */
	readonly complete: boolean;
}

/**
 * Reads a golden set (.jsonl, .yaml, .json, .csv) and hands each question to `visit`; what is wrong with it goes to
 * `problems`, line by line. The questions are frozen, since what scorers and checks share none of them may change.
 */
export function readQuestions(
	file: string,
	problems: Problems,
	visit: (placed: PlacedQuestion) => void = () => {},
): ReadQuestions {
	const before = problems.count;
	const items = itemsOf(file, problems);
	let complete = problems.count === before;
	const ids = new RepeatedIds();
	let count = 0;
	for (const item of items) {
		const placed = place(item, file, problems);
		if (placed === undefined) {
			complete = false;
			continue;
		}
		count += 1;
		ids.add(placed.question.id);
		visit(placed);
	}
	addRepeated(ids, items, file, problems);
	if (count === 0 && problems.count === before) {
		problems.add(file, undefined, 'holds no question; a golden set needs at least one');
	}
	problems.sortByLine(before);
	return {
		questions: { count, [Symbol.iterator]: () => questionsIn(items) },
		complete: complete && count > 0,
	};
}

function* questionsIn(items: Iterable<Item>): Generator<Question> {
	for (const item of items) {
		// A set that can be used has no other items: they are those that were validated.
		if ('value' in item) yield deepFreeze(acceptedQuestion(item.value as z.input<typeof Question>));
	}
}

function place(item: Item, file: string, problems: Problems): PlacedQuestion | undefined {
	if ('fault' in item) {
		problems.add(file, item.line, item.fault);
		return undefined;
	}
	const parsed = Question.safeParse(item.value, parsing);
	if (parsed.success) return { question: parsed.data, line: item.locate([]) };
	problems.addZod(file, parsed.error, item.locate);
	return undefined;
}

function addRepeated(ids: RepeatedIds, items: Iterable<Item>, file: string, problems: Problems): void {
	const reread = function* () {
		for (const item of items) {
			const question = 'value' in item ? Question.safeParse(item.value) : undefined;
			if (question?.success && 'value' in item) yield { id: question.data.id, line: item.locate([]) };
		}
	};
	const unsettled = ids.settle(reread, ({ id, line, firstLine }) => {
		problems.add(file, line, `duplicate question id "${id}", first used on line ${firstLine}`);
	});
	// Each stands for one duplicate at least, and far more are told already than are listed.
	problems.addUnlisted(unsettled);
}
