import { nameOfItem } from '../redaction/credential-names.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { contentFreeEvent, contentFreeLibrary, contentFreeName, isLeftOut } from './content-free.ts';
import type { EntityRef, OtlpSpan, TraceRequest } from './otlp-json.ts';
import type { AnyValue, KeyValue } from './otlp-value.ts';

/** A number can be a card's, too. */
const shortestCard = 13;

type WithAttributes = {
	attributes?: KeyValue[] | undefined;
	droppedAttributesCount?: number | undefined;
};

/** A request of an app's own spans as it may be recorded: every text in it goes through the redactor. */
export function redactedRequest(request: TraceRequest, redactor: Redactor): TraceRequest {
	const none = redactor.mode === 'none';
	/** A text that goes on its way through `known` when no content may be told. */
	const text = (given: string | undefined, known: (text: string) => string | undefined) => {
		const told = given === undefined || !none ? given : known(given);
		return told === undefined ? undefined : redactor.text(told);
	};
	const nothing = () => undefined;

	const value = (key: string, given: AnyValue): AnyValue => {
		if (given.stringValue !== undefined) return { stringValue: redactor.named(key, given.stringValue) };
		const number = given.intValue ?? given.doubleValue;
		if (number !== undefined && String(number).length >= shortestCard) {
			const told = redactor.text(String(number));
			return told === String(number) ? given : { stringValue: told };
		}
		if (given.bytesValue !== undefined) return { bytesValue: bytes(key, given.bytesValue) };
		if (given.arrayValue !== undefined) {
			const items = given.arrayValue.values ?? [];
			const texts = items.map(({ stringValue }) => stringValue);
			const values = items.map((item, index) => value(nameOfItem(texts, index, key), item));
			return { arrayValue: { ...given.arrayValue, values } };
		}
		if (given.kvlistValue !== undefined) {
			return { kvlistValue: { ...given.kvlistValue, values: given.kvlistValue.values?.map(pair) } };
		}
		return given;
	};

	const pair = ({ key, value: given }: KeyValue): KeyValue => ({
		key: redactor.text(key),
		...(given && { value: value(key, given) }),
	});

	/** Bytes can be text, too. */
	const bytes = (key: string, base64: string): string => {
		const said = Buffer.from(base64, 'base64').toString('latin1');
		const told = redactor.named(key, said);
		return told === said ? base64 : Buffer.from(told, 'latin1').toString('base64');
	};

	const part = <P extends WithAttributes>(given: P): P => {
		if (given.attributes === undefined) return given;
		const kept = given.attributes.filter(
			({ key, value: own }) => !none || !isLeftOut(key, own !== undefined && holdsText(own)),
		);
		const dropped = given.attributes.length - kept.length;
		return {
			...given,
			attributes: kept.map(pair),
			...(dropped > 0 && { droppedAttributesCount: (given.droppedAttributesCount ?? 0) + dropped }),
		};
	};

	const spanOf = (span: OtlpSpan): OtlpSpan => ({
		...part(span),
		name: text(span.name, (name) => contentFreeName(name, attributeOf(span))) ?? '',
		traceState: text(span.traceState, nothing),
		events: span.events?.map((event) => ({ ...part(event), name: text(event.name, contentFreeEvent) })),
		links: span.links?.map((link) => ({ ...part(link), traceState: text(link.traceState, nothing) })),
		status: span.status && { ...span.status, message: text(span.status.message, nothing) },
	});

	const names = (given: readonly string[] | undefined) =>
		given?.map((name) => text(name, contentFreeLibrary) ?? '');

	const entity = (given: EntityRef): EntityRef => ({
		schemaUrl: text(given.schemaUrl, contentFreeLibrary),
		type: text(given.type, contentFreeLibrary),
		idKeys: names(given.idKeys),
		descriptionKeys: names(given.descriptionKeys),
	});

	return {
		resourceSpans: request.resourceSpans?.map((resource) => ({
			...resource,
			resource: resource.resource && {
				...part(resource.resource),
				entityRefs: resource.resource.entityRefs?.map(entity),
			},
			schemaUrl: text(resource.schemaUrl, contentFreeLibrary),
			scopeSpans: resource.scopeSpans?.map((scope) => ({
				...scope,
				scope: scope.scope && {
					...part(scope.scope),
					name: text(scope.scope.name, contentFreeLibrary),
					version: text(scope.scope.version, contentFreeLibrary),
				},
				schemaUrl: text(scope.schemaUrl, contentFreeLibrary),
				spans: scope.spans?.map(spanOf),
			})),
		})),
	};
}

function attributeOf({ attributes }: WithAttributes): (key: string) => unknown {
	return (key) => attributes?.find((attribute) => attribute.key === key)?.value?.stringValue;
}

function holdsText({ stringValue, bytesValue, arrayValue, kvlistValue }: AnyValue): boolean {
	if (stringValue !== undefined || bytesValue !== undefined) return true;
	if (kvlistValue !== undefined) return true;
	return arrayValue?.values?.some(holdsText) ?? false;
}
