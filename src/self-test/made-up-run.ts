import type { Keep } from '../metrics/questions.ts';
import { RunFacts } from '../metrics/run-facts.ts';
import { type Run, schemaVersion } from '../model/run.ts';
import { type Finding, type Score, type Spent, type Trial, trialPasses } from '../model/trial.ts';

/** A suite as far as a gate can see it in its records. */
export interface Subject {
	readonly suite: Pick<Run['suite'], 'name' | 'digest'>;
	readonly questions: readonly SubjectQuestion[];
	readonly scorers: Run['scorers'];
	readonly checks: Run['checks'];
	/** How often each question is asked. */
	readonly repeats: number;
}

/** What of a question decides how its trials count. */
export interface SubjectQuestion {
	readonly id: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly cluster?: string | undefined;
	/** Scorers that have nothing to grade here. */
	readonly skip?: readonly string[] | undefined;
	/** Checks with `apply: listed` that judge it. */
	readonly policies?: readonly string[] | undefined;
}

/** What becomes of a made-up trial; what is not said of it is as good as can be. */
export interface Fate {
	readonly failed?: boolean;
	/** What a scorer that grades it gives. */
	readonly score?: (scorer: string) => number | 'errored' | 'absent';
	/** What a check that judges it finds. */
	readonly finding?: (check: Run['checks'][number]) => Finding['status'] | 'absent';
	readonly latencyMs?: number;
	readonly costUsd?: number | 'unreported';
	/** Tokens in, and as many out. */
	readonly tokens?: number | 'unreported';
	/** What all that ask models spend together, where any does. */
	readonly judgeCostUsd?: number | 'unreported';
	readonly judgeTokens?: number | 'unreported';
}

/** What becomes of every trial of a question, which stands at this place of the set. */
export type Making = (question: SubjectQuestion, index: number) => Fate;

/** Every trial answered, all scores 1, nothing violated. */
export const good: Making = () => ({});

/** What a good answer takes, where a gate says nothing of it. */
export const usual = { ms: 100, usd: 0.01, tokens: 100 } as const;

const version = 'made up';

/** The run of a made-up record that ended at this time, whole unless `parts` say otherwise. */
export function madeUpRun(
	{ suite, questions, scorers, checks, repeats }: Subject,
	role: 'baseline' | 'candidate',
	endedAt: string,
	parts: Partial<Run> = {},
): Run {
	const planned = questions.length * repeats;
	return {
		schemaVersion,
		spangate: version,
		id: `made-up-${role}`,
		role,
		suite: { ...suite, questions: Math.max(1, questions.length) },
		selection: {},
		repeats,
		target: { name: role, use: 'module', models: [], promptVersions: [] },
		scorers,
		checks,
		configDigest: suite.digest,
		seed: 1,
		concurrency: 1,
		planned,
		completed: planned,
		interrupted: false,
		traceId: 'f'.repeat(32),
		spanId: 'e'.repeat(16),
		startedAt: endedAt,
		endedAt,
		loopDelay: { p50Ms: 0, p99Ms: 0, maxMs: 0, waited: 0 },
		...parts,
	};
}

/** The trials of a made-up run, question by question. */
export function* madeUpTrials(subject: Subject, run: Run, making: Making): Generator<Trial> {
	for (const [index, question] of subject.questions.entries()) {
		for (let repeat = 0; repeat < subject.repeats; repeat++) {
			yield madeUpTrial(
				subject,
				run,
				question,
				making(question, index),
				index * subject.repeats + repeat,
				repeat,
			);
		}
	}
}

/** What a gate draws from a run of these trials. */
export function factsOf(run: Run, trials: Iterable<Trial>, keep: Keep): RunFacts {
	const facts = new RunFacts(run, keep);
	for (const trial of trials) facts.add(trial);
	return facts;
}

function madeUpTrial(
	{ scorers, checks }: Subject,
	run: Run,
	question: SubjectQuestion,
	{ failed = false, score = () => 1, finding = () => 'ok', ...measured }: Fate,
	place: number,
	repeat: number,
): Trial {
	const { latencyMs = usual.ms, costUsd = usual.usd, tokens = usual.tokens } = measured;
	const spentBy = spending(measured);
	const scores = scorers.flatMap(({ name, spends }) => {
		if (question.skip?.includes(name)) return madeUpScore(name, 'skipped');
		if (failed) return madeUpScore(name, 0);
		return madeUpScore(name, score(name), spentBy(spends));
	});
	const judging = checks.filter(({ name, apply }) => apply === 'all' || question.policies?.includes(name));
	const findings = failed
		? []
		: judging.flatMap((check) => madeUpFinding(check, finding(check), spentBy(check.spends)));
	const base = {
		runId: run.id,
		questionId: question.id,
		repeat,
		input: question.id,
		tags: { ...question.tags },
		...(question.cluster !== undefined && { cluster: question.cluster }),
		latencyMs,
		...(costUsd !== 'unreported' && !failed && { costUsd }),
		scores,
		findings,
		traceId: place.toString(16).padStart(32, '0'),
		startedAt: run.startedAt,
	};
	const result = failed ? 'failed' : 'answered';
	const passed = trialPasses({ result, scores, findings });
	if (failed) return { result: 'failed', ...base, passed, error: { type: version, message: version } };
	const usage = tokens === 'unreported' ? undefined : { inputTokens: tokens, outputTokens: tokens };
	return {
		result: 'answered',
		...base,
		passed,
		answer: { output: version, latencyMs, ...(usage && { usage }) },
	};
}

/** The first that asks a model spends it all, the others nothing. */
function spending({ judgeCostUsd = usual.usd, judgeTokens = usual.tokens }: Fate) {
	let first = true;
	return (spends: true | undefined): Spent => {
		if (!spends) return {};
		const [costUsd, tokens] = first ? [judgeCostUsd, judgeTokens] : [0, 0];
		first = false;
		return {
			...(costUsd !== 'unreported' && { costUsd }),
			...(tokens !== 'unreported' && { usage: { inputTokens: tokens, outputTokens: tokens } }),
		};
	};
}

function madeUpScore(
	scorer: string,
	given: number | 'errored' | 'absent' | 'skipped',
	spent: Spent = {},
): Score[] {
	const identity = { scorer, version };
	if (given === 'absent') return [];
	if (given === 'errored') return [{ status: 'errored', ...identity, error: version, ...spent }];
	if (given === 'skipped') return [{ status: 'skipped', ...identity, reason: version }];
	return [{ status: 'scored', ...identity, value: given, threshold: 1, passed: given >= 1, ...spent }];
}

function madeUpFinding(
	{ name, kind }: Run['checks'][number],
	status: Finding['status'] | 'absent',
	spent: Spent,
): Finding[] {
	const identity = { check: name, version, kind, ...spent };
	switch (status) {
		case 'absent':
			return [];
		case 'ok':
			return [{ status, ...identity }];
		case 'errored':
			return [{ status, ...identity, error: version }];
		case 'violated':
			return [{ status, ...identity, category: version, severity: 'critical', reason: version }];
	}
}
