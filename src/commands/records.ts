import { relative } from 'node:path';
import { SpangateError } from '../errors.ts';
import { printable } from '../reports/terminal.ts';
import type { Measured, Measurement } from '../workflows/measure.ts';
import type { Io } from './io.ts';

/** Says on stderr where the records are and what became of every span. */
export function reportRecords({ measured, unknownSpans, refusedRequest }: Measurement, io: Io): void {
	for (const { run, delivery, folder, answered, withoutSpans } of measured) {
		io.stderr.write(`@${run.id}  ${relative('.', folder)}\n`);
		const { ended, recorded, acknowledged, rejected, outstanding, endpoint, error } = delivery;
		const sent =
			endpoint === undefined
				? 'not sent (see --otlp)'
				: `${acknowledged} acknowledged, ${rejected} rejected, ${outstanding} outstanding at ${endpoint}`;
		io.stderr.write(
			`  spans: ${ended} ended, ${recorded} recorded, ${sent}${error ? `; last error: ${printable(error)}` : ''}\n`,
		);
		if (withoutSpans > 0) {
			io.stderr.write(
				`  ${withoutSpans} of ${answered} answers of "${run.target.name}" brought no spans; is the app instrumented and started with its SDK, and does it keep OTEL_EXPORTER_OTLP_ENDPOINT? (\`spans: true\` waits for them)\n`,
			);
		}
	}
	if (refusedRequest !== undefined) {
		io.stderr.write(`  an app's spans were refused: ${printable(refusedRequest)}\n`);
	}
	if (unknownSpans > 0) {
		io.stderr.write(
			`  ${unknownSpans} span(s) came for no trial under way (too late, or of other traces) and were refused\n`,
		);
	}
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
