import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** What a server says to a request; `tear` breaks the connection in the middle of the body, `hang` never answers. */
export type HttpAnswer =
	| {
			readonly status?: number;
			readonly body?: string;
			readonly headers?: Readonly<Record<string, string>>;
	  }
	| 'tear'
	| 'hang';

/** An HTTP server on a free port of loopback that notes what it was asked. */
export interface HttpAnswers {
	readonly url: string;
	readonly port: number;
	readonly requests: readonly Pick<IncomingMessage, 'url' | 'headers' | 'method'>[];
	/** The most requests that were under way at once. */
	mostAtOnce(): number;
	close(): Promise<void>;
}

/** Listens until the file's tests are over. */
export async function answerHttp(
	answer: (request: IncomingMessage, index: number) => HttpAnswer | Promise<HttpAnswer>,
): Promise<HttpAnswers> {
	const requests: IncomingMessage[] = [];
	let underWay = 0;
	let most = 0;
	const server: Server = createServer(async (request, response) => {
		const index = requests.push(request) - 1;
		most = Math.max(most, ++underWay);
		response.once('close', () => underWay--);
		const given = await answer(request, index);
		if (given === 'hang') return;
		if (given === 'tear') {
			response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
			return;
		}
		response.writeHead(given.status ?? 200, given.headers ?? {}).end(given.body ?? '');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	afterAll(close);
	return { url: `http://127.0.0.1:${port}`, port, requests, mostAtOnce: () => most, close };
}
