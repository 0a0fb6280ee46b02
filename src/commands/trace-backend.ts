import type { TraceBackend } from '../backends/backend.ts';
import type { Io } from './io.ts';

/** Where traces are read back from; also SPANGATE_JAEGER and SPANGATE_TEMPO. */
export const traceBackendFlags = {
	jaeger: { type: 'string', describe: 'The URL of Jaeger’s query API, e.g. http://localhost:16686' },
	tempo: { type: 'string', describe: 'The URL of Tempo’s API, e.g. http://localhost:3200' },
} as const;

/** Where the two are when `docker compose up` started them. */
export const defaultUrls = { jaeger: 'http://localhost:16686', tempo: 'http://localhost:3200' } as const;

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
