import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf } from '../errors.ts';
import { spansOf, TraceRequest } from './otlp-json.ts';
import type { RunSpans } from './run-spans.ts';

/** Where apps in other processes send their spans: OTLP/HTTP in its JSON form, on a free loopback port. */
export interface Receiver {
	/** The base URL, for OTEL_EXPORTER_OTLP_ENDPOINT. */
	readonly endpoint: string;
	/** Spans that belong to no open trial: counted and not kept. */
	unknownSpans(): number;
	/** The last refusal of a request that could not be read (not OTLP/JSON, too large), if there was one. */
	lastRefusal(): string | undefined;
	close(): Promise<void>;
}

const maxBodyBytes = 16 * 1024 * 1024;

/** Listens until closed; a span joins the trial with its trace id, whichever run that is of. */
export async function startReceiver(runs: readonly RunSpans[]): Promise<Receiver> {
	let unknown = 0;
	let lastRefusal: string | undefined;
	const receive = (request: TraceRequest): number => {
		let left = spansOf(request).length;
		for (const run of runs) left -= run.addRequest(request);
		unknown += left;
		return left;
	};
	const server = createServer((request, response) => {
		void handle(request, receive)
			.catch((error) => refusal(400, `not OTLP/JSON: ${messageOf(error)}`))
			.then((reply) => {
				if (reply.refused !== undefined) lastRefusal = `${reply.status} ${reply.refused}`;
				send(response, reply);
			});
	});
	const port = await listen(server);
	return {
		endpoint: `http://127.0.0.1:${port}`,
		unknownSpans: () => unknown,
		lastRefusal: () => lastRefusal,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

interface Reply {
	readonly status: number;
	readonly body: unknown;
	/** Why the whole request was refused. */
	readonly refused?: string;
}

function refusal(status: number, message: string): Reply {
	return { status, body: { message }, refused: message };
}

const tooLarge = refusal(413, `expected at most ${maxBodyBytes} bytes`);

async function handle(request: IncomingMessage, receive: (request: TraceRequest) => number): Promise<Reply> {
	if (request.url !== '/v1/traces') return refusal(404, 'expected POST /v1/traces');
	if (request.method !== 'POST') return refusal(405, 'expected POST');
	if (!request.headers['content-type']?.startsWith('application/json')) {
		return refusal(
			415,
			'expected OTLP/JSON (OTEL_EXPORTER_OTLP_PROTOCOL=http/json), content-type application/json',
		);
	}
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		size += chunk.length;
		if (size > maxBodyBytes) return tooLarge;
		chunks.push(chunk);
	}
	const raw = Buffer.concat(chunks);
	let json = raw;
	if (request.headers['content-encoding'] === 'gzip') {
		try {
			json = await promisify(gunzip)(raw, { maxOutputLength: maxBodyBytes });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge;
			throw error;
		}
	}
	const parsed = TraceRequest.safeParse(JSON.parse(json.toString('utf8')));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		return refusal(400, `not OTLP/JSON: ${issue?.path.join('.')}: ${issue?.message}`);
	}
	const rejectedSpans = receive(parsed.data);
	if (rejectedSpans === 0) return { status: 200, body: {} };
	const errorMessage = 'spans of traces that no running trial has';
	return { status: 200, body: { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } } };
}

function send(response: ServerResponse, { status, body }: Reply): void {
	response.writeHead(status, {
		'content-type': 'application/json',
		...(status === 413 && { connection: 'close' }),
	});
	response.end(JSON.stringify(body));
}

async function listen(server: Server): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port from the system');
	return address.port;
}
