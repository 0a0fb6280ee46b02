import { expect, it } from 'vitest';
import { backendAddress } from '../../src/backends/backend.ts';
import { jaeger } from '../../src/backends/jaeger.ts';
import { tempoTraces } from '../../src/backends/tempo-traces.ts';
import { answerHttp } from '../support/http-answers.ts';
import { traceBackendContract, traceId } from './trace-backend.contract.ts';

traceBackendContract({
	name: 'Jaeger',
	create: jaeger,
	path: (id) => `/api/v3/traces/${id}?raw_traces=true`,
	fixture: 'jaeger-shape.json',
	absent: { status: 404, body: '{"error":{"httpCode":404,"message":"No traces found"}}\n' },
	variable: 'SPANGATE_JAEGER_HEADERS',
});

traceBackendContract({
	name: 'Tempo',
	create: tempoTraces,
	path: (id) => `/api/v2/traces/${id}`,
	fixture: 'tempo-shape.json',
	absent: { body: '{"trace":{},"metrics":{"inspectedBytes":"0"}}' },
	variable: 'SPANGATE_TEMPO_HEADERS',
});

it('Tempo’s word that a trace is larger than it gives is passed on', async () => {
	const message = 'Trace exceeds maximum size of 5000000 bytes, a partial trace is returned';
	const body = JSON.stringify({ trace: {}, status: 'PARTIAL', message });
	const tempo = await answerHttp(() => ({ body }));
	const read = tempoTraces(backendAddress('Tempo', tempo.url, {})).read(traceId);
	expect(await read).toMatchObject({ partial: message });
});

it('an answer without any field is a trace that Tempo does not have, as protobuf leaves out what is empty', async () => {
	const tempo = await answerHttp(() => ({ body: '{}' }));
	expect(await tempoTraces(backendAddress('Tempo', tempo.url, {})).read(traceId)).toBeUndefined();
});

it('a trace that an access policy hides is one that Tempo does not have', async () => {
	const tempo = await answerHttp(() => ({ status: 404 }));
	expect(await tempoTraces(backendAddress('Tempo', tempo.url, {})).read(traceId)).toBeUndefined();
});
