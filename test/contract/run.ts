import { checkKinds } from '../../src/checks/index.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Grade, Judgement } from '../../src/model/trial.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import type { Scorer } from '../../src/scorers/scorer.ts';
import { context, folder, start } from './evidence.ts';

/** A scorer of the registry, made from options as the suite loader makes it. */
export async function scorer(use: string, options: object = {}): Promise<Scorer> {
	const kind = scorerKinds[use];
	if (kind === undefined) throw new Error(`no scorer "${use}"`);
	const made = await kind.create(kind.options.parse(options), folder);
	await made.prepare?.(start);
	return made;
}

/** The grade that a scorer of the registry gives. */
export async function grade(use: string, options: object, given: Evidence): Promise<Grade> {
	return (await scorer(use, options)).score(given, context);
}

/** The judgement that a check of the registry makes. */
export async function judge(use: string, options: object, given: Evidence): Promise<Judgement> {
	const kind = checkKinds[use];
	if (kind === undefined) throw new Error(`no check "${use}"`);
	const made = await kind.create(kind.options.parse(options), folder);
	await made.prepare?.(start);
	return made.check(given, context);
}

/** The messages with which a kind's schema refuses options; empty when it takes them. */
export function refusals(
	kinds: Readonly<Record<string, { options: Schema }>>,
	use: string,
	options: unknown,
): string[] {
	const parsed = kinds[use]?.options.safeParse(options);
	return parsed?.error?.issues.map(({ message }) => message) ?? [];
}

interface Schema {
	safeParse(value: unknown): { error?: { issues: readonly { message: string }[] } | undefined };
}
