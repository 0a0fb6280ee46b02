import { backendAddress } from '../backends/backend.ts';
import type { Backends } from '../workflows/ask-backends.ts';
import { milliseconds } from './command.ts';
import type { Io } from './io.ts';

/** The flags of `backendFlags` as yargs gives them. */
export interface BackendArgs {
	readonly prometheus?: string | undefined;
	readonly tempo?: string | undefined;
	readonly 'backend-timeout': number;
}

/** The backends that the flags name, with the credentials that the environment holds for them. */
export function backendsOf(args: BackendArgs, { env }: Pick<Io, 'env'>): Backends {
	const { prometheus, tempo } = args;
	const timeoutMs = milliseconds('backend-timeout', args['backend-timeout']);
	const address = (name: string, url: string) => ({ ...backendAddress(name, url, env), timeoutMs });
	return {
		...(prometheus !== undefined && { prometheus: address('Prometheus', prometheus) }),
		...(tempo !== undefined && { tempo: address('Tempo', tempo) }),
	};
}
