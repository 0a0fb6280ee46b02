import type { Circuit } from '../calls/circuit.ts';
import type { Trial } from '../model/trial.ts';
import type { Graded } from './trial.ts';

/**
 * Trials that failed by a target, or could not be graded by an endpoint, that may be down. They count once it is known
 * that it is not; when it is, they are abandoned, since their questions are asked again when the run goes on.
 */
export class HeldTrials<Held extends { readonly graded: Graded }> {
	readonly #target: Circuit | undefined;
	/** Of what scorers and checks ask. */
	readonly #graders: readonly Circuit[];
	/** All of them. */
	readonly #circuits: readonly Circuit[];
	readonly #record: (held: Held) => void;
	#held: Held[] = [];
	#abandoned = 0;
	#down: string | undefined;

	/** Without a circuit every trial is passed on to `record` at once. */
	constructor(
		{ target, graders }: { readonly target: Circuit | undefined; readonly graders: readonly Circuit[] },
		record: (held: Held) => void,
	) {
		this.#target = target;
		this.#graders = graders;
		this.#circuits = target === undefined ? graders : [target, ...graders];
		this.#record = record;
	}

	/** How many were abandoned. */
	get abandoned(): number {
		return this.#abandoned;
	}

	/** Who counts as down, and why, when one does: then nothing further is to be asked. */
	get down(): string | undefined {
		this.#down ??= this.#circuits.find(({ isOpen }) => isOpen)?.reason;
		return this.#down;
	}

	/** Takes a trial in the order in which they are graded. */
	take(each: Held): void {
		if (!isFailing(this.#circuits)) this.#release();
		if (this.#mayBeAsked(each.graded.trial)) this.#held.push(each);
		else this.#record(each);
	}

	/** Decides on those that are left; `stopped` when not all was asked that was planned. */
	end(stopped: boolean): void {
		// One that answered nothing at all is down, be the plan as short as it may.
		if (!stopped) this.#down ??= this.#circuits.find(({ neverAnswered }) => neverAnswered)?.reason;
		const failing = stopped && isFailing(this.#circuits);
		if (this.down === undefined && !failing) this.#release();
		this.#abandoned = this.#held.length;
		for (const { graded } of this.#held.splice(0)) graded.abandon();
	}

	/** Whether a trial came of what may be down, and so may have to be asked again. */
	#mayBeAsked({ result, scores, findings }: Trial): boolean {
		if (result === 'failed') return this.#target?.failing === true;
		if (!isFailing(this.#graders)) return false;
		return [...scores, ...findings].some(({ status }) => status === 'errored');
	}

	#release(): void {
		for (const each of this.#held.splice(0)) this.#record(each);
	}
}

function isFailing(circuits: readonly Circuit[]): boolean {
	return circuits.some(({ failing }) => failing);
}
