import type { MethodName } from '../compare/methods.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { RuleResult } from '../model/verdict.ts';
import type { Condition } from './condition.ts';
import type { Remote } from './remote.ts';
import type { GateFile } from './schema.ts';

/** What the questions of a rule are grouped by: their `cluster`, or the value of a tag. */
export type Grouping = { readonly by: 'cluster' } | { readonly by: 'tag'; readonly key: string };

/** A limit that stands in for a rule’s own until a day is over. */
export interface Waiver {
	/** The last day that it holds, `YYYY-MM-DD`, in UTC. */
	readonly until: string;
	readonly by: string;
	readonly reason: string;
	readonly condition: Condition;
}

/** One condition of one rule, ready to be judged. */
export interface Rule {
	readonly id: string;
	readonly metric: MetricInfo;
	readonly condition: Condition;
	readonly minSamples: number;
	readonly tier: RuleResult['tier'];
	/** The one-sided error of each bound. */
	readonly alpha: number;
	/** A method that the file names in place of the one that the metric’s kind has. */
	readonly method?: MethodName;
	readonly onMissing: 'inconclusive' | 'fail';
	readonly clusterBy?: Grouping;
	/** A tag’s key: the rule is judged once for each of its values. */
	readonly per?: string;
	/** How p-values are adjusted over the slices of `per`. */
	readonly adjust: 'holm' | 'none';
	readonly waiver?: Waiver;
}

/** A rule on what a backend says, ready to be judged. */
export interface RemoteRule
	extends Pick<Rule, 'id' | 'minSamples' | 'tier' | 'alpha' | 'onMissing' | 'waiver'> {
	readonly metric: Pick<MetricInfo, 'name' | 'concern'>;
	readonly condition: Extract<Condition, { kind: 'absolute' }>;
	readonly remote: Remote;
}

/** What a baseline must be for a rule to compare with it. */
export interface BaselineTerms {
	/** The oldest it may be at the time of the verdict, in seconds. */
	readonly maxAgeS?: number;
	/** What must be the same in both runs. */
	readonly same: readonly ('suite' | 'scorers' | 'checks' | 'concurrency' | 'spangate')[];
}

/** A gate file, parsed and checked against the metrics that its runs have. */
export interface Gate {
	readonly file: string;
	readonly text: string;
	readonly rules: readonly (Rule | RemoteRule)[];
	readonly validity: GateFile['validity'];
	readonly baseline: BaselineTerms;
}
