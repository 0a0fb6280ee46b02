import { readFileSync } from 'node:fs';
import { messageOf, SpangateError } from '../errors.ts';
import { parseGate } from '../gate/rules.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Suite } from '../suite/suite.ts';

/** The gate file that stands for a suite, checked against the suite's metrics before any target call. */
export function gateTextFor(suite: Suite, override: string | undefined): string | undefined {
	const file = override ?? suite.gateFile;
	if (file === undefined) return undefined;
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new SpangateError('config', `${file}: cannot read the gate file: ${messageOf(error)}`, {
			cause: error,
		});
	}
	parseGate(text, file, suiteCatalogue(suite));
	return text;
}

/** Every metric that a run of this suite will have. */
export function suiteCatalogue(suite: Suite) {
	return metricCatalogue({
		scorers: suite.scorers,
		checks: suite.checks.map(({ name, use, apply, check }) => ({
			name,
			use,
			apply,
			version: check.version,
			kind: check.kind,
		})),
	});
}
