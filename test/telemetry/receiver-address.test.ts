import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Receiver, type ReceiverOptions, startReceiver } from '../../src/telemetry/receiver.ts';

async function start(options?: ReceiverOptions): Promise<Receiver> {
	const receiver = await startReceiver([], options);
	onTestFinished(() => receiver.close());
	return receiver;
}

async function isReached(endpoint: string): Promise<boolean> {
	const headers = { 'content-type': 'application/json' };
	const answer = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body: '{}' }).catch(
		() => {},
	);
	await answer?.arrayBuffer();
	return answer?.status === 200;
}

/** An address of this machine that is not loopback; a machine without a network has none. */
const outer = Object.values(networkInterfaces())
	.flatMap((addresses) => addresses ?? [])
	.find(({ internal, family }) => !internal && family === 'IPv4')?.address;

describe('the receiver’s address', () => {
	test('is a free port of loopback unless told otherwise', async () => {
		const [one, two] = [await start(), await start()];
		expect(one.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(two.endpoint).not.toBe(one.endpoint);
		expect(await isReached(one.endpoint)).toBe(true);
	});

	test.skipIf(outer === undefined)('is not reached from other machines unless told otherwise', async () => {
		const { port } = new URL((await start()).endpoint);
		expect(await isReached(`http://${outer}:${port}`)).toBe(false);
		const open = await start({ host: '0.0.0.0' });
		expect(await isReached(`http://${outer}:${new URL(open.endpoint).port}`)).toBe(true);
	});

	test('is told as one that can be reached', async () => {
		const { endpoint } = await start({ host: '0.0.0.0' });
		expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(await isReached(endpoint)).toBe(true);
		expect(await isReached((await start({ host: 'localhost' })).endpoint)).toBe(true);
	});

	const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
		all?.some(({ address }) => address === '::1'),
	);
	test.skipIf(!hasIpv6).each(['::1', '::'])('can be %s', async (host) => {
		const { endpoint } = await start({ host });
		expect(endpoint).toMatch(/^http:\/\/\[::1\]:\d+$/);
		expect(await isReached(endpoint)).toBe(true);
	});

	test('that is in use is an error of the configuration', async () => {
		const port = Number(new URL((await start()).endpoint).port);
		await expect(start({ port })).rejects.toMatchObject({
			...{ name: 'SpangateError', code: 'config', hint: expect.stringContaining('free port') },
			message: `cannot receive spans on 127.0.0.1:${port}: the port is in use`,
		});
	});

	test('that this machine does not have is an error of the configuration', async () => {
		await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
			...{ code: 'config', message: expect.stringContaining('does not have that address') },
		});
		await expect(start({ host: 'no-such-host.invalid' })).rejects.toMatchObject({ code: 'config' });
	});

	test('is free again once the receiver is closed, with clients that stay connected', async () => {
		const receiver = await startReceiver([]);
		const port = Number(new URL(receiver.endpoint).port);
		expect(await isReached(receiver.endpoint)).toBe(true);
		await receiver.close();
		const next = createServer();
		await new Promise<void>((resolve, reject) => {
			next.once('error', reject);
			next.listen(port, '127.0.0.1', resolve);
		});
		next.close();
	});
});
