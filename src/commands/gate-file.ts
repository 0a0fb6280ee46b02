import { readFileSync } from 'node:fs';
import { messageOf, SpangateError } from '../errors.ts';
import { parseGate } from '../gate/rules.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Run } from '../model/run.ts';
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
	return metricCatalogue({ scorers: suite.scorers, checks: suiteChecks(suite) });
}

/** The checks of a suite as its runs record them. */
export function suiteChecks({ checks }: Pick<Suite, 'checks'>): Run['checks'] {
	return checks.map(({ name, use, apply, check: { version, kind } }) => ({
		name,
		use,
		apply,
		version,
		kind,
	}));
}
