import type { Circuit } from '../calls/circuit.ts';
import type { GraderStart } from '../judges/endpoint.ts';
import { costOf } from '../llm/prices.ts';
import type { Suite } from '../suite/suite.ts';

/**
 * Readies every scorer and check of a suite, so that no answer waits for what they load; throws what one lacks. Gives what
 * tells when an endpoint that they ask is down.
 */
export async function prepareGraders(
	{ scorers, checks, prices }: Suite,
	env: GraderStart['env'],
): Promise<readonly Circuit[]> {
	const circuits: Circuit[] = [];
	const shared = {
		env,
		costOf: (model, usage) => costOf(usage, model, prices ?? {}),
		watch: (circuit) => void circuits.push(circuit),
	} satisfies Omit<GraderStart, 'name'>;
	for (const { name, scorer } of scorers) await scorer.prepare?.({ ...shared, name: `scorer "${name}"` });
	for (const { name, check } of checks) await check.prepare?.({ ...shared, name: `check "${name}"` });
	return circuits;
}

/** Ends what they opened. */
export async function closeGraders({ scorers, checks }: Suite): Promise<void> {
	await Promise.allSettled([
		...scorers.map(({ scorer }) => scorer.close?.()),
		...checks.map(({ check }) => check.close?.()),
	]);
}
