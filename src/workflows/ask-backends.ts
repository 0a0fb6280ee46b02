import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { BackendAddress } from '../backends/backend.ts';
import type { Gate } from '../gate/rule.ts';
import { sameQuery } from '../gate/same-query.ts';
import { Answer, type Reading, type RemoteQuery, type Source } from '../model/answer.ts';
import { RecordFile } from '../record/files.ts';
import { readRecord } from '../record/reader.ts';

/** The backends that a gate's rules may ask. */
export type Backends = Readonly<Partial<Record<Source, BackendAddress>>>;

/**
 * What backends say to the gate's rules as of a time, each query once: asked now of a backend that was named, else
 * the answer that the candidate's `verdict.json` keeps of the very same query and time.
 */
export async function askBackends(
	gate: Gate,
	evaluatedAt: string,
	folder: string,
	backends: Backends | undefined,
): Promise<Answer[]> {
	const queries: RemoteQuery[] = [];
	for (const rule of gate.rules) {
		if (!('remote' in rule)) continue;
		const { query } = rule.remote;
		if (!queries.some((each) => sameQuery(each, query))) queries.push(query);
	}
	if (queries.length === 0) return [];
	const ask = await openBackends(backends);
	const kept = queries.every(({ source }) => backends?.[source]) ? [] : keptAnswers(folder);
	const answers = await Promise.all(
		queries.map(async (query): Promise<Answer | undefined> => {
			const reading = await ask(query, evaluatedAt);
			const url = backends?.[query.source]?.url;
			if (reading !== undefined && url !== undefined) return { query, url, evaluatedAt, reading };
			return kept.find((each) => each.evaluatedAt === evaluatedAt && sameQuery(each.query, query));
		}),
	);
	return answers.filter((answer) => answer !== undefined);
}

/** Loads the clients of the backends that were named; gives what asks them, or nothing of one that was not. */
async function openBackends(
	backends: Backends | undefined,
): Promise<(query: RemoteQuery, evaluatedAt: string) => Promise<Reading> | undefined> {
	const prometheus =
		backends?.prometheus && (await import('../backends/prometheus.ts')).prometheus(backends.prometheus);
	const tempo = backends?.tempo && (await import('../backends/tempo.ts')).tempo(backends.tempo);
	return (query, evaluatedAt) =>
		query.source === 'prometheus' ? prometheus?.ask(query, evaluatedAt) : tempo?.ask(query, evaluatedAt);
}

/** Of `verdict.json` the answers alone are read: the rest of a verdict is made again. */
const Kept = z.object({ answers: z.array(Answer).default([]) });

/** The answers that the candidate's `verdict.json` keeps besides these: to other queries, or as of another time. */
export function otherAnswers(folder: string, answers: readonly Answer[]): Answer[] {
	const isThere = (kept: Answer) =>
		answers.some((each) => each.evaluatedAt === kept.evaluatedAt && sameQuery(each.query, kept.query));
	return keptAnswers(folder).filter((kept) => !isThere(kept));
}

function keptAnswers(folder: string): Answer[] {
	const file = join(folder, RecordFile.verdict);
	return existsSync(file) ? readRecord(Kept, file).answers : [];
}
