import type { Circuit } from '../calls/circuit.ts';
import type { Graded } from './trial.ts';

/**
 * Failed trials of a target that may be down. They count once it is known that it is not; when it is, they are
 * abandoned, since their questions are asked again when the run goes on.
 */
export class HeldTrials<Held extends { readonly graded: Graded }> {
	readonly #circuit: Circuit | undefined;
	readonly #record: (held: Held) => void;
	#held: Held[] = [];
	#abandoned = 0;
	#down: string | undefined;

	/** Without a circuit every trial is passed on to `record` at once. */
	constructor(circuit: Circuit | undefined, record: (held: Held) => void) {
		this.#circuit = circuit;
		this.#record = record;
	}

	/** How many were abandoned. */
	get abandoned(): number {
		return this.#abandoned;
	}

	/** Why the target counts as down, when it does: then nothing further is to be asked. */
	get down(): string | undefined {
		if (this.#circuit?.isOpen) this.#down ??= this.#circuit.reason;
		return this.#down;
	}

	/** Takes a trial in the order in which they are graded. */
	take(each: Held): void {
		const failing = this.#circuit?.failing === true;
		if (!failing) this.#release();
		if (failing && each.graded.trial.result === 'failed') this.#held.push(each);
		else this.#record(each);
	}

	/** Decides on those that are left; `stopped` when not all was asked that was planned. */
	end(stopped: boolean): void {
		// A target that answered nothing at all is down, be the plan as short as it may.
		if (!stopped && this.#circuit?.neverAnswered) this.#down ??= this.#circuit.reason;
		const failing = stopped && this.#circuit?.failing === true;
		if (this.down === undefined && !failing) this.#release();
		this.#abandoned = this.#held.length;
		for (const { graded } of this.#held.splice(0)) graded.abandon();
	}

	#release(): void {
		for (const each of this.#held.splice(0)) this.#record(each);
	}
}
