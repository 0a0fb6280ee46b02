/** What is kept of every question, beside the metrics of the whole run. */
export interface SampleWants {
	/** Names of columns (see `columnsOf`), or all. */
	readonly columns: ReadonlySet<string> | 'all';
	/** Keys of tags that questions are sliced or grouped by, or all. */
	readonly tags: ReadonlySet<string> | 'all';
	/** true when questions are grouped by their `cluster`. */
	readonly clusters: boolean;
}

/** What is kept of a question while all its trials pass; once one does not, its details are kept in any case. */
export interface Keep {
	/** Its trace: what a comparison shows beside the other run's. */
	readonly traces: boolean;
	/** The values that bounds are computed from. */
	readonly samples?: SampleWants;
}

/** All that a comparison on either side needs. */
export const everything: Keep = { traces: true, samples: { columns: 'all', tags: 'all', clusters: true } };

/** For a run that is shown by itself: nothing of a question that passed. */
export const keepForReport: Keep = { traces: false };

/** For a run that another is compared with: the other run’s groups count for both. */
export function keepAsBaseline({ columns }: SampleWants): Keep {
	const samples = { columns, tags: new Set<string>(), clusters: false };
	return { traces: true, samples };
}

/** For a run that is judged, compared with another or by itself. */
export function keepAsCandidate(samples: SampleWants): Keep {
	return { traces: true, samples };
}
