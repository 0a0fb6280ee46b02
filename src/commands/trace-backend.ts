import type { TraceBackend } from '../backends/backend.ts';
import type { Io } from './io.ts';

/** Where traces are read back from; also SPANGATE_JAEGER and SPANGATE_TEMPO. */
export const traceBackendFlags = {
	jaeger: { type: 'string', describe: 'The URL of Jaeger’s query API, e.g. http://localhost:16686' },
	tempo: { type: 'string', describe: 'The URL of Tempo’s API, e.g. http://localhost:3200' },
} as const;

/** Where the two are when `docker compose up` started them. */
export const defaultUrls = { jaeger: 'http://localhost:16686', tempo: 'http://localhost:3200' } as const;

/** A backend that was named, and whether by its flag or by its variable, which other commands read too. */
interface NamedBackend {
	readonly kind: keyof typeof defaultUrls;
	readonly url: string;
	readonly byFlag: boolean;
}

/** The backends that are named: what a flag names counts before what only the environment does. */
export function namedBackends(
	args: { readonly [kind in keyof typeof defaultUrls]?: string | undefined },
	env: Io['env'],
): readonly NamedBackend[] {
	const named = (['jaeger', 'tempo'] as const).flatMap((kind): NamedBackend[] => {
		const url = args[kind];
		return url === undefined ? [] : [{ kind, url, byFlag: url !== env[`SPANGATE_${kind.toUpperCase()}`] }];
	});
	const byFlag = named.filter((each) => each.byFlag);
	return byFlag.length > 0 ? byFlag : named;
}

/** The client of a backend, loaded when it is asked for; its headers come from SPANGATE_JAEGER_HEADERS or SPANGATE_TEMPO_HEADERS. */
export async function traceBackend(
	kind: keyof typeof defaultUrls,
	url: string,
	env: Io['env'],
): Promise<TraceBackend> {
	const { backendAddress } = await import('../backends/backend.ts');
	switch (kind) {
		case 'jaeger':
			return (await import('../backends/jaeger.ts')).jaeger(backendAddress('Jaeger', url, env));
		case 'tempo':
			return (await import('../backends/tempo-traces.ts')).tempoTraces(backendAddress('Tempo', url, env));
	}
}
