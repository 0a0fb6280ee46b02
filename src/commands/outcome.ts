import { join } from 'node:path';
import { ExitCode } from '../errors.ts';
import type { Run } from '../model/run.ts';
import type { GateResult } from '../model/verdict.ts';
import { RecordFile } from '../record/files.ts';
import type { Home } from '../record/home.ts';
import { writeJson } from '../record/writer.ts';
import { type Backends, otherAnswers } from '../workflows/ask-backends.ts';
import { type GateRequest, gateRuns } from '../workflows/gate-runs.ts';
import { readFacts } from '../workflows/read-facts.ts';
import type { Io } from './io.ts';
import type { Conclude, Outcome } from './measuring.ts';
import { tellOfStack } from './notice-stack.ts';
import { exitCodeOf, type OutputArgs, printGateResult, printRun } from './output.ts';
import { assertAnswered, assertUp, reportRecords } from './records.ts';

/** Which stored runs are judged, by their ids, and the tag that the candidate gets. */
export interface Judged {
	readonly home: Home;
	readonly candidate: string;
	readonly baseline: string;
	/** Stands in for the gate file in the candidate's record. */
	readonly gateFile: string | undefined;
	readonly name: string | undefined;
	readonly backends: Backends;
}

/** Judges runs that were just measured from their records, and keeps the verdict with the candidate's. */
export async function judgeStored({
	home,
	candidate,
	baseline,
	gateFile,
	name,
	backends,
}: Judged): Promise<GateResult> {
	// Read back, so that `gate` on the records gives the same bytes.
	const stored = home.resolve(candidate);
	const result = await gateRuns({ home, candidate: stored, baseline, gateFile, backends });
	writeJson(join(home.runFolder(candidate), RecordFile.verdict), result);
	if (name !== undefined) home.tag(name, candidate);
	return result;
}

/** Concludes a measured pair with its verdict; none when it can go on. */
export function judging(judge: (runs: readonly Run[]) => Promise<GateResult>): Conclude {
	return async (runs, unfinished) => {
		if (unfinished) return { summaries: [], result: undefined };
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

/** Says where the records are and what became of their spans, and what could have taken them. */
function reportMeasured(outcome: Outcome, io: Io): void {
	reportRecords(outcome, io);
	if (outcome.stackFound)
		tellOfStack(
			outcome.measured.map(({ run }) => run),
			io,
		);
}

/**
 * Judges stored runs again; a verdict for which a backend was asked is kept with the candidate's record, so that it
 * can be made again without the backend, and so are answers to other queries, or as of another time, from before.
 */
export async function judgeAgain(
	request: GateRequest & { readonly backends: Backends },
): Promise<GateResult> {
	const result = await gateRuns(request);
	const { home, candidate, backends } = request;
	if (result.answers?.some(({ query }) => backends[query.source])) {
		const folder = home.runFolder(candidate.id);
		const answers = [...result.answers, ...otherAnswers(folder, result.answers)];
		writeJson(join(folder, RecordFile.verdict), { ...result, answers });
	}
	return result;
}

/** Prints what a measured pair came to; gives the exit code, which is the verdict. */
export function reportVerdict(outcome: Outcome, home: Home, args: OutputArgs, io: Io): number {
	if (outcome.result === undefined) {
		reportMeasured(outcome, io);
		assertUp(outcome);
		const { run } = outcome.measured.at(-1) ?? {};
		// Ctrl-C came while the backend was waited for: there is nothing to resume.
		if (run && !run.interrupted) {
			const sides = run.role === 'candidate' ? `@${run.id}` : `@${run.partner} --baseline @${run.id}`;
			io.stderr.write(`  judge with: spangate gate ${sides}\n`);
		}
		return ExitCode.interrupted;
	}
	printGateResult(outcome.result, home, args, io);
	reportMeasured(outcome, io);
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
	for (const summary of outcome.summaries) printRun(summary, home, args, io);
	reportMeasured(outcome, io);
	assertUp(outcome);
	if (outcome.interrupted) return ExitCode.interrupted;
	assertAnswered(outcome.measured);
	for (const { run } of outcome.measured) if (args.name !== undefined) home.tag(args.name, run.id);
	return ExitCode.ok;
}
