import { ExitCode, SpangateError } from '../errors.ts';
import { parseMargin } from '../gate/condition.ts';
import type { Gate } from '../gate/rule.ts';
import type { MetricInfo } from '../model/metric.ts';
import { textPower } from '../reports/power.ts';
import type { Margin } from '../workflows/plan-power.ts';
import { changeOf } from '../workflows/plan-rules.ts';
import { readPower } from '../workflows/power.ts';
import { command } from './command.ts';
import { storedSuitePositional } from './flags.ts';
import { gateOf } from './gate-file.ts';
import { type StoredSuite, storedSuite } from './history.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';

/** What is planned for when no margin is named. */
const usualMargins = {
	share: ['1pp', '2pp', '5pp', '10pp'],
	violations: ['0.1pp', '1pp', '2.5pp', '5pp'],
	score: ['0.01', '0.02', '0.05', '0.1'],
	other: ['1.05x', '1.10x', '1.25x'],
} as const;

/** `spangate power`: how many questions and repeats a margin needs, by the variance of a stored run. */
export const power = command({
	positionals: { suite: storedSuitePositional },
	flags: {
		metric: { type: 'string', default: 'pass_rate', describe: 'The metric that the margin is of' },
		margin: {
			type: 'string',
			array: true,
			describe:
				'The change for the worse to rule out: 2pp, 0.02 or 1.10x (repeatable; default: what the gate asks, and some usual ones)',
		},
		run: {
			type: 'string',
			describe:
				'The stored run whose variance to plan by, with its partner’s when it has one (default: the newest complete pair that passed or was promoted, else the newest run)',
		},
		alpha: {
			type: 'number',
			default: 0.05,
			describe: 'The one-sided error of the bound; a rule of the gate has its own',
		},
		power: { type: 'number', default: 0.8, describe: 'How often a margin that is kept is to be shown' },
		json: { type: 'boolean', default: false, describe: 'Print one JSON object and nothing else to stdout' },
	},
	examples: [
		[
			'$0 power golden/support',
			'what the gate and smaller margins need, by the newest comparison that passed',
		],
		['$0 power support --metric faithfulness --margin 0.02', 'one margin of a score'],
		['$0 power support --run @baseline --power 0.9', 'by a promoted run'],
	],
	async run(args, io) {
		const { metric, run, alpha } = args;
		if (!(alpha > 0 && alpha <= 0.5)) {
			throw new SpangateError('usage', `--alpha ${alpha}: expected a number above 0 and up to 0.5`);
		}
		if (!(args.power >= 0.5 && args.power < 1)) {
			throw new SpangateError('usage', `--power ${args.power}: expected a number from 0.5 to below 1`);
		}
		const home = homeOf(io);
		const suite = await storedSuite(args.suite, home);
		const gate = gateFor(suite, args.margin);
		const margins = (info: MetricInfo, value: number) => marginsOf(args.margin, info, value);
		const plan = await readPower({
			home,
			suite: suite.name,
			run,
			metric,
			margins,
			gate,
			alpha,
			power: args.power,
		});
		io.stdout.write(
			args.json ? `${JSON.stringify(plan, undefined, '\t')}\n` : `${textPower(plan, terminalOf(io))}\n`,
		);
		return ExitCode.ok;
	},
});

function marginsOf(given: readonly string[] | undefined, metric: MetricInfo, value: number): Margin[] {
	const { unit } = metric;
	const usual = usualOf(metric);
	return (given ?? usual).map((margin) => {
		const parsed = parseMargin(margin, unit);
		if (typeof parsed === 'string') throw new SpangateError('usage', `--margin ${parsed}`);
		if (metric.estimand === 'total' && parsed.kind === 'relative' && parsed.form === 'difference') {
			throw new SpangateError('usage', `--margin ${margin}: a sum grows with the number of questions`, {
				hint: `Expected how many times worse, such as ${usual[1]}.`,
			});
		}
		const change = parsed.kind === 'relative' ? changeOf(parsed.form, parsed.margin, metric, value) : 0;
		if (!(change > 0)) {
			throw new SpangateError('usage', `--margin ${margin}: no number of questions rules out every change`, {
				hint: `Expected a margin above none, such as ${usual[1]}.`,
			});
		}
		return { margin, change };
	});
}

function usualOf({ unit, concern }: MetricInfo): readonly string[] {
	if (concern === 'policy' || concern === 'safety') return usualMargins.violations;
	return unit === 'share' || unit === 'score' ? usualMargins[unit] : usualMargins.other;
}

/** The suite's own gate as it is now, else the one that the run keeps; margins that are named are all that is asked. */
function gateFor({ loaded }: StoredSuite, margins: readonly string[] | undefined): Gate | 'record' | 'none' {
	if (margins !== undefined) return 'none';
	return (loaded && gateOf(loaded, undefined)) ?? 'record';
}
