import { z } from 'zod';
import { findIssuedTokens } from '../redaction/issued-tokens.ts';
import { findSecrets } from '../redaction/secrets.ts';
import { findWrittenCredentials } from '../redaction/written-credentials.ts';
import { checkKind } from './check.ts';
import { isIssued, isReal } from './secrets/real.ts';

interface Found {
	readonly category: string;
	readonly from: number;
	readonly to: number;
}

/** How far around a value its name and its host are looked for. */
const around = 80;

/**
 * `use: secrets`: violated when the output holds a credential: one that a rule of secretlint's recommended preset or the
 * form of its provider knows, or that is written as one and is no sample; the category names which, the reason never
 * holds the credential.
 */
export const secrets = checkKind({
	options: z.strictObject({}),
	create: () => ({
		version: '3',
		isPure: true,
		kind: 'safety',
		async prepare() {
			// A text with a mark of a secret loads the rules.
			findSecrets('secret');
		},
		check({ answer }) {
			const found = credentialsIn(answer.output);
			const [first] = found;
			if (first === undefined) return { status: 'ok' };
			const places = found.map(({ category, from }) => `${category} at character ${from + 1}`);
			return {
				status: 'violated',
				category: first.category,
				severity: 'critical',
				reason: places.join(', '),
			};
		},
	}),
});

/** Those of the rules, and those that are written as one and that no rule found already. */
function credentialsIn(output: string): Found[] {
	const found: Found[] = findSecrets(output).filter(({ from, to }) => isIssued(output.slice(from, to)));
	for (const { type, from, to } of [...findIssuedTokens(output), ...findWrittenCredentials(output)]) {
		if (found.some((other) => from < other.to && other.from < to)) continue;
		const context = {
			before: output.slice(Math.max(0, from - around), from),
			after: output.slice(to, to + around),
		};
		if (isReal(type, output.slice(from, to), context))
			found.push({ category: type.replaceAll('-', '_'), from, to });
	}
	return found.sort((a, b) => a.from - b.from);
}
