import type { Verb } from './command.ts';

/** Every verb, in the order in which help shows them; the one that is called for is loaded with all it needs. */
export const verbs: readonly Verb[] = [
	{
		usage: 'compare <suite>',
		describe: 'Run baseline and candidate, compare them question by question, and say DEPLOY or NO-DEPLOY',
		load: async () => (await import('./compare.ts')).compare,
	},
	{
		usage: 'run <suite>',
		describe: 'Run one target over a suite and keep its record',
		load: async () => (await import('./run.ts')).run,
	},
	{
		usage: 'resume [run]',
		describe: 'Go on with a run that was killed or interrupted, a pair as a pair',
		load: async () => (await import('./resume.ts')).resume,
	},
	{
		usage: 'gate <run>',
		describe: 'Make the verdict again from records alone; the exit code is the verdict',
		load: async () => (await import('./gate.ts')).gate,
	},
	{
		usage: 'thresholds [suite]',
		describe: 'Show the gate’s rules as a table',
		load: async () => (await import('./thresholds.ts')).thresholds,
	},
	{
		usage: 'trace <run> <question>',
		describe: 'Show a question’s trace: spans with their times, policy and safety, scores, findings',
		load: async () => (await import('./trace.ts')).trace,
	},
	{
		usage: 'export <run>',
		describe: 'Send the spans of a stored run that the backend has not acknowledged',
		load: async () => (await import('./export.ts')).exportCommand,
	},
	{
		usage: 'verify <run>',
		describe: 'Ask Jaeger or Tempo for every trace of a stored run, and say which recorded spans it lacks',
		load: async () => (await import('./verify.ts')).verify,
	},
	{
		usage: 'runs',
		describe: 'List the stored runs, newest first',
		load: async () => (await import('./runs.ts')).runs,
	},
	{
		usage: 'history <suite>',
		describe: 'Show what the stored runs of a suite came to over time, with intervals and verdicts',
		load: async () => (await import('./history.ts')).history,
	},
	{
		usage: 'power <suite>',
		describe: 'Say how many questions and repeats a margin needs, by the variance of a stored run',
		load: async () => (await import('./power.ts')).power,
	},
	{
		usage: 'judge-agreement <run> <labels>',
		describe: 'Compare a judge’s passes (or a check’s findings) in a stored run with human labels',
		load: async () => (await import('./judge-agreement.ts')).judgeAgreement,
	},
	{
		usage: 'promote <run> <tag>',
		describe: 'Name a stored run on purpose, e.g. as the baseline of later comparisons',
		load: async () => (await import('./promote.ts')).promote,
	},
	{
		usage: 'init [folder]',
		describe: 'Write a small suite that runs as it is, to begin with',
		load: async () => (await import('./init.ts')).init,
	},
	{
		usage: 'import <file>',
		describe: 'Make a suite of a set of promptfoo, OpenAI evals, Inspect, CSV or JSON lines',
		load: async () => (await import('./import.ts')).importCommand,
	},
	{
		usage: 'validate <suite>',
		describe: 'Check a suite’s files without asking any target',
		load: async () => (await import('./validate.ts')).validate,
	},
];
