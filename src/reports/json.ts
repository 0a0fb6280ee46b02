import { schemaVersion } from '../model/run.ts';
import type { GateResult, RunSummary } from '../model/verdict.ts';

/** The one object that `--json` prints and `verdict.json` holds, with a line break at its end. */
export function jsonGateResult(result: GateResult): string {
	return `${JSON.stringify(result, undefined, '\t')}\n`;
}

/** A single run's object, as `run --json` prints it. */
export function jsonRun(summary: RunSummary): string {
	return `${JSON.stringify({ schemaVersion, ...summary }, undefined, '\t')}\n`;
}
