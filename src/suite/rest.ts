import { z } from 'zod';
import { checkKinds } from '../checks/index.ts';
import type { Problems } from '../config/problems.ts';
import { scorerKinds } from '../scorers/index.ts';
import { targetKinds } from '../targets/index.ts';
import type { Entries } from './entries.ts';
import { readQuestions } from './questions.ts';
import { CheckCommon, ScorerCommon, TargetCommon } from './schema.ts';

const Keyed = z.record(z.string(), z.unknown());
const Entry = z.looseObject({ use: z.string() });

/** Tells what is wrong with the parts of a suite.yaml that are right in themselves, where others are not. */
export function tellRest(value: unknown, error: z.ZodError, entries: Entries, problems: Problems): void {
	const wrong = new Set(error.issues.flatMap(({ path }) => [path.slice(0, 1), path.slice(0, 2)].map(nameOf)));
	const suite = Keyed.safeParse(value).data ?? {};
	const lists: readonly [string, Readonly<Record<string, { options: z.ZodType }>>, object][] = [
		['scorers', scorerKinds, ScorerCommon],
		['checks', checkKinds, CheckCommon],
	];
	for (const [list, kinds, common] of lists) {
		for (const [index, entry] of (z.array(z.unknown()).safeParse(suite[list]).data ?? []).entries()) {
			const at = [list, index];
			const { data } = Entry.safeParse(entry);
			if (data !== undefined && !wrong.has(nameOf(at))) entries.options(data, at, kinds, common);
		}
	}
	for (const [name, entry] of Object.entries(Keyed.safeParse(suite.targets).data ?? {})) {
		const at = ['targets', name];
		const { data } = Entry.safeParse(entry);
		if (data === undefined || wrong.has(nameOf(at))) continue;
		const options = entries.options(data, at, targetKinds, TargetCommon);
		if (options !== undefined) entries.filesExist(at, options.kind.files?.(options.value));
	}
	const isFile = (key: 'gate' | 'questions') => typeof suite[key] === 'string' && !wrong.has(key);
	if (isFile('gate')) entries.fileExists(['gate'], String(suite.gate));
	if (isFile('questions') && entries.fileExists(['questions'], String(suite.questions)))
		readQuestions(entries.pathOf(String(suite.questions)), problems);
}

function nameOf(path: readonly PropertyKey[]): string {
	return path.map(String).join('\n');
}
