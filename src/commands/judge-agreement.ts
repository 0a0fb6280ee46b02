import { ExitCode, SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
import { textAgreement } from '../reports/agreement.ts';
import { judgeAgreement as compareWithPeople, type Grader } from '../workflows/judge-agreement.ts';
import { command } from './command.ts';
import { runPositional } from './flags.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';

/** `spangate judge-agreement`: whether a judge says what people say. */
export const judgeAgreement = command({
	positionals: {
		run: runPositional,
		labels: {
			type: 'string',
			demandOption: true,
			describe: 'Human labels (.jsonl or .csv): id and label, pass or fail (of a check: ok or violated)',
		},
	},
	flags: {
		scorer: { type: 'string', describe: 'The scorer to compare; by default the only one that asks a model' },
		check: { type: 'string', describe: 'The check to compare instead' },
		json: { type: 'boolean', default: false, describe: 'Print one JSON object and nothing else to stdout' },
	},
	examples: [
		['$0 judge-agreement @latest labels.csv', 'accuracy and Cohen’s kappa of the run’s judge'],
		['$0 judge-agreement @baseline labels.jsonl --check hazard --json', 'of a check, for a script'],
	],
	async run(args, io) {
		const home = homeOf(io);
		const run = home.resolve(args.run);
		const grader = chosen(run, args);
		const agreement = await compareWithPeople(run, home.runFolder(run.id), grader, args.labels);
		io.stdout.write(
			args.json
				? `${JSON.stringify(agreement, undefined, '\t')}\n`
				: `${textAgreement(agreement, terminalOf(io))}\n`,
		);
		return ExitCode.ok;
	},
});

interface Choice {
	readonly scorer?: string | undefined;
	readonly check?: string | undefined;
}

function chosen(run: Run, { scorer, check }: Choice): Grader {
	if (scorer !== undefined && check !== undefined) {
		throw new SpangateError('usage', '--scorer and --check: expected one of them');
	}
	const graders = [
		...run.scorers.map((each) => ({ ...each, of: 'scorer' as const })),
		...run.checks.map((each) => ({ ...each, of: 'check' as const })),
	];
	const wanted = graders.filter(({ of, name, spends }) => {
		if (scorer !== undefined) return of === 'scorer' && name === scorer;
		if (check !== undefined) return of === 'check' && name === check;
		return spends;
	});
	const [only] = wanted;
	if (only !== undefined && wanted.length === 1) {
		const { of, name, use, version } = only;
		return { of, name, use, version };
	}
	const named = scorer ?? check;
	throw new SpangateError(
		'usage',
		named === undefined
			? `run @${run.id} has ${wanted.length || 'no'} scorers and checks that ask a model; name the one to compare`
			: `run @${run.id} has no ${scorer === undefined ? 'check' : 'scorer'} "${named}"`,
		{
			hint: `Known: ${(named === undefined && wanted.length > 0 ? wanted : graders).map(({ of, name }) => `--${of} ${name}`).join(', ') || 'none'}.`,
		},
	);
}
