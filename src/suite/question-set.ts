import type { Question } from '../model/question.ts';

/** A golden set's questions, read anew each time they are iterated; a million of them are not held in memory. */
export interface QuestionSet extends Iterable<Question> {
	readonly count: number;
}
