import { describe, expect, test } from 'vitest';
import { receiveAddress } from '../../src/commands/receive-flag.ts';

describe('--receive', () => {
	test.each([
		['', '127.0.0.1', 0],
		['auto', '127.0.0.1', 0],
		['0', '127.0.0.1', 0],
		['4319', '127.0.0.1', 4319],
		['65535', '127.0.0.1', 65_535],
		['0.0.0.0:4319', '0.0.0.0', 4319],
		['localhost:0', 'localhost', 0],
		['[::1]:4319', '::1', 4319],
	])('"%s" is %s, port %i', (text, host, port) => {
		expect(receiveAddress(text)).toEqual({ host, port });
	});

	test.each([
		'65536',
		'-1',
		'4319.5',
		'1e3',
		'localhost',
		'localhost:',
		':4319',
		'a:b:1',
		'golden/support',
		' ',
	])('"%s" is a usage error that says what is expected', (text) => {
		expect(() => receiveAddress(text)).toThrow(
			expect.objectContaining({
				code: 'usage',
				message: `--receive ${text}: expected a port, HOST:PORT or auto`,
				hint: expect.stringContaining('--receive 4319'),
			}),
		);
	});

	test('a URL is a usage error', () => {
		expect(() => receiveAddress('http://localhost:4318')).toThrow(expect.objectContaining({ code: 'usage' }));
	});
});
