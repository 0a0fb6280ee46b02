import { SpangateError } from '../errors.ts';

/** Where the receiver of apps' spans listens; port 0 is any that is free. */
export interface ReceiveAddress {
	readonly host: string;
	readonly port: number;
}

const loopback = '127.0.0.1';
/** A host and a port; an IPv6 address stands in brackets, as in a URL. */
const hostAndPort = /^(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i;

/** The address that `--receive` names: nothing or `auto`, a port of loopback, or `HOST:PORT`; else a usage error. */
export function receiveAddress(text: string): ReceiveAddress {
	if (text === '' || text === 'auto') return { host: loopback, port: 0 };
	const [, ipv6, host, port] = hostAndPort.exec(/^\d{1,5}$/.test(text) ? `${loopback}:${text}` : text) ?? [];
	const address = { host: ipv6 ?? host ?? '', port: Number(port) };
	if (address.host !== '' && address.port <= 65_535) return address;
	throw new SpangateError('usage', `--receive ${text}: expected a port, HOST:PORT or auto`, {
		hint: 'E.g. --receive 4319 for loopback alone, or --receive 0.0.0.0:4319 for every address of this machine.',
	});
}
