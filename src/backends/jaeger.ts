import { spansOf, TraceRequest } from '../telemetry/otlp-json.ts';
import {
	type BackendAddress,
	type BackendAnswer,
	type BackendTrace,
	getFrom,
	isObject,
	objectIn,
	type TraceBackend,
	unexpected,
} from './backend.ts';

/**
 * Jaeger 2's query API (`GET /api/v3/traces/{id}`, jaeger/cmd/jaeger/internal/extension/jaegerquery/internal/apiv3):
 * OTLP/JSON with hex ids under `result`.
 */
export function jaeger(address: BackendAddress): TraceBackend {
	return {
		name: address.name,
		url: address.url,
		async read(traceId, signal): Promise<BackendTrace | undefined> {
			// As they were sent: else Jaeger moves spans in time where it thinks that clocks differ.
			const path = `/api/v3/traces/${traceId}?raw_traces=true`;
			const answer = await getFrom(address, path, signal);
			if (answer.status === 404 && isItsOwn(answer)) return undefined;
			if (answer.status !== 200) throw unexpected(address, path, answer);
			const result = objectIn(answer)?.result;
			if (!isObject(result)) throw unexpected(address, path, answer, 'not an answer of Jaeger 2');
			const parsed = TraceRequest.safeParse(result);
			if (!parsed.success) {
				const [issue] = parsed.error.issues;
				throw unexpected(
					address,
					path,
					{ ...answer, text: '' },
					`${issue?.path.join('.')}: ${issue?.message}`,
				);
			}
			return spansOf(parsed.data).length === 0 ? undefined : { request: parsed.data };
		},
	};
}

/** true when Jaeger itself does not have the trace; a wrong path, or another server, answers 404 in other words. */
function isItsOwn(answer: BackendAnswer): boolean {
	const error = objectIn(answer)?.error;
	return isObject(error) && error.httpCode === 404;
}
