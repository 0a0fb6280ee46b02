import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { Attr } from './names.ts';

/** Attributes that the GenAI conventions have as doubles, which a span of JavaScript cannot tell from whole numbers. */
const doubles = [
	Attr.temperature,
	Attr.topP,
	Attr.frequencyPenalty,
	Attr.presencePenalty,
	Attr.timeToFirstChunk,
] as const;

const asInt = new RegExp(
	`("key":"(?:${doubles.join('|').replaceAll('.', '\\.')})","value":{)"intValue":`,
	'g',
);

/**
 * The same OTLP/JSON request of these spans, with what is a double by convention sent as one also where it is whole:
 * a query that compares `temperature` with 0.5 would else miss every 0 and 1. Quotes within texts are escaped, so that
 * no text of anybody's can look like an attribute.
 */
export function withDoubles(request: Uint8Array, spans: readonly ReadableSpan[]): Uint8Array {
	const whole = spans.some(({ attributes }) => doubles.some((key) => Number.isInteger(attributes[key])));
	if (!whole) return request;
	return Buffer.from(Buffer.from(request).toString('utf8').replace(asInt, '$1"doubleValue":'));
}
