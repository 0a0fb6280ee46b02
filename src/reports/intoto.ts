import type { GateResult, Verdict } from '../model/verdict.ts';

const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://in-toto.io/attestation/test-result/v0.1';

/**
 * The test result of each verdict. The predicate knows no "cannot tell", and its WARNED means passed with warnings:
 * what is INCONCLUSIVE must not deploy, so a policy that reads this statement alone has to read a failure.
 */
const results = {
	DEPLOY: 'PASSED',
	'NO-DEPLOY': 'FAILED',
	INCONCLUSIVE: 'FAILED',
} as const satisfies Record<Verdict['outcome'], string>;

/**
 * The verdict as an unsigned in-toto Statement v1 with a test-result v0.1 predicate, ready for a signer: about the
 * candidate's record (the sha256 of its trials), judged by gate file, suite and the baseline's record. A rule that did
 * not pass is failed when it is critical and warned of when it is advisory; one that passed by a waiver is warned of,
 * too. The same result gives the same bytes. Throws when the result has no digest of the candidate's record.
 */
export function intotoStatement({ suite, baseline, candidate, verdict, digests }: GateResult): string {
	const waived = verdict.rules.filter(({ waiver }) => waiver?.state === 'in force');
	const names = (list: 'passed' | 'warned' | 'failed') =>
		verdict.rules.filter((rule) => listOf(rule) === list).map(({ id }) => id);
	const url = candidate.run.ci?.url;
	const statement = {
		_type: statementType,
		subject: [resource(`spangate:run/${candidate.run.id}`, digests.candidate)],
		predicateType,
		predicate: {
			result: results[verdict.outcome],
			configuration: [
				resource('spangate:gate', digests.gate),
				resource(`spangate:suite/${suite.name}`, suite.digest),
				...('missing' in baseline
					? []
					: [
							{
								...resource(`spangate:run/${baseline.run.id}`, digests.baseline),
								annotations: { role: 'baseline' },
							},
						]),
			],
			...(url !== undefined && { url }),
			passedTests: names('passed'),
			warnedTests: names('warned'),
			failedTests: names('failed'),
			// An extension field, as the specification's parsing rules allow: it may add to the others, never change them.
			spangate: {
				verdict: verdict.outcome,
				evaluatedAt: verdict.evaluatedAt,
				...(waived.length > 0 && { waivers: waived.map(({ id, waiver }) => ({ rule: id, ...waiver })) }),
			},
		},
	};
	return `${JSON.stringify(statement, undefined, '\t')}\n`;
}

function listOf({ outcome, tier, waiver }: Verdict['rules'][number]): 'passed' | 'warned' | 'failed' {
	if (outcome === 'pass') return waiver?.used ? 'warned' : 'passed';
	return tier === 'advisory' ? 'warned' : 'failed';
}

function resource(name: string, digest: string | undefined) {
	const hex = /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1];
	// A descriptor without a digest binds the statement to nothing.
	if (hex === undefined) throw new Error(`${name}: "${digest}" is no sha256 digest`);
	return { name, digest: { sha256: hex } };
}
