import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { serversCalled } from '../telemetry/server-addresses.ts';
import { appSpans } from '../telemetry/span-tree.ts';
import { checkKind } from './check.ts';
import { isLocal, placeFault, places } from './data-region/places.ts';

const Place = z.string().superRefine((entry, context) => {
	const fault = placeFault(entry);
	if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

/**
 * `use: data_region`: violated when a client span shows a server outside of `allow`; this machine (loopback, sockets)
 * is inside. Throws when the app's spans show no server at all, or one of its calls does not say which it called.
 */
export const dataRegion = checkKind({
	options: strict({
		allow: z
			.array(Place)
			.min(1)
			.describe(
				'The only places that data may go to: hosts, *.suffixes, addresses, ranges such as 10.0.0.0/8',
			),
		severity: Severity.default('critical'),
	}),
	create({ allow, severity }) {
		const inside = places(allow);
		return {
			version: '2',
			isPure: true,
			kind: 'policy',
			needsSpans: true,
			check({ spans }) {
				const outsiders = serversCalled(spans).servers.filter(({ host }) => !isLocal(host) && !inside(host));
				if (outsiders.length > 0) {
					const named = outsiders.map(({ host, span }) => `${host} (${span})`);
					const reason = `outside of the allowed places: ${[...new Set(named)].join(', ')}`;
					return { status: 'violated', category: 'data_left_region', severity, reason };
				}
				// That spangate itself called the app does not tell whom the app called.
				const { servers, silent } = serversCalled(appSpans(spans));
				if (silent === undefined && servers.length > 0) return { status: 'ok' };
				const who = silent === undefined ? 'no client span of the app' : `the span "${silent}" does not`;
				throw new SpangateError(
					'unmeasured',
					`${who} say${silent === undefined ? 's' : ''} which server was called: let the app record server.address on its client spans`,
				);
			},
		};
	},
});
