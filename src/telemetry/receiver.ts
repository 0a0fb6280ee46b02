import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, SpangateError } from '../errors.ts';
import type { TraceRequest } from './otlp-json.ts';
import { IncomingBodies } from './request-body.ts';
import { defaultLimits, type ReceiverLimits } from './request-limits.ts';
import { answer, type Exchange } from './trace-endpoint.ts';

/** Where apps in other processes send their spans: OTLP/HTTP, in JSON or protobuf. */
export interface Receiver {
	/** The base URL, for OTEL_EXPORTER_OTLP_ENDPOINT; one that can be reached from this machine. */
	readonly endpoint: string;
	/** Spans that belong to no trial of ours: counted and not kept. */
	unknownSpans(): number;
	/** The last refusal of a whole request, or of spans that cannot be used, if there was one. */
	lastRefusal(): string | undefined;
	close(): Promise<void>;
}

/** A run as the receiver sees it: it takes the spans of its trials and gives their number. */
export interface SpanTaker {
	addRequest(request: TraceRequest): number;
}

/** Where to listen: loopback and a free port (0) unless told otherwise. */
export interface ReceiverOptions {
	readonly host?: string;
	readonly port?: number;
	readonly limits?: Partial<ReceiverLimits>;
}

/** Kept open for longer than the 5 s between the batches of a stock exporter, which else meets a closing connection. */
const keepAliveMs = 65_000;

/**
 * Listens until closed; a span joins the trial with its trace id, whichever run that is of (`runs` may still grow).
 * An address that cannot be listened on is a `config` error.
 */
export async function startReceiver(
	runs: readonly SpanTaker[],
	{ host = '127.0.0.1', port = 0, limits: given }: ReceiverOptions = {},
): Promise<Receiver> {
	const limits = { ...defaultLimits, ...given };
	let unknown = 0;
	let lastRefusal: string | undefined;
	const exchange: Exchange = {
		bodies: new IncomingBodies(limits),
		receive: (request, spans) => {
			const left = runs.reduce((rest, run) => rest - run.addRequest(request), spans);
			unknown += left;
			return left;
		},
		onRefused: (reason) => {
			lastRefusal = reason;
		},
	};
	const server = createServer(
		{
			headersTimeout: limits.headersMs,
			requestTimeout: limits.requestMs,
			keepAliveTimeout: keepAliveMs,
			connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
		},
		(request, response) => void answer(request, response, exchange),
	);
	server.maxConnections = limits.connections;
	await listen(server, host, port);
	return {
		endpoint: endpointOf(server.address() as AddressInfo),
		unknownSpans: () => unknown,
		lastRefusal: () => lastRefusal,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

/** What stands for every address of the machine is reached over loopback. */
function endpointOf({ address, family, port }: AddressInfo): string {
	if (family === 'IPv6') return `http://[${address === '::' ? '::1' : address}]:${port}`;
	return `http://${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
	EADDRINUSE: 'the port is in use',
	EACCES: 'this user may not listen there',
	EADDRNOTAVAIL: 'this machine does not have that address',
	ENOTFOUND: 'there is no host of that name',
};

function listen(server: Server, host: string, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const reason = reasons[error.code ?? ''] ?? messageOf(error);
			reject(
				new SpangateError('config', `cannot receive spans on ${host}:${port}: ${reason}`, {
					hint: 'Choose another address, or leave it out: then a free port of loopback is taken.',
					cause: error,
				}),
			);
		});
		server.listen({ host, port }, resolve);
	});
}
