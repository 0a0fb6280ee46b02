import { relative } from 'node:path';
import { SpangateError } from '../errors.ts';
import type { Delivery, Run } from '../model/run.ts';
import { readDelivery } from '../record/delivery.ts';
import { printable } from '../reports/terminal.ts';
import type { Measured, Measurement } from '../workflows/measure-options.ts';
import type { Io } from './io.ts';
import type { Outcome } from './measuring.ts';

/** Says on stderr where the records are and what became of every span, and of metrics that were not taken. */
export function reportRecords(
	{ measured, unknownSpans, refusedRequest, metricsFailure }: Measurement,
	io: Io,
): void {
	for (const { run, delivery, folder, answered, ungraded, lastFault, withoutSpans } of measured) {
		io.stderr.write(recordLines(run, folder, delivery));
		if (withoutSpans > 0) {
			io.stderr.write(
				`  ${withoutSpans} of ${answered} answers of "${run.target.name}" brought no spans; is the app instrumented and started with its SDK, and does it keep OTEL_EXPORTER_OTLP_ENDPOINT? (the target’s spans option waits for them)\n`,
			);
		}
		if (ungraded > 0) {
			// What is recorded is redacted, so it cannot be graded in place of what was answered.
			const how = run.cache
				? 'with --cache again, which has the answers, only the graders are asked'
				: 'with --cache, answers are kept, and a further time asks the graders alone';
			io.stderr.write(
				`  ${ungraded} of ${answered} answers of "${run.target.name}" could not be graded in full, since a scorer or check errored; last: ${printable(lastFault ?? 'unknown')}; when that is mended, measure again (${how})\n`,
			);
		}
	}
	if (metricsFailure !== undefined) io.stderr.write(`  metrics: ${printable(metricsFailure)}\n`);
	const interrupted = measured.find(({ run }) => run.interrupted);
	if (interrupted !== undefined) io.stderr.write(`  go on with: spangate resume @${interrupted.run.id}\n`);
	if (refusedRequest !== undefined) {
		io.stderr.write(`  an app's spans were refused: ${printable(refusedRequest)}\n`);
	}
	if (unknownSpans > 0) {
		io.stderr.write(
			`  ${unknownSpans} span(s) belong to no trial of ours (or to one long over) and were refused\n`,
		);
	}
}

/** Says the same of a run that ended before the one beside it went on, and what is outstanding of its spans. */
export function reportEnded(run: Run, folder: string, io: Io): void {
	const delivery = readDelivery(folder);
	if (delivery?.endpoint === undefined) return;
	io.stderr.write(recordLines(run, folder, delivery));
}

/** Where a run's record is, what became of its spans, and how those that no backend has can still be sent. */
function recordLines({ id }: Run, folder: string, delivery: Delivery): string {
	const lines = `@${id}  ${relative('.', folder)}\n  ${deliveryLine(delivery)}\n`;
	const isOwing = delivery.endpoint !== undefined && delivery.outstanding > 0;
	return isOwing ? `${lines}  send them with: spangate export @${id}\n` : lines;
}

/** What became of a run's spans, in one line. */
export function deliveryLine(delivery: Delivery): string {
	const { ended, recorded, late, acknowledged, rejected, outstanding, endpoint, error } = delivery;
	const sent =
		endpoint === undefined
			? 'not sent (see --otlp)'
			: `${acknowledged} acknowledged, ${rejected} rejected, ${outstanding} outstanding at ${endpoint}`;
	return `spans: ${ended} ended, ${recorded} recorded${late > 0 ? ` (${late} late)` : ''}, ${sent}${error ? `; last error: ${printable(error)}` : ''}`;
}

/** Throws `unmeasured` when the runs ended early since a target or a grader was down; an interrupt by the user comes first. */
export function assertUp({ down, measured, interrupted }: Outcome): void {
	if (down === undefined || interrupted) return;
	const [run] = measured;
	const resume = run === undefined ? 'spangate resume' : `spangate resume @${run.run.id}`;
	throw new SpangateError('unmeasured', down, {
		hint: `What was answered and graded is kept. When it is back: \`${resume}\` asks the rest.`,
	});
}

/** Throws `unmeasured` when a run's target answered nothing at all: there is nothing to judge. */
export function assertAnswered(measured: readonly Measured[]): void {
	for (const { run, answered, lastFailure } of measured) {
		if (answered > 0 || run.completed === 0) continue;
		throw new SpangateError(
			'unmeasured',
			`target "${run.target.name}" answered none of ${run.completed} trials; last: ${lastFailure ?? 'unknown'}`,
		);
	}
}
