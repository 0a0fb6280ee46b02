import type { RunFacts } from '../metrics/run-facts.ts';
import type { Delivery } from '../model/run.ts';
import type { RuleResult } from '../model/verdict.ts';

/** What each run's `export.json` says; nothing of a run that has none. */
export interface Deliveries {
	readonly candidate?: Delivery | undefined;
	readonly baseline?: Delivery | undefined;
}

/**
 * The rule that a trace backend acknowledged every span of a run, up to its own end: what the gate recorded after
 * it (its own span) and later exports of that change nothing here.
 */
export function judgeDelivery(
	{ run, trials }: RunFacts,
	role: 'baseline' | 'candidate',
	delivery: Delivery | undefined,
): Omit<RuleResult, 'id' | 'tier' | 'method'> {
	const problem = problemOf(delivery, role, run.id);
	const { runBytes = 0, acknowledgedBytes = 0 } = delivery ?? {};
	return {
		metric: 'spans_acknowledged',
		check: 'value == 1',
		outcome: problem === undefined ? 'pass' : 'inconclusive',
		...(runBytes > 0 && { observed: Math.min(acknowledgedBytes, runBytes) / runBytes }),
		limit: 1,
		samples: trials,
		reason: problem ?? `every span of the ${role}’s run was acknowledged by a trace backend`,
	};
}

/** What keeps a delivery from being whole, with the remedy; nothing when it is. */
function problemOf(delivery: Delivery | undefined, role: string, id: string): string | undefined {
	const again = `spangate export @${id} --otlp URL`;
	if (delivery === undefined) {
		return `nothing says what became of the ${role}’s spans (its record has no export.json): ${again}`;
	}
	const { ended, recorded, runBytes, acknowledgedBytes, outstanding, runRejected, endpoint } = delivery;
	if (ended !== recorded) return `of ${ended} spans of the ${role} that ended, ${recorded} are recorded`;
	if (recorded === 0 || runBytes === 0) return `no span of the ${role} is recorded`;
	if (endpoint === undefined) return `the ${role}’s ${recorded} recorded spans were sent nowhere: ${again}`;
	if (runBytes === undefined)
		return `export.json does not say where the ${role}’s own spans end: its run goes on, or was killed`;
	if (acknowledgedBytes < runBytes) {
		return `${outstanding} of the ${role}’s ${recorded} recorded spans are not acknowledged yet: ${again}`;
	}
	if (runRejected > 0) return `the backend rejected ${runRejected} spans of the ${role}: ${again} --all`;
	return undefined;
}
