import type { Json } from '../support/stored-run.ts';

/** What the spans of some OTLP/JSON requests are made of, and how large they are. */
export interface SpanMakeUp {
	/** Each span's shape (names, kinds and types; no ids, times or texts) → how many have it. */
	readonly shapes: ReadonlyMap<string, number>;
	/** The resources and scopes. */
	readonly origins: ReadonlySet<string>;
	readonly largestRequest: number;
	readonly bytes: number;
}

/** How far apart the bytes of equal spans may be: ids and times have one length, and a run has a span of its own. */
const maxByteShare = 0.005;

/** Reads lines of a spans file; spans named `run` are left out, since a floor has no run. */
export function makeUpOf(lines: Iterable<string>): SpanMakeUp {
	const shapes = new Map<string, number>();
	const origins = new Set<string>();
	let largestRequest = 0;
	let bytes = 0;
	for (const line of lines) {
		bytes += line.length;
		let spans = 0;
		for (const { resource, scopeSpans } of (JSON.parse(line) as Json).resourceSpans) {
			for (const { scope, spans: list } of scopeSpans) {
				origins.add(JSON.stringify({ resource, scope }));
				spans += list.length;
				for (const span of list.filter(({ name }: Json) => name !== 'run')) {
					const shape = shapeOf(span);
					shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
				}
			}
		}
		largestRequest = Math.max(largestRequest, spans);
	}
	return { shapes, origins, largestRequest, bytes };
}

/** Where a floor's spans are not those that were recorded; nothing when they are the same in kind, number and size. */
export function differences(floor: SpanMakeUp, recorded: SpanMakeUp): string[] {
	const found: string[] = [];
	for (const shape of new Set([...floor.shapes.keys(), ...recorded.shapes.keys()])) {
		const [made, kept] = [floor.shapes.get(shape) ?? 0, recorded.shapes.get(shape) ?? 0];
		if (made !== kept) found.push(`${made} of the floor and ${kept} recorded: ${shape}`);
	}
	for (const origin of new Set([...floor.origins, ...recorded.origins])) {
		if (!floor.origins.has(origin)) found.push(`recorded alone: ${origin}`);
		if (!recorded.origins.has(origin)) found.push(`of the floor alone: ${origin}`);
	}
	if (!(Math.abs(floor.bytes / recorded.bytes - 1) <= maxByteShare)) {
		found.push(`${floor.bytes} bytes of the floor and ${recorded.bytes} recorded`);
	}
	return found;
}

function shapeOf(span: Json): string {
	return JSON.stringify({
		name: span.name,
		kind: span.kind,
		keys: Object.keys(span).sort(),
		flags: span.flags,
		status: span.status,
		attributes: attributesOf(span),
		events: span.events.map((event: Json) => [event.name, Object.keys(event).sort(), attributesOf(event)]),
		links: span.links.map((link: Json) => [Object.keys(link).sort(), attributesOf(link)]),
	});
}

function attributesOf({ attributes }: Json): string[] {
	return attributes.map(({ key, value }: Json) => `${key}: ${Object.keys(value)}`).sort();
}
