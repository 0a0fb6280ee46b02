/** One level of a rubric: its name, what it is worth and when it is given. */
export interface Level {
	readonly label: string;
	readonly value: number;
	readonly description: string;
}

/** The levels of a rubric that names none. */
export const passOrFail: readonly Level[] = [
	{ label: 'pass', value: 1, description: 'The answer meets the rubric.' },
	{ label: 'fail', value: 0, description: 'The answer does not meet the rubric.' },
];

const task = 'You judge the answer that a system gave to a question.';
const reference =
	'The reference is an answer that is known to be right: judge by it what is true, not how it is worded.';

/** What a judge is to do that puts one answer on a level. */
export function gradingPrompt(
	rubric: string | undefined,
	levels: readonly Level[],
	hasReference: boolean,
): string {
	return [
		`${task} Say first, in one to three sentences, what decides it, then which level the answer is on.`,
		...(hasReference ? [reference] : []),
		...(rubric === undefined ? [] : [`The rubric:\n${rubric}`]),
		`The levels:\n${levels.map(({ label, description }) => `- ${label}: ${description}`).join('\n')}`,
	].join('\n\n');
}

/** What a judge is to do that says which of two answers is better. */
export function comparingPrompt(rubric: string): string {
	return [
		'You compare two answers to one question. Say first, in one to three sentences, what decides it, then which is better by the rubric: a, b, or tie when neither is. The order in which they stand, and their lengths, say nothing.',
		`The rubric:\n${rubric}`,
	].join('\n\n');
}
