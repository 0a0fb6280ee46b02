/** Where a person looks at a run's traces and metrics: base URLs, without a slash at the end. */
export interface Uis {
	readonly jaeger?: string;
	readonly grafana?: string;
}

/** Where one question's trace is shown. */
export interface QuestionLinks {
	readonly questionId: string;
	/** The candidate's trace, which all of these show. */
	readonly traceId: string;
	readonly jaeger?: string;
	/** The baseline's trace beside it. */
	readonly diff?: string;
	/** The trace in Grafana Explore. */
	readonly explore?: string;
}

/** Deep links of a result: printed beside it, and in no record, since they depend on where the spans are now. */
export interface Links {
	/** A dashboard that shows these runs. */
	readonly dashboard?: string;
	readonly questions: readonly QuestionLinks[];
}
