import { SpangateError } from '../errors.ts';
import { readGateText } from '../files/read-text.ts';
import { decide } from '../gate/gate.ts';
import { parseGate } from '../gate/rules.ts';
import { samplesFor } from '../gate/wants.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import { keepAsBaseline, keepAsCandidate } from '../metrics/keep.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';
import type { GateResult } from '../model/verdict.ts';
import { readDelivery } from '../record/delivery.ts';
import type { Home } from '../record/home.ts';
import { readGateSnapshot } from '../record/reader.ts';
import { digestOfText } from '../suite/digest.ts';
import { packageVersion } from '../version.ts';
import { askBackends, type Backends } from './ask-backends.ts';
import { type ReadRecord, readFactsAndDigest } from './read-facts.ts';
import { readPair } from './read-pair.ts';

/** Which stored runs to judge and by what. */
export interface GateRequest {
	readonly home: Home;
	readonly candidate: Run;
	/** The baseline's reference; without one, the candidate's partner, else the tag `baseline`. */
	readonly baseline?: string | undefined;
	/** A gate file that stands in for the snapshot in the candidate's record. */
	readonly gateFile?: string | undefined;
	/** The time that the verdict is judged at; by default the candidate's end. */
	readonly at?: string | undefined;
	/** The backends to ask; for one that is not named, what it answered before is read from the record. */
	readonly backends?: Backends | undefined;
}

/**
 * Makes a verdict from records, and from what backends say where they are named: the same records, answers, gate
 * file and time give the same bytes.
 */
export async function gateRuns(request: GateRequest): Promise<GateResult> {
	const { home, candidate } = request;
	const { file, text } = gateText(request);
	const gate = parseGate(text, file, metricCatalogue(candidate));
	const found = findBaseline(request);
	const digests: Record<string, string> = { gate: digestOfText(text) };
	const folders = { candidate: home.runFolder(candidate.id), baseline: '' };
	const samples = samplesFor(gate, candidate);
	const judged = { run: candidate, folder: folders.candidate, keep: keepAsCandidate(samples) };
	let baseline: RunFacts | { missing: string };
	let read: ReadRecord;
	if ('missing' in found) {
		baseline = found;
		read = await readFactsAndDigest(judged);
	} else {
		if (found.id === candidate.id) {
			throw new SpangateError('usage', `run ${candidate.id} cannot be its own baseline`);
		}
		folders.baseline = home.runFolder(found.id);
		const pair = await readPair(
			{ run: found, folder: folders.baseline, keep: keepAsBaseline(samples) },
			judged,
		);
		baseline = pair.baseline.facts;
		digests.baseline = pair.baseline.digest;
		read = pair.candidate;
	}
	digests.candidate = read.digest;
	const evaluatedAt = request.at ?? candidate.endedAt ?? candidate.startedAt;
	return decide({
		gate,
		candidate: read.facts,
		baseline,
		...(gate.validity.spans !== undefined && {
			deliveries: {
				candidate: readDelivery(folders.candidate),
				baseline: 'missing' in baseline ? undefined : readDelivery(folders.baseline),
			},
		}),
		answers: await askBackends(gate, evaluatedAt, folders.candidate, request.backends),
		evaluatedAt,
		digests,
		spangate: packageVersion(),
	});
}

function gateText({ home, candidate, gateFile }: GateRequest): { file: string; text: string } {
	if (gateFile !== undefined) return { file: gateFile, text: readGateText(gateFile) };
	const snapshot = readGateSnapshot(home.runFolder(candidate.id));
	if (snapshot === undefined) {
		throw new SpangateError(
			'config',
			`run ${candidate.id} was made without a gate file, so nothing says what to judge`,
			{
				hint: 'Name one with --gate, or set `gate:` in the suite and run it again.',
			},
		);
	}
	return snapshot;
}

function findBaseline({ home, candidate, baseline }: GateRequest): Run | { missing: string } {
	if (baseline !== undefined) return home.resolve(baseline);
	// A baseline of a pair has its candidate as partner; judged by itself it has none.
	if (candidate.partner !== undefined && candidate.role === 'candidate')
		return home.resolve(candidate.partner);
	if (home.tags().has('baseline')) return home.resolve('@baseline');
	return { missing: 'the run has no partner, and no run bears the tag "baseline" (see `spangate promote`)' };
}
