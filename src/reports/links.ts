import type { Links, QuestionLinks, Uis } from '../model/links.ts';
import type { Run } from '../model/run.ts';
import type { GateResult, RunSummary } from '../model/verdict.ts';

/** Before the first run's start and after the last one's end: clocks differ, and metrics are scraped later. */
const slackMs = { before: 60_000, after: 300_000 } as const;

/** The data source and the dashboards that grafana/provisioning and grafana/dashboards define. */
const uids = { tempo: 'tempo', runs: 'spangate-runs', questions: 'spangate-questions' } as const;

/** Milliseconds since 1970, as Grafana writes them. */
interface Range {
	readonly from: string;
	readonly to: string;
}

/** The links of a comparison: for each question that was lost or violated a check, and for the two runs. */
export function gateLinks(
	{ suite, baseline, candidate, regressions, verdict }: GateResult,
	uis: Uis,
	baselineIsThere: boolean,
): Links {
	const before = 'missing' in baseline ? undefined : baseline.run;
	const range = rangeOf(before === undefined ? [candidate.run] : [before, candidate.run]);
	const lost = new Set(regressions.map(({ traceId }) => traceId));
	const offences = new Map<string, QuestionLinks>();
	for (const { traceId, questionId } of verdict.rules.flatMap(({ offences: found }) => found ?? [])) {
		if (!lost.has(traceId)) offences.set(traceId, questionLinks({ questionId, traceId }, uis, range));
	}
	const pairs = regressions.map((each) => ({
		...questionLinks(each, uis, range),
		...(uis.jaeger !== undefined &&
			baselineIsThere && { diff: jaegerDiff(uis.jaeger, each.baselineTraceId, each.traceId) }),
	}));
	const variables = { suite: suite.name, baseline: before?.id ?? '', candidate: candidate.run.id };
	return {
		...(uis.grafana !== undefined && { dashboard: dashboard(uis.grafana, uids.runs, variables, range) }),
		questions: [...pairs, ...offences.values()],
	};
}

/** The links of a single run: for each question that did not pass, and for the run. */
export function runLinks({ run, notPassed }: RunSummary, uis: Uis): Links {
	const range = rangeOf([run]);
	const variables = { suite: run.suite.name, run: run.id };
	return {
		...(uis.grafana !== undefined && {
			dashboard: dashboard(uis.grafana, uids.questions, variables, range),
		}),
		questions: notPassed.map((each) => questionLinks(each, uis, range)),
	};
}

function questionLinks(
	{ questionId, traceId }: Pick<QuestionLinks, 'questionId' | 'traceId'>,
	{ jaeger, grafana }: Uis,
	range: Range,
): QuestionLinks {
	return {
		questionId,
		traceId,
		...(jaeger !== undefined && { jaeger: jaegerTrace(jaeger, traceId) }),
		...(grafana !== undefined && { explore: exploreTrace(grafana, traceId, range) }),
	};
}

/** Jaeger's page of a trace. */
export function jaegerTrace(base: string, traceId: string): string {
	return `${base}/trace/${encoded(traceId)}`;
}

/** Jaeger's comparison of two traces, the baseline's on the left. */
export function jaegerDiff(base: string, baselineTraceId: string, candidateTraceId: string): string {
	return `${base}/trace/${encoded(baselineTraceId)}...${encoded(candidateTraceId)}`;
}

/** A trace in Grafana Explore: a TraceQL query that is an id finds that trace (schema version 1 of Explore's URLs). */
function exploreTrace(base: string, traceId: string, range: Range): string {
	const datasource = { type: 'tempo', uid: uids.tempo };
	const panes = {
		trace: {
			datasource: uids.tempo,
			queries: [{ refId: 'A', datasource, queryType: 'traceql', query: traceId }],
			range,
		},
	};
	return `${base}/explore?schemaVersion=1&orgId=1&panes=${encoded(JSON.stringify(panes))}`;
}

function dashboard(
	base: string,
	uid: string,
	variables: Readonly<Record<string, string>>,
	{ from, to }: Range,
): string {
	const chosen = Object.entries(variables).map(([name, value]) => `var-${name}=${encoded(value)}`);
	return `${base}/d/${uid}/?${[...chosen, `from=${from}`, `to=${to}`].join('&')}`;
}

function rangeOf(runs: readonly Run[]): Range {
	const starts = runs.map(({ startedAt }) => Date.parse(startedAt));
	const ends = runs.map(({ startedAt, endedAt }) => Date.parse(endedAt ?? startedAt));
	return {
		from: String(Math.min(...starts) - slackMs.before),
		to: String(Math.max(...ends) + slackMs.after),
	};
}

/** As a part of a URL that can also stand between the brackets of a Markdown link. */
function encoded(text: string): string {
	const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
	return encodeURIComponent(text).replace(/[!'()*~]/g, hex);
}
