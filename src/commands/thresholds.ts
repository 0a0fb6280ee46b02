import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, SpangateError } from '../errors.ts';
import { parseGate } from '../gate/rules.ts';
import type { RemoteQuery } from '../model/answer.ts';
import { table } from '../reports/table.ts';
import { printable } from '../reports/terminal.ts';
import { command } from './command.ts';
import { gateFlag } from './flags.ts';
import { gateTextFor, suiteCatalogue } from './gate-file.ts';
import { terminalOf } from './io.ts';
import { loadSuite } from './suite.ts';

/** `spangate thresholds`: the rules that a release must keep. */
export const thresholds = command({
	positionals: {
		suite: { type: 'string', describe: 'The suite’s folder (default: the only one under golden/)' },
	},
	flags: {
		...gateFlag,
		json: { type: 'boolean', default: false, describe: 'Print one JSON object and nothing else to stdout' },
	},
	examples: [['$0 thresholds golden/support', 'what a release of the sample must show']],
	async run(args, io) {
		const suite = await loadSuite(args.suite ?? onlySuite());
		const text = gateTextFor(suite, args.gate);
		if (text === undefined) throw new SpangateError('config', `suite ${suite.folder} has no gate file`);
		const gate = parseGate(text, args.gate ?? suite.gateFile ?? '', suiteCatalogue(suite));
		const rules = gate.rules.map((rule) => {
			const { id, metric, condition, minSamples, tier } = rule;
			return {
				id,
				metric: metric.name,
				check: condition.text,
				...('remote' in rule && { query: rule.remote.query }),
				...('remote' in rule && rule.remote.quantile !== undefined && { quantile: rule.remote.quantile }),
				min_samples: minSamples,
				tier,
			};
		});
		if (args.json) {
			io.stdout.write(
				`${JSON.stringify({ suite: suite.name, validity: gate.validity, rules }, undefined, '\t')}\n`,
			);
			return ExitCode.ok;
		}
		const { max_error_rate, min_paired, spans } = gate.validity;
		const columns = [
			{ title: 'rule' },
			{ title: 'metric' },
			{ title: 'threshold', flexible: true },
			{ title: 'min. samples', align: 'right' as const },
			{ title: 'tier' },
		];
		const rows = rules.map((rule) => [
			rule.id,
			rule.metric,
			thresholdOf(rule),
			String(rule.min_samples),
			rule.tier,
		]);
		io.stdout.write(`${table(columns, rows, terminalOf(io))}\n\n`);
		io.stdout.write(
			`Always: the whole suite asked, every planned trial recorded, the same suite and repeats in both runs, at most ${max_error_rate * 100} % failed trials, ` +
				`at least ${min_paired * 100} % of the questions in both runs${spans === undefined ? '' : ', every span of both runs acknowledged by a trace backend'}.\n`,
		);
		return ExitCode.ok;
	},
});

/** A rule's check and, of a rule that asks a backend, what it asks. */
function thresholdOf({
	check,
	query,
	quantile,
}: {
	check: string;
	query?: RemoteQuery;
	quantile?: number;
}): string {
	if (query === undefined) return check;
	const asked =
		'buckets' in query
			? `p${Number(((quantile ?? 0) * 100).toPrecision(4))} of ${query.buckets}`
			: query.value;
	const window = 'windowS' in query && query.windowS !== undefined ? `, over ${query.windowS} s` : '';
	return printable(`${check} of ${asked}${window}`.replace(/\s+/g, ' '));
}

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
