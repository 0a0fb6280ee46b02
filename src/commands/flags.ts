/** What is asked and how; each flag of these lists can also be set as SPANGATE_<NAME>. */
export const askFlags = {
	'max-concurrency': {
		alias: 'j',
		type: 'number',
		default: 8,
		describe: 'Trials under way at once',
	},
	repeat: { type: 'number', default: 1, describe: 'Ask every question this many times' },
	first: { alias: 'n', type: 'number', describe: 'Ask only the first N questions' },
	tag: {
		type: 'string',
		array: true,
		describe: 'Ask only questions with this tag, as key=value (repeatable)',
	},
	cache: {
		type: 'boolean',
		default: false,
		describe:
			'Take answers from the cache of earlier ones, and keep new ones there: no latency is measured then',
	},
	timeout: { type: 'number', default: 60, describe: 'Seconds that a target, scorer or check may take' },
} as const;

/** Where spans come from and go to, and what is shown meanwhile. */
export const traceFlags = {
	otlp: {
		type: 'string',
		describe: 'Also send spans and metrics to this OTLP/HTTP endpoint, e.g. http://localhost:4318',
	},
	receive: {
		type: 'string',
		requiresArg: false,
		describe:
			'Take spans of apps over OTLP/HTTP, at auto (a free port), PORT or HOST:PORT; on by itself when the suite needs them',
	},
	'export-timeout': {
		type: 'number',
		default: 30,
		describe: 'Seconds to wait for the backend after the last trial',
	},
	content: {
		type: 'string',
		describe:
			'Record at most this of questions and answers: full, redacted or none; holds back more than the suite says, never less',
	},
	progress: { type: 'boolean', default: true, describe: 'Show progress (--no-progress to switch it off)' },
} as const;

/** Where a result goes besides the terminal. */
export const outputFlags = {
	json: { type: 'boolean', default: false, describe: 'Print one JSON object and nothing else to stdout' },
	output: {
		alias: 'o',
		type: 'string',
		array: true,
		describe:
			'Also write the result to a .json or .md file, or a verdict as an in-toto statement to an .intoto.json one (repeatable)',
	},
} as const;

/** The gate file that stands in for another; `what` says what is done with it. */
export const gateFlag = <What extends string>(what: What) =>
	({ gate: { type: 'string', describe: what } }) as const;

/** The backends that a gate's rules ask. */
export const backendFlags = {
	prometheus: {
		type: 'string',
		describe: 'Ask this Prometheus for the gate’s `prometheus` rules, e.g. http://localhost:9090',
	},
	tempo: {
		type: 'string',
		describe: 'Ask this Tempo for the gate’s `tempo` rules, e.g. http://localhost:3200',
	},
	'backend-timeout': {
		type: 'number',
		default: 15,
		describe: 'Seconds to wait for an answer of Prometheus or Tempo',
	},
} as const;

/** The suite that a command works on. */
export const suitePositional = {
	type: 'string',
	demandOption: true,
	describe: 'The suite’s folder',
} as const;

/** The suite whose stored runs a command reads. */
export const storedSuitePositional = {
	type: 'string',
	demandOption: true,
	describe: 'The suite’s name, or its folder',
} as const;

/** The stored run that a command works on. */
export const runPositional = {
	type: 'string',
	demandOption: true,
	describe: 'A stored run: @<run-id>, @latest or @<tag> (the @ may be left out)',
} as const;
