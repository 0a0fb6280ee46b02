import { SpangateError } from '../errors.ts';
import { ContentMode, strictest } from '../model/content.ts';
import { Credentials } from '../redaction/credentials.ts';
import type { Suite } from '../suite/suite.ts';
import { variableOf } from './environment.ts';
import type { Io } from './io.ts';

/** How much of the content records hold: the least that the suite, the flag and the environment each allow. */
export function contentOf(flag: string | undefined, suite: Pick<Suite, 'content'>, io: Io): ContentMode {
	const variable = variableOf('content');
	const set = io.env[variable];
	const modes = [suite.content];
	// A flag stands in for the variable elsewhere; here it must not let through what the variable holds back.
	if (set !== undefined && set !== '') modes.push(modeOf(`${variable}=`, set));
	if (flag !== undefined) modes.push(modeOf('--content ', flag));
	const mode = strictest(modes);
	if (flag !== undefined && flag !== mode) {
		io.stderr.write(
			`content: ${mode}, as the suite or ${variable} says; --content ${flag} can only hold more back\n`,
		);
	}
	if (io.guard !== undefined) io.guard.mode = mode;
	return mode;
}

/** What may never be told: credentials in the environment, and those that the suite holds or names. */
export function credentialsOf({ snapshot, secretEnv }: Suite, { env, ...io }: Io): Credentials {
	// The terminal's own, so that what a suite holds is printed nowhere either.
	const credentials = io.guard?.credentials ?? Credentials.ofEnvironment(env);
	credentials.addSuite(snapshot, secretEnv, env);
	return credentials;
}

function modeOf(where: string, text: string): ContentMode {
	const parsed = ContentMode.safeParse(text);
	if (parsed.success) return parsed.data;
	throw new SpangateError('usage', `${where}${text}: expected full, redacted or none`);
}
