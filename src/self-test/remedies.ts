import { type Condition, withinUnit } from '../gate/condition.ts';
import type { Rule } from '../gate/rule.ts';
import type { Subject, SubjectQuestion } from './made-up-run.ts';
import { madeWorse } from './made-worse.ts';
import { resultsOf, type SelfTestInput, tryPair, worstOf } from './tries.ts';

/** What makes a rule fail the worst record that it did not fail. */
export interface Remedies {
	/** true when it does with the same questions and a tighter limit. */
	readonly tighter: boolean;
	/** The fewest questions with which it does, each like one that there is; nothing when `mostTried` are too few. */
	readonly questions?: number;
}

/** The most made-up questions that a rule is tried on: more of them take longer than an answer is worth. */
export const mostTried = 2_000;

/** Tries a rule that fails no record of its suite at the tightest limit that there is, and on ever larger suites. */
export function remediesOf(rule: Rule, condition: Condition, input: SelfTestInput): Remedies {
	const { waiver: _, ...own } = rule;
	const tight = tightest(condition, rule);
	const tighter = failsWorst({ ...own, condition: tight }, input);
	const questions = fewestQuestions({ ...own, condition }, input);
	return { tighter, ...(questions !== undefined && { questions }) };
}

function fewestQuestions(rule: Rule, input: SelfTestInput): number | undefined {
	const fails = (count: number) =>
		failsWorst(rule, { ...input, subject: enlarged(input.subject, count, rule) });
	let none = input.subject.questions.length;
	let enough = none;
	do {
		none = enough;
		enough = Math.min(2 * none, mostTried);
		if (enough <= none) return undefined;
	} while (!fails(enough));
	while (enough - none > 1) {
		const middle = (none + enough) >> 1;
		if (fails(middle)) enough = middle;
		else none = middle;
	}
	return enough;
}

/** Whether the worst records alone make a rule fail. */
function failsWorst(rule: Rule, input: SelfTestInput): boolean {
	for (const { by, ...making } of madeWorse(rule, rule.condition, input.subject, (most) => [most])) {
		if (worstOf(resultsOf(tryPair(rule, by, making, input))).outcome === 'fail') return true;
	}
	return false;
}

/** A condition of the same kind that allows hardly anything. */
function tightest(condition: Condition, { metric }: Rule): Condition {
	switch (condition.kind) {
		case 'events':
			return { ...condition, limit: 0 };
		case 'relative':
			return { ...condition, margin: condition.form === 'ratio' ? 1 : 0 };
		case 'absolute': {
			if (condition.operator.startsWith('>')) return { ...condition, limit: 1 - 1e-9 };
			const { limit } = condition;
			return { ...condition, limit: withinUnit(condition, metric) ? 1e-9 : Math.min(limit, 1) / 1_000 };
		}
	}
}

/** The same suite with so many questions: copies of its own, in groups of their own. */
function enlarged(subject: Subject, count: number, { clusterBy }: Rule): Subject {
	const { questions } = subject;
	const copyOf = (question: SubjectQuestion, copy: number): SubjectQuestion => {
		const { id, tags, cluster } = question;
		const key = clusterBy?.by === 'tag' ? clusterBy.key : undefined;
		const group = key === undefined ? undefined : tags[key];
		return {
			...question,
			id: `${id} ${copy}`,
			...(cluster !== undefined && { cluster: `${cluster} ${copy}` }),
			...(key !== undefined && group !== undefined && { tags: { ...tags, [key]: `${group} ${copy}` } }),
		};
	};
	return {
		...subject,
		questions: Array.from({ length: count }, (_, index) => {
			const question = questions[index % questions.length] as SubjectQuestion;
			const copy = Math.floor(index / questions.length);
			return copy === 0 ? question : copyOf(question, copy);
		}),
	};
}
