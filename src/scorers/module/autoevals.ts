import { resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, SpangateError } from '../../errors.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Grade } from '../../model/trial.ts';
import { beginningOf } from '../../text.ts';

/** What a scorer of the `autoevals` shape returns: https://github.com/braintrustdata/autoevals, js/score.ts. */
const AutoevalsScore = z.looseObject({
	name: z.string(),
	score: z.number().nullable(),
	metadata: z.record(z.string(), z.unknown()).nullish(),
	error: z.unknown().optional(),
});

type AutoevalsScorer = (args: Readonly<Record<string, unknown>>) => unknown;

/** The function that a module exports by this name; one that is not there is a config error that lists what is. */
export function namedExport(
	module: Readonly<Record<string, unknown>>,
	name: string,
	{ folder, path }: { folder: string; path: string },
): AutoevalsScorer {
	const exported = Object.hasOwn(module, name) ? module[name] : undefined;
	if (typeof exported === 'function') return exported as AutoevalsScorer;
	const functions = Object.keys(module)
		.filter((key) => typeof module[key] === 'function')
		.sort();
	throw new SpangateError(
		'config',
		`${resolve(folder, path)}: no function is exported as "${name}"; expected one of: ${functions.join(', ') || '(it exports none)'}`,
	);
}

/**
 * Scores evidence by a function of the `autoevals` shape, which is given `input`, `output`, `expected`
 * (`expected.answer`) and the settings. A null score, which is skipped there, throws: nothing was measured.
 */
export async function scoreByAutoevals(
	scorer: AutoevalsScorer,
	{ question, answer }: Evidence,
	settings: Readonly<Record<string, unknown>>,
): Promise<Grade> {
	const expected = question.expected?.answer;
	const result = await scorer({
		...settings,
		input: question.input,
		output: answer.output,
		...(expected !== undefined && { expected }),
	});
	const parsed = AutoevalsScore.safeParse(result);
	if (!parsed.success) {
		throw new TypeError(
			`it returned ${messageOf(result ?? String(result))}; expected { name, score, metadata } as autoevals returns it`,
		);
	}
	const { score, metadata, error } = parsed.data;
	if (error !== undefined && error !== null) throw new Error(messageOf(error));
	if (score === null) throw new Error('it gave a null score: there was nothing that it could grade');
	const reason = reasonOf(metadata ?? {});
	return reason === undefined ? { value: score } : { value: score, reason };
}

/** What a classifier of autoevals says of its choice, else all that it tells. */
function reasonOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
	if (typeof metadata.rationale === 'string') return metadata.rationale;
	if (Object.keys(metadata).length === 0) return undefined;
	return beginningOf(messageOf(metadata), 500);
}
