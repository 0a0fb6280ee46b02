import type { EvidenceSpan } from '../model/evidence.ts';
import { firstText, isOperation, OpenInference, parseJson } from './dialects.ts';
import { isInference, nestedCalls } from './inference.ts';
import { Attr } from './names.ts';
import { byStart, treeOf } from './span-tree.ts';

/** Where a span sent something: a host name or an address, lower case, without port. */
interface ServerAddress {
	readonly host: string;
	/** The span that says so. */
	readonly span: string;
}

/** Names go first: the address behind a name is a proxy's, or another one tomorrow. Then the spellings before 1.20. */
const nameKeys = [Attr.serverAddress, 'net.peer.name', 'peer.address'];
const urlKeys = ['url.full', 'http.url', 'gen_ai.openai.api_base', 'llm.base_url'];
const peerKeys = ['http.host', 'network.peer.address', 'net.sock.peer.addr', 'net.peer.ip'];

/** The servers that spans show, and the first call that does not say where it went. */
export interface ServersCalled {
	readonly servers: readonly ServerAddress[];
	readonly silent: string | undefined;
}

/**
 * Gives the servers that the spans show as called (client and producer spans, model calls of any kind), by start, and
 * which of these calls names none: neither itself, nor a call below it, nor one above that it is a part of. What
 * another service called for its own part says nothing of who called that, nor the other way round.
 */
export function serversCalled(spans: readonly EvidenceSpan[]): ServersCalled {
	const nested = nestedCalls(spans);
	const calls = nested.filter(isCall).sort(byStart);
	// Of calls alone: the address of any other span is held against no place.
	const servers: ServerAddress[] = [];
	const addressed = new Set<EvidenceSpan>();
	for (const span of calls) {
		const host = hostOf(span);
		if (host === undefined) continue;
		servers.push({ host, span: span.name });
		addressed.add(span);
	}
	if (addressed.size === calls.length) return { servers, silent: undefined };
	const around = (span: EvidenceSpan) => {
		const above = treeOf(nested).ancestors(span);
		const border = above.findIndex(({ kind }) => kind === 'SERVER' || kind === 'CONSUMER');
		return border === -1 ? above : above.slice(0, border);
	};
	const aboveAddressed = new Set([...addressed].flatMap(around));
	const known = (span: EvidenceSpan) =>
		addressed.has(span) || aboveAddressed.has(span) || around(span).some((above) => addressed.has(above));
	return { servers, silent: calls.find((span) => !known(span))?.name };
}

function isCall(span: EvidenceSpan): boolean {
	return (
		span.kind === 'CLIENT' ||
		span.kind === 'PRODUCER' ||
		isInference(span) ||
		isOperation(span, ['embeddings'], 'EMBEDDING')
	);
}

function hostOf(span: EvidenceSpan): string | undefined {
	const given =
		firstText(span, nameKeys) ?? firstText(span, urlKeys) ?? baseUrl(span) ?? firstText(span, peerKeys);
	return given === undefined ? undefined : bareHost(given);
}

/** Where OpenInference's instrumentation of the OpenAI Agents SDK tells it. */
function baseUrl({ attributes }: EvidenceSpan): string | undefined {
	const parameters = parseJson(attributes[OpenInference.invocationParameters]);
	const told = (parameters as { base_url?: unknown } | null | undefined)?.base_url;
	return typeof told === 'string' && told !== '' ? told : undefined;
}

const plainHost = /^[a-z\d.-]*[a-z\d-]$/;

/** The host of an address, a URL or `host:port`. */
function bareHost(given: string): string {
	// As most are written; a socket's is a path.
	if (plainHost.test(given) || given.startsWith('/')) return given;
	const host = given.includes('://') ? (URL.parse(given)?.hostname ?? given) : given;
	return host
		.toLowerCase()
		.replace(/^([^:]+):\d+$/, '$1')
		.replace(/^\[(.*)\](?::\d+)?$/, '$1')
		.replace(/\.$/, '');
}
