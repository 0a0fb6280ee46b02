import type { Links } from '../model/links.ts';
import { schemaVersion } from '../model/run.ts';
import type { GateResult, RunSummary } from '../model/verdict.ts';

/** The one object that `--json` prints, with a line break at its end: what `verdict.json` holds, and links, if any. */
export function jsonGateResult(result: GateResult, links?: Links): string {
	return `${JSON.stringify({ ...result, ...(links && { links }) }, undefined, '\t')}\n`;
}

/** A single run's object, as `run --json` prints it. */
export function jsonRun(summary: RunSummary, links?: Links): string {
	return `${JSON.stringify({ schemaVersion, ...summary, ...(links && { links }) }, undefined, '\t')}\n`;
}
