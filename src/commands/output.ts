import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, messageOf, SpangateError } from '../errors.ts';
import type { GateResult, RunSummary, Verdict } from '../model/verdict.ts';
import type { Home } from '../record/home.ts';
import { intotoStatement } from '../reports/intoto.ts';
import { jsonGateResult, jsonRun } from '../reports/json.ts';
import { markdownGateResult, markdownRun } from '../reports/markdown.ts';
import { textGateResult, textRun } from '../reports/text.ts';
import { type Io, terminalOf } from './io.ts';
import { assertUis, linksOfGate, linksOfRun } from './uis.ts';

/** The flags of `outputFlags` as yargs gives them. */
export interface OutputArgs {
	readonly json: boolean;
	readonly output?: readonly string[] | undefined;
}

const statementEnding = '.intoto.json';
/** How a file's name ends → what is written to it; the first that fits counts, so `.intoto.json` is no `.json`. */
const endings = [statementEnding, '.json', '.md'] as const;

type Formats = Readonly<Record<(typeof endings)[number], () => string>>;

/** Refuses an output file of unknown format, and UIs that no link can lead to, before anything runs. */
export function assertOutputs({ output }: OutputArgs, { env }: Io): void {
	assertUis(env);
	for (const file of output ?? []) {
		if (endingOf(file) === undefined) {
			throw new SpangateError(
				'usage',
				`-o ${file}: unknown format; expected a name that ends in .json, .md or ${statementEnding}`,
			);
		}
	}
}

/** Refuses the statement of a verdict where there will be none, before anything runs. */
export function assertNoStatement({ output }: OutputArgs): void {
	const statement = output?.find((file) => endingOf(file) === statementEnding);
	if (statement === undefined) return;
	throw new SpangateError(
		'usage',
		`-o ${statement}: an in-toto statement says a verdict, and a single run has none`,
		{ hint: 'Write it with `spangate compare` or `spangate gate`.' },
	);
}

/** Prints a verdict and writes it to the files asked for. */
export function printGateResult(result: GateResult, home: Home, args: OutputArgs, io: Io): void {
	const links = linksOfGate(result, home, io.env);
	const json = () => jsonGateResult(result, links);
	writeOutputs(args, {
		[statementEnding]: () => intotoStatement(result),
		'.json': json,
		'.md': () => markdownGateResult(result, links),
	});
	io.stdout.write(args.json ? json() : `${textGateResult(result, terminalOf(io), links)}\n`);
}

/** Prints a single run's metrics and writes them to the files asked for. */
export function printRun(summary: RunSummary, home: Home, args: OutputArgs, io: Io): void {
	const links = linksOfRun(summary, home, io.env);
	const json = () => jsonRun(summary, links);
	writeOutputs(args, { '.json': json, '.md': () => markdownRun(summary, links) });
	io.stdout.write(args.json ? json() : `${textRun(summary, terminalOf(io), links)}\n`);
}

function writeOutputs({ output }: OutputArgs, formats: Partial<Formats>): void {
	for (const file of output ?? []) {
		try {
			mkdirSync(dirname(file), { recursive: true });
			const ending = endingOf(file);
			writeFileSync(file, (ending && formats[ending]?.()) ?? '');
		} catch (error) {
			throw new SpangateError('usage', `-o ${file}: cannot write: ${messageOf(error)}`, { cause: error });
		}
	}
}

function endingOf(file: string): keyof Formats | undefined {
	return endings.find((ending) => file.endsWith(ending));
}

/** The exit code that a verdict leaves. */
export function exitCodeOf({ outcome }: Verdict): number {
	switch (outcome) {
		case 'DEPLOY':
			return ExitCode.deploy;
		case 'NO-DEPLOY':
			return ExitCode.noDeploy;
		case 'INCONCLUSIVE':
			return ExitCode.inconclusive;
	}
}
