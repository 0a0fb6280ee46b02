import type { Redactor } from '../redaction/redactor.ts';
import { isContentFree } from './content-free.ts';
import type { OtlpSpan, TraceRequest } from './otlp-json.ts';
import type { AnyValue, KeyValue } from './otlp-value.ts';

type WithAttributes = {
	attributes?: KeyValue[] | undefined;
	droppedAttributesCount?: number | undefined;
};

/** A request of an app's own spans as it may be recorded: every text in it goes through the redactor. */
export function redactedRequest(request: TraceRequest, redactor: Redactor): TraceRequest {
	const text = (given: string | undefined) => (given === undefined ? undefined : redactor.text(given));

	const value = (key: string, given: AnyValue): AnyValue => {
		if (given.stringValue !== undefined) return { stringValue: redactor.named(key, given.stringValue) };
		if (given.bytesValue !== undefined) return { bytesValue: bytes(key, given.bytesValue) };
		if (given.arrayValue !== undefined) {
			return {
				arrayValue: { ...given.arrayValue, values: given.arrayValue.values?.map((item) => value(key, item)) },
			};
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
			({ key, value: own }) => redactor.mode !== 'none' || !own || !holdsText(own) || isContentFree(key),
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
		name: redactor.text(span.name),
		traceState: text(span.traceState),
		events: span.events?.map((event) => ({ ...part(event), name: text(event.name) })),
		links: span.links?.map((link) => ({ ...part(link), traceState: text(link.traceState) })),
		status: span.status && { ...span.status, message: message(span.status.message) },
	});

	const message = (given: string | undefined) => {
		if (redactor.mode === 'none') return undefined;
		return text(given);
	};

	return {
		resourceSpans: request.resourceSpans?.map((resource) => ({
			...resource,
			resource: resource.resource && part(resource.resource),
			schemaUrl: text(resource.schemaUrl),
			scopeSpans: resource.scopeSpans?.map((scope) => ({
				...scope,
				scope: scope.scope && {
					...part(scope.scope),
					name: text(scope.scope.name),
					version: text(scope.scope.version),
				},
				schemaUrl: text(scope.schemaUrl),
				spans: scope.spans?.map(spanOf),
			})),
		})),
	};
}

function holdsText({ stringValue, bytesValue, arrayValue, kvlistValue }: AnyValue): boolean {
	if (stringValue !== undefined || bytesValue !== undefined) return true;
	if (kvlistValue !== undefined) return true;
	return arrayValue?.values?.some(holdsText) ?? false;
}
