import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';

/** A backend that keeps each body as it came, without its compression. */
export interface RawSink {
	readonly endpoint: string;
	readonly bodies: readonly { readonly path: string; readonly text: string; readonly gzip: boolean }[];
}

/** Listens on a free port until the file's tests are over; it takes everything. */
export async function startRawSink(): Promise<RawSink> {
	const bodies: { path: string; text: string; gzip: boolean }[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const gzip = request.headers['content-encoding'] === 'gzip';
		const body = Buffer.concat(chunks);
		bodies.push({ path: `${request.url}`, text: (gzip ? gunzipSync(body) : body).toString('utf8'), gzip });
		response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	afterAll(() => server.close());
	return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}
