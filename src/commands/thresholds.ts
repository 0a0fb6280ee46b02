import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, SpangateError } from '../errors.ts';
import { thresholdsOf, thresholdsText } from '../reports/thresholds.ts';
import { command } from './command.ts';
import { gateFlag } from './flags.ts';
import { demandedGate } from './gate-file.ts';
import { terminalOf } from './io.ts';
import { loadSuite } from './suite.ts';

/** `spangate thresholds`: the rules that a release must keep. */
export const thresholds = command({
	positionals: {
		suite: { type: 'string', describe: 'The suite’s folder (default: the only one under golden/)' },
	},
	flags: {
		...gateFlag('Show the rules of this gate file instead of the suite’s'),
		json: { type: 'boolean', default: false, describe: 'Print one JSON object and nothing else to stdout' },
	},
	examples: [['$0 thresholds golden/support', 'what a release of the sample must show']],
	async run(args, io) {
		const suite = await loadSuite(args.suite ?? onlySuite());
		const gate = demandedGate(suite, args.gate);
		const rules = thresholdsOf(gate, new Date().toISOString());
		if (args.json) {
			const { validity, baseline } = gate;
			const shown = {
				suite: suite.name,
				validity,
				baseline: {
					...(baseline.maxAgeS !== undefined && { max_age_s: baseline.maxAgeS }),
					same: baseline.same,
				},
				rules,
			};
			io.stdout.write(`${JSON.stringify(shown, undefined, '\t')}\n`);
			return ExitCode.ok;
		}
		io.stdout.write(`${thresholdsText(rules, gate, terminalOf(io))}\n`);
		return ExitCode.ok;
	},
});

function onlySuite(): string {
	const found = existsSync('golden')
		? readdirSync('golden').filter((name) => existsSync(join('golden', name, 'suite.yaml')))
		: [];
	const [only, ...others] = found;
	if (only !== undefined && others.length === 0) return join('golden', only);
	throw new SpangateError(
		'usage',
		found.length === 0 ? 'no suite under golden/' : `several suites under golden/: ${found.join(', ')}`,
		{
			hint: 'Name the suite’s folder: `spangate thresholds <suite>`.',
		},
	);
}
