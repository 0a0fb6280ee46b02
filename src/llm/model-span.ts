import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { messageOf } from '../errors.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import { failureType } from './failures.ts';
import type { ModelOptions } from './options.ts';
import { providerOf } from './provider.ts';

/**
 * Works inside the CLIENT span of one call of a model, its retries included, below the active context; a failure is
 * its status and `error.type`.
 */
export async function inModelSpan<Result>(
	operation: string,
	options: ModelOptions,
	attributes: Attributes,
	work: (span: Span) => Promise<Result>,
): Promise<Result> {
	const { hostname, port, protocol } = new URL(options.baseUrl);
	const span = trace.getTracer('spangate').startSpan(SpanName.model(operation, options.model), {
		kind: SpanKind.CLIENT,
		attributes: {
			[Attr.operation]: operation,
			[Attr.provider]: providerOf(options),
			[Attr.requestModel]: options.model,
			[Attr.serverAddress]: hostname,
			[Attr.serverPort]: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
			...attributes,
		},
	});
	try {
		return await context.with(trace.setSpan(context.active(), span), work, undefined, span);
	} catch (error) {
		span.setAttribute(Attr.errorType, failureType(error));
		span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
		throw error;
	} finally {
		span.end();
	}
}
