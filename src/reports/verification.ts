import { printable, type Terminal, wrap } from './terminal.ts';
import { plural } from './values.ts';

/** What a backend has of a run's recorded traces, as far as the report shows it. */
interface Verified {
	readonly backend: string;
	readonly url: string;
	readonly traces: number;
	readonly spans: number;
	readonly found: number;
	readonly whole: boolean;
	readonly missingTraces: number;
	readonly missing: readonly {
		readonly traceId: string;
		readonly of: string;
		readonly questionId?: string;
		readonly found: number;
		readonly recorded: number;
		readonly partial?: string;
	}[];
	readonly unrecordedTrials: number;
}

/** Whether a backend has every recorded span, and which traces it does not have whole. */
export function textVerification(result: Verified, terminal: Terminal): string {
	const { backend, url, traces, spans, found, whole, missingTraces, missing, unrecordedTrials } = result;
	const word = whole ? terminal.paint('good', 'whole') : terminal.paint('bad', 'not whole');
	const lines = [
		wrap(
			`${backend} at ${url}: ${word}, ${found} of ${plural(spans, 'span')} in ${plural(traces, 'trace')}`,
			terminal,
		),
	];
	if (missingTraces > 0) lines.push(wrap(`${plural(missingTraces, 'trace')} with missing spans:`, terminal));
	for (const { traceId, of, questionId, found: there, recorded, partial } of missing) {
		const who = questionId === undefined ? (ownerNames[of] ?? of) : printable(questionId);
		const note = partial === undefined ? '' : ` (${printable(partial)})`;
		lines.push(
			wrap(`${terminal.paint('dim', traceId)}  ${there} of ${recorded}  ${who}${note}`, terminal, '  '),
		);
	}
	if (missingTraces > missing.length) lines.push(`  and ${missingTraces - missing.length} more`);
	if (unrecordedTrials > 0) {
		lines.push(wrap(`${plural(unrecordedTrials, 'trial')} without a span in the record`, terminal));
	}
	return lines.join('\n');
}

const ownerNames: Readonly<Record<string, string>> = {
	run: 'the run’s own',
	gate: 'the gate’s',
	other: 'no finished trial’s',
};
