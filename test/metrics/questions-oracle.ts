import type { Trial } from '../../src/model/trial.ts';
import type { Change, Comparison, NotPassed } from '../../src/model/verdict.ts';

interface QuestionFacts {
	readonly trials: Trial[];
	/** The trace to look at: of the first trial that did not pass, else of the first. */
	traceId: string;
	reasons: readonly string[];
}

/** The questions of some trials in the plainest way: a map of objects, everything kept. */
export class NaiveQuestions {
	readonly byId = new Map<string, QuestionFacts>();
	readonly twice: string[] = [];

	constructor(trials: readonly Trial[]) {
		const seen = new Set<string>();
		for (const trial of trials) {
			const key = JSON.stringify([trial.repeat, trial.questionId]);
			if (seen.has(key)) this.twice.push(`question "${trial.questionId}" twice in repeat ${trial.repeat}`);
			seen.add(key);
			const facts = this.byId.get(trial.questionId);
			const { traceId } = trial;
			if (facts === undefined)
				this.byId.set(trial.questionId, { trials: [trial], traceId, reasons: reasonsOf(trial) });
			else {
				if (!trial.passed && facts.reasons.length === 0) {
					facts.traceId = traceId;
					facts.reasons = reasonsOf(trial);
				}
				facts.trials.push(trial);
			}
		}
	}

	notPassed(): NotPassed[] {
		return [...this.byId]
			.filter(([, facts]) => passRate(facts) < 1)
			.map(([questionId, { traceId, reasons }]) => ({ questionId, traceId, reasons }));
	}
}

/** What a comparison says of two runs' questions. */
export function naiveComparison(before: NaiveQuestions, after: NaiveQuestions): Omit<Comparison, 'deltas'> {
	const regressions: Change[] = [];
	const gains: Change[] = [];
	const both = [...after.byId.keys()].filter((id) => before.byId.has(id));
	for (const questionId of both) {
		const [old, now] = [before.byId.get(questionId), after.byId.get(questionId)];
		const [first] = now?.trials ?? [];
		if (old === undefined || now === undefined || first === undefined) throw new Error('both have it');
		const change = {
			questionId,
			input: first.input,
			tags: first.tags,
			traceId: now.traceId,
			baselineTraceId: old.traceId,
			baselinePassRate: passRate(old),
			candidatePassRate: passRate(now),
			reasons: now.reasons,
		};
		if (change.candidatePassRate < change.baselinePassRate) regressions.push(change);
		if (change.candidatePassRate > change.baselinePassRate) gains.push(change);
	}
	return {
		paired: both.length,
		onlyBaseline: [...before.byId.keys()].filter((id) => !after.byId.has(id)),
		onlyCandidate: [...after.byId.keys()].filter((id) => !before.byId.has(id)),
		regressions,
		gains,
	};
}

function passRate({ trials }: QuestionFacts): number {
	return trials.filter(({ passed }) => passed).length / trials.length;
}

/** For the trials of these tests: they fail, or one score is too low, or nothing is wrong whatever they say. */
function reasonsOf(trial: Trial): string[] {
	if (trial.result === 'failed') return [`the target failed: ${trial.error.type}: ${trial.error.message}`];
	return trial.scores.flatMap((score) =>
		score.status === 'scored' && !score.passed ? [`${score.scorer} ${score.value} < ${score.threshold}`] : [],
	);
}
