/** The files of a run's folder. */
export const RecordFile = {
	run: 'run.json',
	suite: 'suite.json',
	gate: 'gate.yaml',
	trials: 'trials.jsonl',
	spans: 'spans.jsonl',
	delivery: 'export.json',
	verdict: 'verdict.json',
	/** There only while a run has not ended. */
	redactionKey: 'redaction.key',
	lock: 'lock',
} as const;
