import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { nameOfItem } from '../redaction/credential-names.ts';
import type { Redactor } from '../redaction/redactor.ts';
import {
	contentFreeEvent,
	contentFreeLibrary,
	contentFreeName,
	isLeftOut,
	isOwnFact,
} from './content-free.ts';
import { Attr, EventName } from './names.ts';

type Scope = ReadableSpan['instrumentationScope'];
type Part = { readonly attributes?: Attributes; readonly droppedAttributesCount?: number };

const scorePrefix = Attr.score('');

/** A number can be a card's, too. */
const shortestCard = 13;

/** The instrumentation scope of spangate's own spans. */
const ownScope = 'spangate';

/** Redacts the spans of this process before they are serialized; scorers and checks keep seeing what they are. */
export class SpanRedactor {
	readonly #redactor: Redactor;
	/** A provider has one for all of its spans, by which the serializer groups them. */
	readonly #resources = new WeakMap<Resource, Resource>();
	readonly #scopes = new WeakMap<Scope, Scope>();

	constructor(redactor: Redactor) {
		this.#redactor = redactor;
	}

	/** The span as it may be told; the same object when nothing of it changes. */
	redacted(span: ReadableSpan): ReadableSpan {
		const isOwn = span.instrumentationScope.name === ownScope;
		if (isOwn && holdsOnlyFacts(span) && this.#isToldOrigin(span)) return span;
		const name = this.#name(span);
		const { attributes, dropped } = this.#attributes(span.attributes, isOwn);
		const events = unlessSame(span.events, (event) => {
			const named = this.#redactor.text(this.#isNone ? contentFreeEvent(event.name) : event.name);
			const part = this.#part(event, isOwn);
			return part === event && named === event.name ? event : { ...part, name: named };
		});
		const links = unlessSame(span.links, (link) => this.#part(link));
		const message = span.status.message;
		const told = message === undefined || message === '' ? message : this.#message(message);
		const resource = this.resource(span.resource);
		const scope = this.#scope(span.instrumentationScope);
		if (
			name === span.name &&
			attributes === span.attributes &&
			events === span.events &&
			links === span.links &&
			told === message &&
			resource === span.resource &&
			scope === span.instrumentationScope
		) {
			return span;
		}
		return {
			name,
			kind: span.kind,
			spanContext: () => span.spanContext(),
			...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
			startTime: span.startTime,
			endTime: span.endTime,
			status: { code: span.status.code, ...(told !== undefined && { message: told }) },
			attributes,
			links,
			events,
			duration: span.duration,
			ended: span.ended,
			resource,
			instrumentationScope: scope,
			droppedAttributesCount: span.droppedAttributesCount + dropped,
			droppedEventsCount: span.droppedEventsCount,
			droppedLinksCount: span.droppedLinksCount,
		};
	}

	/** true when where a span comes from is told as it is. */
	#isToldOrigin({ resource, instrumentationScope }: ReadableSpan): boolean {
		return this.resource(resource) === resource && this.#scope(instrumentationScope) === instrumentationScope;
	}

	/** Attributes as they may be told, and how many `content: none` leaves out. */
	#attributes(attributes: Attributes, isOwn = false): { attributes: Attributes; dropped: number } {
		let copy: Attributes | undefined;
		let dropped = 0;
		for (const key in attributes) {
			if (isOwn && isOwnFact(key)) continue;
			const value = attributes[key];
			const hidden = this.#isNone && isLeftOut(key, holdsText(value));
			const told = hidden ? undefined : this.#value(key, value);
			const name = this.#redactor.text(key);
			if (told === value && name === key) continue;
			copy ??= { ...attributes };
			delete copy[key];
			if (hidden) dropped++;
			else copy[name] = told;
		}
		return { attributes: copy ?? attributes, dropped };
	}

