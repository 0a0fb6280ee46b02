import type { Answer, Evidence, EvidenceSpan } from '../model/evidence.ts';
import { deepFreeze } from '../model/freeze.ts';
import type { Question } from '../model/question.ts';

/**
 * What every scorer and check of a trial sees; the spans are made readable when the first of them looks. Not a literal
 * with a getter: each would be a shape of its own, which keeps a trial alive until a full collection.
 */
export class TrialEvidence implements Evidence {
	/** Of the object itself, so that a copy of the evidence has its spans too. */
	static readonly #spans: PropertyDescriptor & ThisType<TrialEvidence> = {
		enumerable: true,
		get() {
			return this.#readSpans();
		},
	};
	readonly question: Question;
	readonly answer: Answer;
	declare readonly spans: readonly EvidenceSpan[];
	readonly #readSpans: () => readonly EvidenceSpan[];

	constructor(question: Question, answer: Answer, readSpans: () => readonly EvidenceSpan[]) {
		this.question = question;
		// The record keeps it as it is.
		this.answer = deepFreeze(answer);
		this.#readSpans = readSpans;
		Object.defineProperty(this, 'spans', TrialEvidence.#spans);
		Object.freeze(this);
	}
}
