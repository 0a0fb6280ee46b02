import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { createTarget } from './assistant.ts';
import { startTelemetry } from './otel.ts';

const Asked = z.object({ id: z.string().min(1), input: z.string().min(1) });

const stopTelemetry = startTelemetry(process.env);
const assistant = createTarget(JSON.parse(process.env.ASSISTANT_SETTINGS ?? '{}'));
const server = createServer((request, response) => {
	handle(request, response).catch((error: unknown) => {
		console.error(error);
		send(response, 500, { error: 'internal error' });
	});
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
console.log('listening on', server.address());

process.once('SIGTERM', async () => {
	server.close();
	await once(server, 'close');
	await stopTelemetry();
});

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const route = `${request.method} ${request.url}`;
	if (route === 'GET /healthz') return send(response, 200, { status: 'ready' });
	if (route !== 'POST /answer') return send(response, 404, { error: `no such route: ${route}` });
	const asked = Asked.safeParse(await json(request).catch(() => undefined));
	if (!asked.success) return send(response, 400, { error: `bad body: ${z.prettifyError(asked.error)}` });
	const gone = new AbortController();
	response.once('close', () => gone.abort());
	return send(response, 200, await assistant.answer(asked.data, { signal: gone.signal }));
}

function send(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}