	get #isNone(): boolean {
		return this.#redactor.mode === 'none';
	}

	/** Spangate's own spans are named after targets, scorers, checks and models. */
	#name({ name, attributes, instrumentationScope }: ReadableSpan): string {
		if (instrumentationScope.name === ownScope) return name;
		return this.#redactor.text(this.#isNone ? contentFreeName(name, (key) => attributes[key]) : name);
	}

	#scope(scope: Scope): Scope {
		const before = this.#scopes.get(scope);
		if (before !== undefined) return before;
		const tell = (text: string) => this.#redactor.text(this.#isNone ? contentFreeLibrary(text) : text);
		const name = tell(scope.name);
		const version = scope.version && tell(scope.version);
		const isSame = name === scope.name && version === scope.version;
		const told = isSame ? scope : { ...scope, name, ...(version !== undefined && { version }) };
		this.#scopes.set(scope, told);
		return told;
	}

	#message(message: string): string | undefined {
		return this.#isNone ? undefined : this.#redactor.text(message);
	}

	#part<P extends Part>(part: P, isOwn = false): P {
		if (part.attributes === undefined) return part;
		const { attributes, dropped } = this.#attributes(part.attributes, isOwn);
		if (attributes === part.attributes) return part;
		return { ...part, attributes, droppedAttributesCount: (part.droppedAttributesCount ?? 0) + dropped };
	}

	#value(key: string, value: AttributeValue | undefined): AttributeValue | undefined {
		if (typeof value === 'string') return this.#redactor.named(key, value);
		if (typeof value === 'number') {
			if (Number.isInteger(value) && Math.abs(value) < 10 ** (shortestCard - 1)) return value;
			const digits = String(value);
			const told = digits.length < shortestCard ? digits : this.#redactor.text(digits);
			return told === digits ? value : told;
		}
		if (!Array.isArray(value)) return value;
		return unlessSame(value as unknown[], (item, index) =>
			typeof item === 'string' ? this.#redactor.named(nameOfItem(value, index, key), item) : item,
		) as AttributeValue;
	}

	/** A resource as it may be told. */
	resource(resource: Resource): Resource {
		const before = this.#resources.get(resource);
		if (before !== undefined) return before;
		const { attributes } = this.#attributes(resource.attributes);
		const told = attributes === resource.attributes ? resource : resourceFromAttributes(attributes);
		this.#resources.set(resource, told);
		return told;
	}
}

/** true of a span of spangate's own of which nothing has to be looked at, as of most. */
function holdsOnlyFacts({ attributes, events, links, status }: ReadableSpan): boolean {
	if (status.message) return false;
	for (let index = 0; index < links.length; index++) {
		if (!areFacts(links[index]?.attributes)) return false;
	}
	for (let index = 0; index < events.length; index++) {
		const { name, attributes: more } = events[index] as ReadableSpan['events'][number];
		if (name !== EventName.evaluationResult || !areFacts(more)) return false;
	}
	return areFacts(attributes);
}

/** A suite's name of a scorer, as spans are named too, and a number. */
function isScore(key: string, value: unknown): boolean {
	return typeof value === 'number' && key.startsWith(scorePrefix);
}

function areFacts(attributes: Attributes | undefined): boolean {
	for (const key in attributes) {
		if (!isOwnFact(key) && !isScore(key, attributes[key])) return false;
	}
	return true;
}

function holdsText(value: AttributeValue | undefined): boolean {
	return (
		typeof value === 'string' || (Array.isArray(value) && value.some((item) => typeof item === 'string'))
	);
}

/** Of a list what each item becomes; the same list when none changes. */
function unlessSame<Item>(items: Item[], change: (item: Item, index: number) => Item): Item[] {
	let copy: Item[] | undefined;
	// Most spans have no event and no link: an iterator of none is what would cost the most.
	for (let index = 0; index < items.length; index++) {
		const item = items[index] as Item;
		const changed = change(item, index);
		if (changed === item) continue;
		copy ??= [...items];
		copy[index] = changed;
	}
	return copy ?? items;
}
