import { MetricAccumulator } from '../metrics/accumulator.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import { FindingReader } from '../metrics/violations.ts';
import type { Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import type { PartSide } from './best-completion.ts';
import { certainErrors, certainFailure } from './certain-failure.ts';
import { isWhole } from './judge-curtailed.ts';
import { type OpenPairs, openPairs } from './open-pairs.ts';
import type { BaselineTerms, Gate, Rule } from './rule.ts';
import { validityPrefix } from './validity-rule.ts';

/** The trials so far of a run under way. */
class Lane {
	readonly run: Run;
	trials = 0;
	readonly #findings: FindingReader;
	readonly #metrics: MetricAccumulator;

	constructor(run: Run) {
		this.run = run;
		this.#findings = new FindingReader(run);
		this.#metrics = new MetricAccumulator(run);
	}

	add(trial: Trial): void {
		this.trials++;
		this.#metrics.add(trial, this.#findings.read(trial));
	}

	side(): PartSide {
		return { run: this.run, trials: this.trials, metrics: this.#metrics.counted() };
	}
}

/**
 * Tells, of runs under way, when their verdict is NO-DEPLOY whatever the rest says: told of each finished trial, it
 * names a critical rule that fails in every completion. A pass is never certain, since any answer could still violate
 * a rule or fail. It never looks at what could be chance: so it may be asked as often as one likes (curtailment).
 */
export class Curtailment {
	readonly #gate: Gate;
	readonly #rules: readonly Rule[];
	readonly #lanes: readonly Lane[];
	/** Nothing of a stored run that is not whole. */
	readonly #candidate: (() => PartSide) | undefined;
	readonly #baseline: (() => PartSide) | undefined;
	readonly #pairs: OpenPairs | undefined;
	#stale = true;
	#decidedBy: string | undefined;

	/** `measured` are the runs under way, `stored` the whole run that the only one of them is compared with. */
	constructor(gate: Gate, measured: readonly Run[], stored?: RunFacts) {
		this.#gate = gate;
		this.#rules = gate.rules.filter((rule): rule is Rule => !('remote' in rule) && rule.tier === 'critical');
		this.#lanes = measured.map((run) => new Lane(run));
		const whole = stored !== undefined && isWhole(stored) ? stored : undefined;
		const side = whole && { run: whole.run, trials: whole.trials, metrics: whole.metrics() };
		const sideOf = (role: Run['role']) => {
			const lane = this.#lanes.find(({ run }) => run.role === role);
			if (lane !== undefined) return { run: lane.run, isStored: false, side: () => lane.side() };
			return whole && side && { run: whole.run, isStored: true, side: () => side };
		};
		const [baseline, candidate] = [sideOf('baseline'), sideOf('candidate')];
		this.#baseline = baseline?.side;
		this.#candidate = candidate?.side;
		if (baseline === undefined || candidate === undefined) return;
		if (whole !== undefined && !isFit(gate.baseline, baseline.run, candidate.run)) return;
		this.#pairs = openPairs(baseline.run, candidate.run);
		if (whole !== undefined) this.#pairs?.addAll(candidate.isStored ? 'candidate' : 'baseline', whole);
	}

	/** Takes a finished trial of the measured run with this index. */
	add(trial: Trial, run: number): void {
		const lane = this.#lanes[run];
		if (lane === undefined) throw new RangeError(`there is no run ${run} of ${this.#lanes.length}`);
		lane.add(trial);
		this.#pairs?.add(lane.run.role === 'baseline' ? 'baseline' : 'candidate', trial.questionId, trial.passed);
		this.#stale = true;
	}

	/** The id of a critical rule that fails whatever the rest says, the first in the gate file; nothing while none does. */
	decidedBy(): string | undefined {
		if (this.#stale) {
			this.#decidedBy = this.#decide();
			this.#stale = false;
		}
		return this.#decidedBy;
	}

	#decide(): string | undefined {
		const candidate = this.#candidate?.();
		if (candidate === undefined) return undefined;
		const part = { candidate, baseline: this.#baseline?.(), pairs: this.#pairs };
		const failed = this.#rules.find((rule) => certainFailure(rule, part) !== undefined);
		if (failed !== undefined) return failed.id;
		const errors = certainErrors(candidate, this.#gate.validity.max_error_rate);
		return errors === undefined ? undefined : `${validityPrefix}candidate-errors`;
	}
}

/** true when the gate compares with that baseline whenever the verdict comes: how old it will be by then is not known. */
function isFit({ maxAgeS, same }: BaselineTerms, before: Run, after: Run): boolean {
	const isSame = (what: BaselineTerms['same'][number]) =>
		JSON.stringify(before[what]) === JSON.stringify(after[what]);
	return maxAgeS === undefined && same.every(isSame);
}
