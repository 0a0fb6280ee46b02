import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/cli.ts';
import { head, statuses } from '../support/receiver-process.ts';
import { AttackedReceiver, goodRequest, MB } from './attacked-receiver.ts';

describe('a client with hostile connections', { timeout: 60_000 }, () => {
	const receiver = new AttackedReceiver({
		...{ headersMs: 1_000, requestMs: 2_000, connections: 20, bufferedBytes: 24 * MB },
	});

	/** Sends a body in pieces of a megabyte over a raw connection, whatever is answered meanwhile. */
	async function pour(megabytes: number, headers: Record<string, string | number>, chunked = false) {
		const talk = receiver.dial();
		const piece = Buffer.alloc(MB, ' ');
		await talk.write(head(headers));
		for (let sent = 0; sent < megabytes; sent++) {
			const frame = chunked ? Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')]) : piece;
			if (!(await talk.write(frame))) break;
		}
		if (chunked) await talk.write('0\r\n\r\n');
		return statuses(await talk.answer);
	}

	test('sends random bytes instead of HTTP', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), async (bytes) => {
				const talk = receiver.dial();
				await talk.write(bytes);
				talk.socket.end();
				expect([[], [400], [431]]).toContainEqual(statuses(await talk.answer));
			}),
			{ numRuns: 50 },
		);
	});

	test('sends 100 MB', async () => {
		expect(await pour(100, { 'content-length': 100 * MB })).toEqual([413]);
	});

	test('sends 100 MB in chunks, of which nobody told the length', async () => {
		expect(await pour(100, { 'transfer-encoding': 'chunked' }, true)).toEqual([413]);
	});

	test('sends 100 MB to the wrong place and of the wrong type', async () => {
		expect(await pour(100, { 'content-length': 100 * MB, 'content-type': 'text/plain' })).toEqual([415]);
	});

	test('goes on talking after it was refused', async () => {
		const talk = receiver.dial();
		await talk.write(`${head({ 'content-length': 100 * MB })}x`);
		await eventually(() => statuses(talk.text)[0] === 413);
		await talk.write('x');
		expect(statuses(await talk.answer)).toEqual([413]);
	});

	test('sends the headers a byte at a time', async () => {
		const talk = receiver.dial();
		for (const byte of head()) {
			if (!(await talk.write(byte))) break;
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		expect(statuses(await talk.answer)).toEqual([408]);
	});

	test('says nothing at all', async () => {
		expect(statuses(await receiver.dial().answer)).toEqual([408]);
	});

	test('stops in the middle of the body', async () => {
		const talk = receiver.dial();
		await talk.write(`${head({ 'content-length': 100 })}{"resource`);
		expect(statuses(await talk.answer)).toEqual([408]);
	});

	test('sends too many headers', async () => {
		const talk = receiver.dial();
		await talk.write(head({ junk: 'x'.repeat(64 * 1024) }));
		expect(statuses(await talk.answer)).toEqual([431]);
	});

	test('breaks off in the middle of the body', async () => {
		for (let count = 0; count < 50; count++) {
			const talk = receiver.dial();
			await talk.write(`${head({ 'content-length': 100 })}{"resource`);
			talk.socket.destroy();
			await talk.answer;
		}
	});

	test('closes its half of the connection early', async () => {
		const body = goodRequest();
		const talk = receiver.dial();
		await talk.write(head({ 'content-length': body.length }) + body);
		talk.socket.end();
		expect(statuses(await talk.answer)).toEqual([200]);
		const torn = receiver.dial();
		await torn.write(head({ 'content-length': body.length }) + body.slice(0, -1));
		torn.socket.end();
		expect(statuses(await torn.answer)).toEqual([400]);
	});

	test('sends the next request before the answer, and then garbage', async () => {
		const body = goodRequest();
		const request = head({ 'content-length': body.length }) + body;
		const before = (await receiver.process.tally()).spans;
		const talk = receiver.dial();
		await talk.write(request + request);
		await eventually(() => statuses(talk.text).length === 2);
		await talk.write(`\x00\x01garbage\r\n\r\n${request}`);
		expect(statuses(await talk.answer)).toEqual([200, 200, 400]);
		expect((await receiver.process.tally()).spans).toBe(before + 2);
	});

	test('lies about the length of the body', async () => {
		const body = goodRequest();
		const talk = receiver.dial();
		await talk.write(head({ 'content-length': body.length - 1 }) + body);
		// What is over reads as the next request.
		expect(statuses(await talk.answer)).toContain(400);
		const both = receiver.dial();
		await both.write(`${head({ 'content-length': 5, 'transfer-encoding': 'chunked' })}0\r\n\r\n`);
		expect(statuses(await both.answer)).toEqual([400]);
	});

	test('sends many large bodies at once', async () => {
		const talks = Array.from({ length: 5 }, () => receiver.dial());
		const body = Buffer.alloc(10 * MB, ' ');
		await Promise.all(
			talks.map(async (talk) => {
				await talk.write(head({ 'content-length': body.length + 1 }));
				await talk.write(body);
			}),
		);
		await eventually(() => talks.some(({ text }) => statuses(text)[0] === 503));
		const refused = talks.filter(({ text }) => statuses(text)[0] === 503);
		expect(refused.length).toBeLessThan(talks.length);
		for (const { text } of refused) expect(text.toLowerCase()).toContain('\r\nretry-after: 1\r\n');
		for (const { socket } of talks) socket.destroy();
	});

	test('opens more connections than there may be', async () => {
		const talks = Array.from({ length: 40 }, () => receiver.dial());
		const answers = await Promise.all(talks.map(({ answer }) => answer));
		// Those that were let in said nothing; the others were sent away at once.
		expect(answers.filter((answer) => statuses(answer)[0] === 408).length).toBeLessThanOrEqual(20);
		expect(answers.filter((answer) => answer === '').length).toBeGreaterThanOrEqual(20);
	});
});
