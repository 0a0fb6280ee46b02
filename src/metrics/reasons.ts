import { type Pass, reaches, type Score, type Trial, weightedMean } from '../model/trial.ts';

/** Why a trial did not pass, a phrase each; empty for one that did. */
export function reasonsOf(trial: Trial): string[] {
	if (trial.result === 'failed') return [`the target failed: ${trial.error.type}: ${trial.error.message}`];
	const reasons: (string | Fault)[] = [];
	const faults = new Map<string, Fault>();
	// What several lack for one reason, such as an app's spans, is told once, where the first of them stands.
	const errored = (who: 'scorers' | 'checks', name: string, error: string) => {
		let fault = faults.get(error);
		if (fault === undefined) {
			fault = { error, scorers: [], checks: [] };
			faults.set(error, fault);
			reasons.push(fault);
		}
		fault[who].push(name);
	};
	for (const score of trial.scores) {
		if (score.status === 'errored') errored('scorers', score.scorer, score.error);
		if (trial.pass === undefined && score.status === 'scored' && !score.passed) {
			reasons.push(`${score.scorer} ${short(score.value)} < ${score.threshold}${detailOf(score)}`);
		}
	}
	if (trial.pass !== undefined) reasons.push(...belowMean(trial.scores, trial.pass));
	for (const finding of trial.findings) {
		if (finding.status === 'errored') errored('checks', finding.check, finding.error);
		if (finding.status === 'violated')
			reasons.push(`${finding.check}/${finding.category}: ${finding.reason}`);
	}
	return reasons.map((reason) => (typeof reason === 'string' ? reason : faultWords(reason)));
}

/** An error, and the scorers and checks that it stopped. */
interface Fault {
	readonly error: string;
	readonly scorers: string[];
	readonly checks: string[];
}

function faultWords({ error, scorers, checks }: Fault): string {
	const named = (noun: string, names: readonly string[]) =>
		names.length === 0 ? [] : [`${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`];
	return `${[...named('scorer', scorers), ...named('check', checks)].join(' and ')} errored: ${error}`;
}

/** That the weighted mean is below its threshold, with the scores that keep it there. */
function belowMean(scores: readonly Score[], pass: Pass): string[] {
	const mean = weightedMean(scores, pass);
	// An errored score has told its reason already.
	if (mean === undefined || Number.isNaN(mean) || reaches(mean, pass)) return [];
	const low = scores.flatMap((score) => {
		if (score.status !== 'scored' || score.value >= pass.threshold) return [];
		return [`${score.scorer} ${short(score.value)} × ${pass.weights[score.scorer]}${detailOf(score)}`];
	});
	return [`weighted mean ${short(mean)} < ${pass.threshold}: ${low.join(', ')}`];
}

function detailOf({ reason }: { reason?: string | undefined }): string {
	return reason === undefined ? '' : ` (${reason})`;
}

function short(value: number): number {
	return Number(value.toFixed(3));
}
