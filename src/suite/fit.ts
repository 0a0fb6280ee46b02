import type { Locate, Problems } from '../config/problems.ts';
import type { PlacedQuestion } from './questions.ts';
import { checksFor, type SuiteCheck, type SuiteScorer } from './suite.ts';

interface Parts {
	readonly questions: readonly PlacedQuestion[];
	readonly scorers: readonly SuiteScorer[];
	readonly checks: readonly SuiteCheck[];
	readonly file: string;
	readonly questionsFile: string;
	readonly locate: Locate;
	/** false when some question could not be read: what none of the others does, that one may do. */
	readonly complete: boolean;
}

/** Refuses questions that their scorers and checks could not judge, or that nothing would judge. */
export function fitQuestions(parts: Parts, problems: Problems): void {
	const { scorers, checks, questionsFile } = parts;
	const scorerNames = new Set(scorers.map(({ name }) => name));
	const listedNames = new Set(checks.filter(({ apply }) => apply === 'listed').map(({ name }) => name));
	const used = new Set<string>();
	for (const { question, line } of parts.questions) {
		const wrong = (message: string) =>
			problems.add(questionsFile, line, `question "${question.id}": ${message}`);
		for (const name of question.skip ?? []) {
			if (!scorerNames.has(name))
				wrong(`skip: no scorer "${name}"; expected one of: ${[...scorerNames].join(', ')}`);
		}
		for (const name of question.policies ?? []) {
			used.add(name);
			if (!listedNames.has(name)) {
				const known =
					listedNames.size === 0 ? 'the suite has none' : `expected one of: ${[...listedNames].join(', ')}`;
				wrong(`policies: no check "${name}" with \`apply: listed\`; ${known}`);
			}
		}
		if (typeof question.threshold === 'object') {
			for (const name of Object.keys(question.threshold)) {
				if (!scorerNames.has(name))
					wrong(`threshold: no scorer "${name}"; expected one of: ${[...scorerNames].join(', ')}`);
			}
		}
		const graders = scorers.filter(({ name }) => !question.skip?.includes(name));
		for (const { name, use, scorer } of graders) {
			const lack = scorer.lacks?.(question);
			if (lack !== undefined)
				wrong(
					`scorer "${name}" (${use}) cannot grade it: ${lack}; mend that, or list "${name}" under \`skip\``,
				);
		}
		const judges = checksFor({ checks }, question);
		for (const { name, use, check } of judges) {
			const lack = check.lacks?.(question);
			if (lack !== undefined) wrong(`check "${name}" (${use}) cannot judge it: ${lack}`);
		}
		if (graders.length + judges.length === 0)
			wrong('no scorer and no check judges it, so every answer would pass');
	}
	for (const [index, { name, apply }] of checks.entries()) {
		if (parts.complete && apply === 'listed' && !used.has(name)) {
			problems.add(
				parts.file,
				parts.locate(['checks', index]),
				`check "${name}" has \`apply: listed\`, but no question lists it`,
			);
		}
	}
}
