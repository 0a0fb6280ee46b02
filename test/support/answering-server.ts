import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** What a request is answered with: text with a status, a body of so many bytes, nothing ever, or a hang-up. */
export type Answered =
	| {
			readonly status?: number;
			readonly body: string;
			readonly headers?: Readonly<Record<string, string>>;
	  }
	| { readonly bytes: number }
	| 'hang'
	| 'hang up';

export interface Asked {
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage['headers'];
}

/** An HTTP server on loopback that answers as a test says, and keeps what it was asked; it goes with the file's tests. */
export interface AnsweringServer {
	readonly url: string;
	readonly asked: readonly Asked[];
	close(): Promise<void>;
}

export async function startAnswering(answer: (asked: Asked) => Answered): Promise<AnsweringServer> {
	const asked: Asked[] = [];
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
		const each = { path: pathname, query: searchParams, headers: request.headers };
		asked.push(each);
		const given = answer(each);
		if (given === 'hang') return;
		if (given === 'hang up') {
			request.socket.destroy();
			return;
		}
		if ('bytes' in given) {
			const chunk = Buffer.alloc(1024 * 1024, ' ');
			let left = given.bytes;
			const write = () => {
				while (left > 0) {
					left -= chunk.length;
					if (!response.write(chunk)) return void response.once('drain', write);
				}
				response.end('{}');
			};
			write();
			return;
		}
		response.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers });
		response.end(given.body);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	afterAll(close);
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}
