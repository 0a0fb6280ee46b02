import { join } from 'node:path';
import { ExitCode } from '../errors.ts';
import type { Run } from '../model/run.ts';
import type { GateResult } from '../model/verdict.ts';
import { RecordFile } from '../record/files.ts';
import type { Home } from '../record/home.ts';
import { writeJson } from '../record/writer.ts';
import { gateRuns } from '../workflows/gate-runs.ts';
import { readFacts } from '../workflows/read-facts.ts';
import type { Io } from './io.ts';
import type { Conclude, Outcome } from './measuring.ts';
import { exitCodeOf, type OutputArgs, printGateResult, printRun } from './output.ts';
import { assertAnswered, reportRecords } from './records.ts';

/** Which stored runs are judged, by their ids, and the tag that the candidate gets. */
export interface Judged {
	readonly home: Home;
	readonly candidate: string;
	readonly baseline: string;
	/** Stands in for the gate file in the candidate's record. */
	readonly gateFile: string | undefined;
	readonly name: string | undefined;
}

/** Judges runs that were just measured from their records, and keeps the verdict with the candidate's. */
export async function judgeStored({
	home,
	candidate,
	baseline,
	gateFile,
	name,
}: Judged): Promise<GateResult> {
	// Read back, so that `gate` on the records gives the same bytes.
	const stored = home.resolve(candidate);
	const result = await gateRuns({ home, candidate: stored, baseline, gateFile });
	writeJson(join(home.runFolder(candidate), RecordFile.verdict), result);
	if (name !== undefined) home.tag(name, candidate);
	return result;
}

/** Concludes a measured pair with its verdict; none when it was interrupted. */
export function judging(judge: (runs: readonly Run[]) => Promise<GateResult>): Conclude {
	return async (runs, interrupted) => {
		if (interrupted) return { summaries: [], result: undefined };
		const result = await judge(runs);
		const { baseline, candidate } = result;
		return { summaries: 'run' in baseline ? [baseline, candidate] : [candidate], result };
	};
}

/** Concludes single runs with the metrics of what was measured of them. */
export function summarizing(home: Home): Conclude {
	return async (runs) => {
		const facts = await Promise.all(runs.map((run) => readFacts(run, home.runFolder(run.id))));
		return { summaries: facts.map((each) => each.summary()), result: undefined };
	};
}

/** Prints what a measured pair came to; gives the exit code, which is the verdict. */
export function reportVerdict(outcome: Outcome, args: OutputArgs, io: Io): number {
	if (outcome.result === undefined) {
		reportRecords(outcome, io);
		const { run } = outcome.measured.at(-1) ?? {};
		// Ctrl-C came while the backend was waited for: there is nothing to resume.
		if (run && !run.interrupted) {
			const sides = run.role === 'candidate' ? `@${run.id}` : `@${run.partner} --baseline @${run.id}`;
			io.stderr.write(`  judge with: spangate gate ${sides}\n`);
		}
		return ExitCode.interrupted;
	}
	printGateResult(outcome.result, args, io);
	reportRecords(outcome, io);
	assertAnswered(outcome.measured);
	return exitCodeOf(outcome.result.verdict);
}

/** Prints a single run's metrics, tags it with `name` when it ended, and gives the exit code. */
export function reportRun(
	outcome: Outcome,
	home: Home,
	args: OutputArgs & { readonly name?: string | undefined },
	io: Io,
): number {
	for (const summary of outcome.summaries) printRun(summary, args, io);
	reportRecords(outcome, io);
	if (outcome.interrupted) return ExitCode.interrupted;
	assertAnswered(outcome.measured);
	for (const { run } of outcome.measured) if (args.name !== undefined) home.tag(args.name, run.id);
	return ExitCode.ok;
}
