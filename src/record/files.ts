/** The files of a run's folder. */
export const RecordFile = {
	run: 'run.json',
	suite: 'suite.json',
	gate: 'gate.yaml',
	trials: 'trials.jsonl',
	spans: 'spans.jsonl',
	delivery: 'export.json',
	verdict: 'verdict.json',
	lock: 'lock',
} as const;
