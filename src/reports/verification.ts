import type { MissingTrace, Verification } from '../model/verification.ts';
import { printable, type Terminal, wrap } from './terminal.ts';
import { plural } from './values.ts';

/** Whether a backend has every recorded span, and which traces it does not have whole. */
export function textVerification(result: Verification, terminal: Terminal): string {
	const {
		backend,
		url,
		traces,
		spans,
		found,
		whole,
		missingTraces,
		missing,
		unrecordedTrials,
		recordProblem,
	} = result;
	const word = whole ? terminal.paint('good', 'whole') : terminal.paint('bad', 'not whole');
	const lines = [
		wrap(
			`${backend} at ${url}: ${word}, ${found} of ${plural(spans, 'span')} in ${plural(traces, 'trace')}`,
			terminal,
		),
	];
	if (missingTraces > 0) lines.push(wrap(`${plural(missingTraces, 'trace')} with missing spans:`, terminal));
	for (const { traceId, of, questionId, found: there, recorded, partial } of missing) {
		const who = questionId === undefined ? owners[of] : printable(questionId);
		const note = partial === undefined ? '' : ` (${printable(partial)})`;
		lines.push(
			wrap(`${terminal.paint('dim', traceId)}  ${there} of ${recorded}  ${who}${note}`, terminal, '  '),
		);
	}
	if (missingTraces > missing.length) lines.push(`  and ${missingTraces - missing.length} more`);
	if (unrecordedTrials > 0) {
		lines.push(wrap(`${plural(unrecordedTrials, 'trial')} without a span in the record`, terminal));
	}
	if (recordProblem !== undefined) lines.push(wrap(`the record: ${recordProblem}`, terminal));
	return lines.join('\n');
}

const owners: Readonly<Record<MissingTrace['of'], string>> = {
	question: 'a question’s',
	run: 'the run’s own',
	gate: 'the gate’s',
	other: 'no finished trial’s',
};
