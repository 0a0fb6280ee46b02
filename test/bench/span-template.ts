import type { Attributes, SpanKind } from '@opentelemetry/api';
import { type Json, type WireSpan, wireSpans } from '../support/stored-run.ts';

/** A span of a question as it was recorded, to be made again by an SDK, with the spans below it. */
export interface SpanTemplate {
	readonly name: string;
	readonly kind: SpanKind;
	readonly scope: WireSpan['scope'];
	readonly attributes: Attributes;
	/** The attributes that bear the question's id. */
	readonly ids: readonly string[];
	readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
	readonly isLinked: boolean;
	readonly below: readonly SpanTemplate[];
}

/** The spans of the question of this id, from requests of OTLP/JSON: its root, and below it all others. */
export function templateOf(requests: readonly Json[], id: string): SpanTemplate {
	const all = requests.flatMap(wireSpans);
	const root = all.find(({ name, attributes }) => name === 'question' && idsIn(attributes, id).length > 0);
	if (root === undefined) throw new Error(`no root span of question ${id} was recorded`);
	const own = all.filter(({ traceId }) => traceId === root.traceId);
	const template = ({ spanId, name, kind, scope, attributes, events, links }: WireSpan): SpanTemplate => ({
		name,
		// OTLP counts kinds from 1, the API from 0.
		kind: kind - 1,
		scope,
		attributes: attributes as Attributes,
		ids: idsIn(attributes, id),
		events: events.map((event) => ({ name: event.name, attributes: event.attributes as Attributes })),
		isLinked: links.length > 0,
		below: own.filter(({ parentSpanId }) => parentSpanId === spanId).map(template),
	});
	return template(root);
}

function idsIn(attributes: WireSpan['attributes'], id: string): string[] {
	return Object.keys(attributes).filter((key) => attributes[key] === id);
}
