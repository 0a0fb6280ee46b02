import type { Trial } from '../model/trial.ts';

/** Why a trial did not pass, a phrase each; empty for one that did. */
export function reasonsOf(trial: Trial): string[] {
	if (trial.result === 'failed') return [`the target failed: ${trial.error.type}: ${trial.error.message}`];
	const reasons: string[] = [];
	for (const score of trial.scores) {
		if (score.status === 'errored') reasons.push(`scorer ${score.scorer} errored: ${score.error}`);
		if (score.status === 'scored' && !score.passed) {
			const detail = score.reason === undefined ? '' : ` (${score.reason})`;
			reasons.push(`${score.scorer} ${Number(score.value.toFixed(3))} < ${score.threshold}${detail}`);
		}
	}
	for (const finding of trial.findings) {
		if (finding.status === 'errored') reasons.push(`check ${finding.check} errored: ${finding.error}`);
		if (finding.status === 'violated')
			reasons.push(`${finding.check}/${finding.category}: ${finding.reason}`);
	}
	return reasons;
}
