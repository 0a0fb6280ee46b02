import { BlockList, isIP, isIPv4 } from 'node:net';

/** Gives what is wrong with an entry of an allow-list: a host, a suffix of hosts, an address or a CIDR range. */
export function placeFault(entry: string): string | undefined {
	const [address = '', bits, more] = entry.split('/');
	if (more !== undefined) return expected;
	if (bits !== undefined) {
		if (isIP(address) === 0) return `no address before the "/"; ${expected}`;
		const most = isIPv4(address) ? 32 : 128;
		return /^\d+$/.test(bits) && Number(bits) <= most
			? undefined
			: `expected 0 to ${most} bits after the "/"`;
	}
	if (isIP(entry) !== 0) return undefined;
	const host = entry.replace(/^\*\./, '');
	return /^(?:[\p{L}\p{N}_-]{1,63}\.)*[\p{L}\p{N}_-]{1,63}$/u.test(host) ? undefined : expected;
}

const expected =
	'expected a host (api.example.eu), a suffix (*.example.eu), an address or a range (10.0.0.0/8, fd00::/8)';

/** Compiles an allow-list: tells whether a host or address is in one of its places. */
export function places(entries: readonly string[]): (host: string) => boolean {
	const ranges = new BlockList();
	const hosts = new Set<string>();
	const suffixes: string[] = [];
	for (const entry of entries) {
		const [address = '', bits] = entry.split('/');
		if (bits !== undefined) ranges.addSubnet(address, Number(bits), familyOf(address));
		else if (isIP(entry) !== 0) ranges.addAddress(entry, familyOf(entry));
		else if (entry.startsWith('*.')) suffixes.push(entry.slice(1).toLowerCase());
		else hosts.add(entry.toLowerCase());
	}
	return (host) => {
		if (isIP(host) !== 0) return ranges.check(host, familyOf(host));
		return hosts.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
	};
}

/** What never leaves the machine. */
export const isLocal = (() => {
	const inside = places(['localhost', '*.localhost', '127.0.0.0/8', '::1']);
	// A path is the address of a socket of this machine.
	return (host: string) => host.startsWith('/') || inside(host);
})();

function familyOf(address: string): 'ipv4' | 'ipv6' {
	return isIPv4(address) ? 'ipv4' : 'ipv6';
}
