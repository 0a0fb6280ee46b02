import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { callOptions } from '../calls/options.ts';

/** Options that change how a model is reached, not what it is asked. */
const operational = new Set([...Object.keys(callOptions), 'apiKeyEnv', 'headers', 'provider']);

/**
 * The version of what asks a model: its own number and a digest of its prompts and of every option that can change what
 * it says, the model and where it is served included.
 */
export function versionOfJudge(
	number: number,
	prompts: readonly string[],
	options: Readonly<Record<string, unknown>>,
): string {
	const said = Object.entries(options).filter(([key]) => !operational.has(key));
	const text = canonicalize({ prompts, options: Object.fromEntries(said) }) ?? '';
	return `${number}-sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
