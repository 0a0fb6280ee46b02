import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { Question } from '../model/question.ts';
import { type CheckKind, type Finding, type Severity, type Trial, weightedMean } from '../model/trial.ts';
import { Attr } from '../telemetry/names.ts';
import type { TrialContext } from './trial.ts';

const severityOrder: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Puts a trial's identity, result, scores and its policy and safety outcome on the question's root span. */
export function describeTrial(root: Span, trial: Trial, question: Question, run: TrialContext): void {
	const attributes: Attributes = {
		// A user's fields come first, so that they can never hide a verdict of ours.
		...run.suite.attributes,
		...question.attributes,
		[Attr.suiteName]: run.suite.name,
		[Attr.caseName]: question.id,
		[Attr.caseStatus]: trial.passed ? 'pass' : 'fail',
		[Attr.runId]: run.runId,
		[Attr.target]: run.target.name,
		[Attr.questionId]: question.id,
		[Attr.questionRepeat]: trial.repeat,
		[Attr.questionTags]: Object.entries(question.tags).map(([key, value]) => `${key}=${value}`),
		[Attr.passed]: trial.passed,
		...policyAttributes(trial.findings),
		...safetyAttributes(trial.findings),
	};
	for (const score of trial.scores) {
		if (score.status === 'scored') attributes[Attr.score(score.scorer)] = score.value;
	}
	if (trial.pass !== undefined) {
		attributes[Attr.passThreshold] = trial.pass.threshold;
		const mean = weightedMean(trial.scores, trial.pass);
		if (mean !== undefined && Number.isFinite(mean)) attributes[Attr.weightedScore] = mean;
	}
	if (trial.result === 'failed') attributes[Attr.errorType] = trial.error.type;
	root.setAttributes(attributes);
}

/** Marks the root of a trial that does not count: its target or a grader was down, and the question is asked again. */
export function describeAbandoned(root: Span, trial: Trial, run: TrialContext): void {
	const { questionId, repeat } = trial;
	root.setAttributes({
		[Attr.suiteName]: run.suite.name,
		[Attr.caseName]: questionId,
		[Attr.runId]: run.runId,
		[Attr.target]: run.target.name,
		[Attr.questionId]: questionId,
		[Attr.questionRepeat]: repeat,
		[Attr.abandoned]: true,
		[Attr.errorType]: 'abandoned',
	});
	root.setStatus({
		code: SpanStatusCode.ERROR,
		message: `${trial.result === 'failed' ? 'the target' : 'a scorer or check'} is down; the question is asked again when the run goes on`,
	});
}

function policyAttributes(findings: readonly Finding[]): Attributes {
	const mine = findings.filter(({ kind }) => kind === 'policy');
	return {
		[Attr.policyStatus]: statusOf(mine, 'policy'),
		[Attr.policyViolations]: mine.filter(({ status }) => status === 'violated').map(({ check }) => check),
		[Attr.policyChecks]: mine.map(({ check }) => check),
	};
}

function safetyAttributes(findings: readonly Finding[]): Attributes {
	const mine = findings.filter(({ kind }) => kind === 'safety');
	const violated = mine.filter((finding) => finding.status === 'violated');
	const worst = severityOrder.findLast((severity) =>
		violated.some((finding) => finding.severity === severity),
	);
	return {
		[Attr.safetyStatus]: statusOf(mine, 'safety'),
		[Attr.safetyCategories]: [...new Set(violated.map(({ category }) => category))],
		[Attr.safetySeverity]: worst ?? 'none',
		[Attr.safetyChecks]: mine.map(({ check }) => check),
	};
}

function statusOf(findings: readonly Finding[], kind: CheckKind): string {
	const words = kind === 'policy' ? { ok: 'pass', violated: 'violated' } : { ok: 'safe', violated: 'unsafe' };
	if (findings.some(({ status }) => status === 'violated')) return words.violated;
	if (findings.some(({ status }) => status === 'errored')) return 'errored';
	return findings.length === 0 ? 'not_checked' : words.ok;
}
