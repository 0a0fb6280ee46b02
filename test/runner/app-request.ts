import { randomBytes } from 'node:crypto';
import { TraceRequest } from '../../src/telemetry/otlp-json.ts';

/** Where a span of an app stands; by default it is a new span, some milliseconds long. */
export interface AppSpan {
	readonly traceId: string;
	readonly parentSpanId: string;
	readonly spanId?: string;
	readonly name?: string;
	readonly attributes?: readonly object[];
}

/** Spans as an app in another process sends them. */
export function appRequest(...spans: readonly AppSpan[]): TraceRequest {
	const now = BigInt(Date.now()) * 1_000_000n;
	const whole = spans.map((span) => ({
		...{ spanId: randomBytes(8).toString('hex'), name: 'POST /answer', kind: 2 },
		...{ startTimeUnixNano: `${now}`, endTimeUnixNano: `${now + 5_000_000n}` },
		...span,
	}));
	const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'app' } }] };
	return TraceRequest.parse({ resourceSpans: [{ resource, scopeSpans: [{ spans: whole }] }] });
}
