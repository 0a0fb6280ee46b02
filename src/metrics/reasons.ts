import { type Pass, reaches, type Score, type Trial, weightedMean } from '../model/trial.ts';

/** Why a trial did not pass, a phrase each; empty for one that did. */
export function reasonsOf(trial: Trial): string[] {
	if (trial.result === 'failed') return [`the target failed: ${trial.error.type}: ${trial.error.message}`];
	const reasons: string[] = [];
	for (const score of trial.scores) {
		if (score.status === 'errored') reasons.push(`scorer ${score.scorer} errored: ${score.error}`);
		if (trial.pass === undefined && score.status === 'scored' && !score.passed) {
			reasons.push(`${score.scorer} ${short(score.value)} < ${score.threshold}${detailOf(score)}`);
		}
	}
	if (trial.pass !== undefined) reasons.push(...belowMean(trial.scores, trial.pass));
	for (const finding of trial.findings) {
		if (finding.status === 'errored') reasons.push(`check ${finding.check} errored: ${finding.error}`);
		if (finding.status === 'violated')
			reasons.push(`${finding.check}/${finding.category}: ${finding.reason}`);
	}
	return reasons;
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
