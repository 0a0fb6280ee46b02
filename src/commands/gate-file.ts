import { SpangateError } from '../errors.ts';
import { readGateText } from '../files/read-text.ts';
import type { Gate } from '../gate/rule.ts';
import { parseGate } from '../gate/rules.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import { gradersOf, type Suite } from '../suite/suite.ts';

/**
 * The gate that stands for a suite, checked against the suite's metrics and questions before any target call;
 * nothing where neither the suite nor the flag names a file.
 */
export function gateOf(suite: Suite, override: string | undefined): Gate | undefined {
	const file = override ?? suite.gateFile;
	if (file === undefined) return undefined;
	return parseGate(readGateText(file), file, metricCatalogue(gradersOf(suite)), suite.questions);
}

/** The same where a command is about nothing but the gate: without one it has nothing to do. */
export function demandedGate(suite: Suite, override: string | undefined): Gate {
	const gate = gateOf(suite, override);
	if (gate !== undefined) return gate;
	throw new SpangateError('config', `suite ${suite.folder} has no gate file, so nothing says what to judge`, {
		hint: 'Set `gate: gate.yaml` in suite.yaml, or name one with --gate.',
	});
}
