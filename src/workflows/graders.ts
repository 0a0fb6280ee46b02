import type { Suite } from '../suite/suite.ts';

/** Readies every scorer and check of a suite, so that no answer waits for what they load; throws what one lacks. */
export async function prepareGraders(
	{ scorers, checks }: Suite,
	env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
	const costOf = () => undefined;
	for (const { name, scorer } of scorers) await scorer.prepare?.({ name, env, costOf });
	for (const { name, check } of checks) await check.prepare?.({ name, env, costOf });
}

/** Ends what they opened. */
export async function closeGraders({ scorers, checks }: Suite): Promise<void> {
	await Promise.allSettled([
		...scorers.map(({ scorer }) => scorer.close?.()),
		...checks.map(({ check }) => check.close?.()),
	]);
}
