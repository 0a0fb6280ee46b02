import {
	AggregationTemporalityPreference,
	OTLPMetricExporterBase,
} from '@opentelemetry/exporter-metrics-otlp-http';
import {
	convertLegacyHttpOptions,
	createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
	type IExportMetricsServiceResponse,
	type ISerializer,
	JsonMetricsSerializer,
	MetricsExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type Answer, notTaken, parseAnswer } from './otlp-answer.ts';

type Export = OTLPMetricExporterBase['export'];

/**
 * The stock OTLP/HTTP exporter of cumulative metrics, headers, TLS and compression from the standard environment,
 * but one that remembers what its backend said: the stock one tells nobody of data points that were rejected.
 */
export class MetricsExporter extends OTLPMetricExporterBase {
	readonly #answers: { last: Answer | undefined };
	#exports = 0;
	#problem: string | undefined;
	/** true once the backend took metrics, if not the last ones. */
	taken = false;

	/** No export takes longer than `timeoutMs`. */
	constructor(endpoint: string, timeoutMs: number) {
		const answers: { last: Answer | undefined } = { last: undefined };
		const serializer: ISerializer<ResourceMetrics, IExportMetricsServiceResponse> = {
			serializeRequest: (metrics) => JsonMetricsSerializer.serializeRequest(metrics),
			deserializeResponse(data) {
				answers.last = parseAnswer(data);
				return {};
			},
		};
		const options = convertLegacyHttpOptions({ url: endpoint }, 'METRICS', 'v1/metrics', {
			'Content-Type': 'application/json',
		});
		const delegate = createOtlpHttpExportDelegate(
			{ ...options, timeoutMillis: Math.min(options.timeoutMillis, timeoutMs) },
			serializer,
			'otlp_http_metric_exporter',
			MetricsExporterMetricsHelper,
			undefined,
		);
		super(delegate, { temporalityPreference: AggregationTemporalityPreference.CUMULATIVE });
		this.#answers = answers;
	}

	/** What kept the newest metrics from the backend, if anything did: totals make good what an earlier export lacked. */
	get problem(): string | undefined {
		return this.#problem;
	}

	override export(...[metrics, told]: Parameters<Export>): void {
		const number = ++this.#exports;
		this.#problem = 'no answer came in time';
		this.#answers.last = undefined;
		super.export(metrics, (result) => {
			// Told in the same turn in which its answer was read, so the last answer is this export's own.
			const problem = result.code === 0 ? problemOf(this.#answers.last) : errorOf(result.error);
			if (problem === undefined) this.taken = true;
			if (number === this.#exports) this.#problem = problem;
			told(result);
		});
	}
}

/** What is wrong with an answer of status 200. */
function problemOf(answer: Answer | undefined): string | undefined {
	if (answer === undefined) return 'the connection broke in the middle of the answer';
	const { unreadable, partialSuccess } = answer;
	if (unreadable !== undefined) return `it answered 200 with a body that is not OTLP/JSON: ${unreadable}`;
	const told = partialSuccess as IExportMetricsServiceResponse['partialSuccess'];
	const rejected = Number(told?.rejectedDataPoints ?? 0);
	if (rejected === 0) return undefined;
	return `${rejected} data points rejected${told?.errorMessage ? `: ${told.errorMessage}` : ''}`;
}

function errorOf(error: Error | undefined): string {
	const status = error !== undefined && 'code' in error ? Number(error.code) : undefined;
	const sent = notTaken(error, { status: Number.isInteger(status) ? status : undefined });
	return sent.outcome === 'acknowledged' ? '' : sent.error;
}
