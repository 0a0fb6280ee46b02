import { SpangateError } from '../../src/errors.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { run } from './records.ts';

/** Every metric of `run()`. */
export const catalogue = metricCatalogue(run());

/** Parses these lines as a gate file over the metrics of `run()`. */
export const parse = (...lines: string[]) => parseGate(`${lines.join('\n')}\n`, 'gate.yaml', catalogue);

/** What is wrong with these lines as a gate file; throws when nothing is. */
export function problemsOf(...lines: string[]): string[] {
	try {
		parse(...lines);
	} catch (error) {
		if (!(error instanceof SpangateError) || error.code !== 'config') throw error;
		return error.message
			.split('\n')
			.slice(1)
			.map((line) => line.trim());
	}
	throw new Error('the gate was taken');
}

/** One rule on line 2 with these keys. */
export const rule = (metric: string, rest: string) => ['rules:', `  - { id: r, metric: ${metric}, ${rest} }`];
