import { describe, expect, it } from 'vitest';
import { type BackendAddress, backendAddress, type MetricsBackend } from '../../src/backends/backend.ts';
import type { Reading, RemoteQuery } from '../../src/model/answer.ts';
import { type Answered, type Asked, startAnswering } from '../support/answering-server.ts';

/** A time that no clock of a test is near. */
export const at = '2026-11-22T12:00:00.500Z';

/** What the contract needs to know of one backend. */
export interface BackendUnderTest<Query extends RemoteQuery> {
	readonly name: string;
	readonly open: (address: BackendAddress) => MetricsBackend<Query>;
	/** Asks for a number with the query `value` and for its count with the query `count`. */
	readonly query: Query;
	/** What the backend sends of one series with this number, of none, and of two. */
	readonly number: (value: number) => string;
	readonly empty: string;
	readonly two: string;
	/** The query of a request for a number or its count; nothing of another request. */
	readonly queryOf: (asked: Asked) => string | undefined;
	/** How other requests are answered. */
	readonly other: (asked: Asked) => Answered;
}

/** What every backend keeps: a number with its count is told, and whatever is not one is missing, with the reason. */
export function backendContract<Query extends RemoteQuery>(backend: BackendUnderTest<Query>): void {
	const { name, number } = backend;

	async function start(answer: (query: string, asked: Asked) => Answered) {
		return startAnswering((asked) => {
			const query = backend.queryOf(asked);
			return query === undefined ? backend.other(asked) : answer(query, asked);
		});
	}
	const ask = (url: string, env: Record<string, string> = {}, timeoutMs = 20_000): Promise<Reading> =>
		backend.open({ ...backendAddress(name, url, env), timeoutMs }).ask(backend.query, at);
	/** Of a backend that answers one of both queries so, and the other well. */
	async function missing(bad: Answered, badQuery: string, timeoutMs?: number): Promise<string> {
		const { url } = await start((query) => (query === badQuery ? bad : { body: number(7) }));
		const reading = await ask(url, {}, timeoutMs);
		if (!('missing' in reading)) throw new Error(`it gave ${JSON.stringify(reading)}`);
		expect(reading.missing).toContain(name);
		return reading.missing;
	}

	describe.concurrent(`${name} as a source of a gate`, { timeout: 60_000 }, () => {
		it('gives the number and its count', async () => {
			const { url } = await start((query) => ({ body: number(query === 'count' ? 500 : 0.02) }));
			expect(await ask(url)).toEqual({ values: [0.02], totals: [500] });
			expect(await ask(`${url}/`)).toEqual({ values: [0.02], totals: [500] });
		});

		it('gives a 0 that was counted', async () => {
			const { url } = await start((query) => ({ body: number(query === 'count' ? 500 : 0) }));
			expect(await ask(url)).toEqual({ values: [0], totals: [500] });
		});

		it('sends credentials of the URL and of the environment with every request, and tells them to nobody', async () => {
			const { url, asked } = await start((_query, { headers }) => ({
				status: 403,
				body: `no: ${headers.authorization} ${headers['x-scope-orgid']}`,
			}));
			const withUser = url.replace('://', '://ops:s3cret%21word@');
			const env = { [`SPANGATE_${name.toUpperCase()}_HEADERS`]: 'X-Scope-OrgID=tenant%2C7, x-other=a' };
			const told = JSON.stringify(await ask(withUser, env));
			expect(asked.length).toBeGreaterThan(0);
			for (const { headers } of asked) {
				expect(headers.authorization).toBe(`Basic ${Buffer.from('ops:s3cret!word').toString('base64')}`);
				expect(headers).toMatchObject({ 'x-scope-orgid': 'tenant,7', 'x-other': 'a' });
			}
			expect(told).toContain('403');
			expect(told).toContain(url);
			expect(told).not.toMatch(/s3cret|tenant,7|b3BzOn/);
		});

		it.each(['value', 'count'])('misses a %s that is not an answer', async (query) => {
			expect(await missing({ status: 404, body: '<html>nothing here</html>' }, query)).toMatch(
				/HTTP 404.*nothing here/,
			);
			expect(await missing({ body: '<html>hello</html>' }, query)).toMatch(/HTTP 200.*hello/);
			expect(await missing({ body: '[1, 2]' }, query)).toMatch(/HTTP 200/);
			expect(await missing({ body: '' }, query)).toMatch(/HTTP 200/);
			expect(await missing({ status: 500, body: '' }, query)).toMatch(/HTTP 500/);
			expect(await missing({ status: 302, body: '', headers: { location: '/login' } }, query)).toMatch(
				/HTTP 302/,
			);
			expect(await missing({ bytes: 65 * 1024 * 1024 }, query)).toMatch(/above 67108864 bytes/);
		});

		it.each(['value', 'count'])('misses a %s without a series, or with two', async (query) => {
			expect(await missing({ body: backend.empty }, query)).toMatch(/no series for `(value|total|count)`/);
			expect(await missing({ body: backend.two }, query)).toMatch(/2 series for/);
		});

		it('misses what does not come in time', async () => {
			expect(await missing('hang', 'value', 300)).toMatch(/no answer within 0\.3 s/);
		});

		it('misses what breaks off', async () => {
			expect(await missing('hang up', 'count')).toMatch(/does not answer/);
		});

		it('misses what nobody listens to', async () => {
			const server = await start(() => ({ body: '' }));
			await server.close();
			expect(await ask(server.url)).toEqual({ missing: expect.stringMatching(/ECONNREFUSED/) });
		});
	});

	describe(`the address of ${name}`, () => {
		it.each(['', 'localhost:1', 'ftp://localhost', 'http://'])('is not "%s"', (url) => {
			expect(() => backendAddress(name, url, {})).toThrow(`--${name.toLowerCase()}: expected the URL`);
		});

		it('takes no header that is none, and does not repeat it', () => {
			const env = { [`SPANGATE_${name.toUpperCase()}_HEADERS`]: 's3cret' };
			expect(() => backendAddress(name, 'http://localhost', env)).toThrow(/entry 1 is not a header$/);
		});
	});
}
