import { join } from 'node:path';
import { z } from 'zod';
import { Problems } from '../config/problems.ts';
import { strict } from '../model/strict.ts';
import { AnswerFile } from './recorded/answer-file.ts';
import { Fields } from './recorded/answer-row.ts';
import { type Target, targetKind } from './target.ts';

const notAnswers = 'expected a name that ends in .jsonl or .csv';

/**
 * Answers that were collected elsewhere, from a file: graded as any other, never waited for. What is not in the file,
 * such as how long an answer took, is not known, and the metric that needs it is missing.
 */
export const recorded = targetKind({
	options: strict({
		answers: z
			.string()
			.regex(/\.(jsonl|csv)$/, notAnswers)
			.describe(
				'The file with the answers, relative to the suite: .jsonl (an object a line) or .csv, each with its question’s `id`',
			),
		fields: Fields.optional().describe(
			'Where the file has what, when its names are others: `{ output: response.text }`; all else in it is then left alone',
		),
	}),
	remote: false,
	files: ({ answers }) => ({ answers }),
	inspect({ answers, fields }, { folder, plan, problems }) {
		const before = problems.count;
		const file = AnswerFile.read(join(folder, answers), fields, problems);
		// An answer that cannot be read is told already.
		if (problems.count === before) file.addMissing(plan, problems);
		file.close();
	},
	async open({ answers, fields }, { name, folder }): Promise<Target> {
		const problems = new Problems();
		const file = AnswerFile.read(join(folder, answers), fields, problems);
		return {
			prepare(plan) {
				if (problems.empty) file.addMissing(plan, problems);
				problems.throwIfAny(`the file of answers of target "${name}"`);
			},
			answer({ id }, { repeat, took }) {
				const { latencyMs, error, ...answer } = file.answerTo(id, repeat);
				took(latencyMs);
				if (error !== undefined) throw new RecordedError(error);
				return answer;
			},
			close: () => file.close(),
		};
	},
});

/** The failure that was recorded in place of an answer. */
class RecordedError extends Error {
	override readonly name = 'RecordedError';
}
