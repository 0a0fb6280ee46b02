import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { chatSpan, evidence, span, toolSpan } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const allow = ['api.example.eu', '*.eu.example.com', '10.0.0.0/8', '192.0.2.7', 'fd00::/8'];
const outcome = async (...spans: EvidenceSpan[]): Promise<string> => {
	const judgement = await judge('data_region', { allow }, evidence('Done.', { spans }));
	return judgement.status === 'violated' ? judgement.reason : judgement.status;
};
const client = (attributes: EvidenceSpan['attributes'], rest: Partial<EvidenceSpan> = {}) =>
	span(attributes, { name: 'POST', kind: 'CLIENT', ...rest });

describe('data_region', () => {
	it.each([
		'api.example.eu',
		'API.example.eu.',
		'api.example.eu:443',
		'a.eu.example.com',
		'a.b.eu.example.com',
		'10.200.3.4',
		'192.0.2.7',
		'fd12::1',
		'[fd12::1]',
		'[fd12::1]:443',
		'localhost',
		'127.0.0.1',
		'::1',
		'/var/run/model.sock',
	])('lets data go to %s', async (host) => {
		expect(await outcome(client({ 'server.address': host }))).toBe('ok');
	});

	it.each([
		'api.example.us',
		'example.eu',
		'evil-api.example.eu',
		'api.example.eu.evil.com',
		'eu.example.com',
		'eveu.example.com',
		'11.0.0.1',
		'192.0.2.70',
		'2001:db8::1',
		'localhost.evil.com',
		'128.0.0.1',
	])('lets no data go to %s', async (host) => {
		expect(await outcome(client({ 'server.address': host }))).toMatch(
			`outside of the allowed places: ${host} (POST)`,
		);
	});

	it.each<[string, EvidenceSpan['attributes']]>([
		['the URL', { 'url.full': 'https://api.example.us:8443/v1/chat?q=1' }],
		['the old URL', { 'http.url': 'https://api.example.us/v1' }],
		['the old peer', { 'net.peer.name': 'api.example.us' }],
		['the base URL of an SDK', { 'gen_ai.openai.api_base': 'https://api.example.us/v1/' }],
	])('reads %s', async (_, attributes) => {
		expect(await outcome(client(attributes))).toContain('api.example.us');
	});

	it('believes a name before the address behind it, which may be a proxy’s', async () => {
		const proxied = { 'server.address': 'api.example.us', 'network.peer.address': '10.0.0.1' };
		expect(await outcome(client(proxied))).toContain('api.example.us');
		expect(await outcome(client({ 'network.peer.address': '10.0.0.1' }))).toBe('ok');
		expect(await outcome(client({ 'network.peer.address': '11.0.0.1' }))).toContain('11.0.0.1');
	});

	it('names every server outside, once for each span’s name', async () => {
		const us = client({ 'server.address': 'api.example.us' });
		const again = { ...us, spanId: 'c'.repeat(16) };
		const db = client({ 'server.address': 'db.example.us' }, { name: 'SELECT', spanId: 'd'.repeat(16) });
		expect(await judge('data_region', { allow }, evidence('', { spans: [us, again, db] }))).toEqual({
			status: 'violated',
			category: 'data_left_region',
			severity: 'critical',
			reason: 'outside of the allowed places: api.example.us (POST), db.example.us (SELECT)',
		});
	});

	it('knows where a call went by the span above or below it', async () => {
		const outer = { ...chatSpan({ 'server.address': 'api.example.eu' }), spanId: 'a'.repeat(16) };
		const { 'server.address': _, ...silent } = chatSpan().attributes;
		const bare = { ...chatSpan(), attributes: silent, spanId: 'a'.repeat(16) };
		const inside = { spanId: 'b'.repeat(16), parentSpanId: 'a'.repeat(16) };
		expect(await outcome(outer, client({ 'http.request.method': 'POST' }, inside))).toBe('ok');
		expect(await outcome(bare, client({ 'server.address': 'api.example.eu' }, inside))).toBe('ok');
		expect(await outcome(bare, client({ 'server.address': 'api.example.us' }, inside))).toContain('.us');
	});

	it('knows it by no span of another service, and by none that is no call', async () => {
		const at = (letter: string, above?: string): Partial<EvidenceSpan> => ({
			spanId: letter.repeat(16),
			...(above !== undefined && { parentSpanId: above.repeat(16) }),
		});
		const eu = { 'server.address': 'api.example.eu' };
		const silent = { 'http.request.method': 'POST' };
		const server = span({}, { name: 'POST /', kind: 'SERVER', ...at('b', 'a') });
		// The service in the region calls on, nobody knows whom.
		const onward = client(silent, { ...at('c', 'b'), name: 'onward' });
		await expect(outcome(client(eu, at('a')), server, onward)).rejects.toThrow(/"onward" does not say/);
		// Nobody knows which service it was that called one in the region.
		const inner = client(eu, at('c', 'b'));
		await expect(outcome(client(silent, { ...at('a'), name: 'first' }), server, inner)).rejects.toThrow(
			/"first"/,
		);
		const us = span({ 'server.address': 'api.example.us' }, { kind: 'INTERNAL', ...at('b', 'a') });
		await expect(
			outcome(client(silent, { ...at('a'), name: 'first' }), us, client(eu, at('d'))),
		).rejects.toThrow(/"first"/);
	});

	it('throws when a call does not say where it went, also beside one that does', async () => {
		const { 'server.address': _, ...silent } = chatSpan().attributes;
		const bare = { ...chatSpan(), attributes: silent, spanId: 'a'.repeat(16) };
		await expect(outcome(bare)).rejects.toThrow(/"chat quill-3" does not say which server/);
		await expect(outcome(client({ 'server.address': 'api.example.eu' }), bare)).rejects.toThrow(
			/chat quill-3/,
		);
		const llm = span({ 'openinference.span.kind': 'LLM' }, { name: 'llm', kind: 'INTERNAL' });
		await expect(outcome(llm)).rejects.toThrow(/"llm" does not say/);
	});

	it('is violated by a server outside, whatever is silent', async () => {
		const bare = span({ 'openinference.span.kind': 'LLM' }, { kind: 'INTERNAL', spanId: 'e'.repeat(16) });
		expect(await outcome(bare, client({ 'server.address': 'api.example.us' }))).toContain('.us');
	});

	it('throws when the app shows no client span', async () => {
		await expect(outcome(toolSpan('search'))).rejects.toThrow(/no client span/);
		const own = span({ 'server.address': 'app.example.eu' }, { kind: 'SERVER' });
		await expect(outcome(own)).rejects.toThrow(/no client span/);
	});

	it.each<[unknown, RegExp]>([
		[[], /./],
		[['https://api.example.eu'], /expected a host/],
		[['10.0.0.0/33'], /0 to 32 bits/],
		[['fd00::/129'], /0 to 128 bits/],
		[['example.eu/8'], /no address before/],
		[['*'], /expected a host/],
		[['a.*.eu'], /expected a host/],
		[[''], /expected a host/],
	])('refuses the places %j', (places, message) => {
		expect(refusals(checkKinds, 'data_region', { allow: places }).join()).toMatch(message);
	});
});
