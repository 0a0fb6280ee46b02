import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root as repository, runIds, Workspace } from '../support/cli.ts';
import { type Sink, startSink } from '../support/otlp-sink.ts';
import {
	idOf,
	type Json,
	readLines,
	readStoredRun,
	type StoredRun,
	type WireSpan,
} from '../support/stored-run.ts';

const kind = { internal: 1, server: 2, client: 3 };
const questions = new Map<string, Json>(
	readLines(join(repository, 'golden/support/questions.jsonl')).map((question) => [question.id, question]),
);

interface Trace {
	readonly trial: Json;
	readonly spans: readonly WireSpan[];
	readonly root: WireSpan;
	readonly invoke: WireSpan;
}

/** A run's trials, each with the spans of its trace. */
function tracesOf({ trials, spans, run }: StoredRun): Trace[] {
	const byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
	return trials.map((trial) => {
		const own = byTrace.get(trial.traceId) ?? [];
		const roots = own.filter(({ parentSpanId }) => parentSpanId === undefined);
		expect(roots.map(({ name }) => name)).toEqual(['question']);
		const [root] = roots as [WireSpan];
		const invoke = only(own.filter(({ name }) => name === `invoke_agent ${run.target.name}`));
		return { trial, spans: own, root, invoke };
	});
}

function only<Item>(items: readonly Item[]): Item {
	expect(items).toHaveLength(1);
	return items[0] as Item;
}

/** The names of the spans that stand anywhere below another. */
function below(ancestor: WireSpan, spans: readonly WireSpan[]): WireSpan[] {
	const children = spans.filter(({ parentSpanId }) => parentSpanId === ancestor.spanId);
	return children.flatMap((child) => [child, ...below(child, spans)]);
}

describe('the traces of a comparison', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let sink: Sink;
	let runs: StoredRun[];
	let traces: Trace[];

	beforeAll(async () => {
		sink = await startSink();
		const compared = await workspace.spangate(['compare', 'golden/support', '--otlp', sink.endpoint]);
		expect(compared.code).toBe(0);
		runs = runIds(compared).map((id) => readStoredRun(workspace.home, id));
		traces = runs.flatMap(tracesOf);
	}, 60_000);

	test('every question of both runs has a trace of its own', () => {
		expect(traces).toHaveLength(2 * questions.size);
		expect(new Set(traces.map(({ root }) => root.traceId)).size).toBe(traces.length);
		for (const { run, trials } of runs) {
			expect(trials.map(({ questionId }) => questionId).sort()).toEqual([...questions.keys()].sort());
			expect(new Set(trials.map(({ runId }) => runId))).toEqual(new Set([run.id]));
		}
	});

	test('every span has its parent in the trace, and no two have the same id', () => {
		for (const { spans } of traces) {
			const ids = new Set(spans.map(({ spanId }) => spanId));
			expect(ids.size).toBe(spans.length);
			for (const { parentSpanId } of spans) expect(parentSpanId ?? [...ids][0]).toBeOneOf([...ids]);
		}
	});

	test('the target’s own spans stand below its call, which stands below the root', () => {
		for (const { root, invoke, spans, trial } of traces) {
			expect(invoke.parentSpanId).toBe(root.spanId);
			const names = below(invoke, spans).map(({ name }) => name);
			expect(names).toContain('retrieval support-articles');
			expect(names).toContain(`chat ${trial.answer.model}`);
		}
	});

	test('each scorer and each check that applies has a span right below the root', () => {
		for (const { root, spans, trial } of traces) {
			const question = questions.get(trial.questionId);
			const { run } = runs.find((each) => each.run.id === trial.runId) ?? {};
			const expected = [
				...run.scorers
					.filter(({ name }: Json) => !question.skip?.includes(name))
					.map(({ name }: Json) => `evaluate ${name}`),
				...run.checks
					.filter(({ name, apply }: Json) => apply === 'all' || question.policies?.includes(name))
					.map(({ name }: Json) => `check ${name}`),
			];
			const graders = spans.filter(({ name }) => /^(evaluate|check) /.test(name));
			expect(graders.map(({ name }) => name).sort()).toEqual(expected.sort());
			for (const grader of graders)
				expect(grader).toMatchObject({ parentSpanId: root.spanId, kind: kind.internal });
		}
	});

	test('the root bears identity, result, scores, policy and safety as the trial has them', () => {
		for (const { root, trial } of traces) {
			const question = questions.get(trial.questionId);
			const { run } = runs.find((each) => each.run.id === trial.runId) ?? {};
			const scored = trial.scores.filter(({ status }: Json) => status === 'scored');
			expect(root.attributes).toEqual({
				'support.knowledge_base': 'brackenline',
				...question.attributes,
				'test.suite.name': 'support',
				'test.case.name': trial.questionId,
				'test.case.result.status': trial.passed ? 'pass' : 'fail',
				'spangate.run.id': run.id,
				'spangate.target': run.target.name,
				'spangate.question.id': trial.questionId,
				'spangate.question.repeat': 0,
				'spangate.question.tags': Object.entries(trial.tags).map(([key, value]) => `${key}=${value}`),
				'spangate.passed': trial.passed,
				...Object.fromEntries(scored.map(({ scorer, value }: Json) => [`spangate.score.${scorer}`, value])),
				...outcome(trial, 'policy', 'pass', 'violated'),
				...outcome(trial, 'safety', 'safe', 'unsafe'),
			});
		}
	});

	test('the root ends last and links to the span of its run', () => {
		for (const { root, spans, trial } of traces) {
			// By the record's order, which is that of ending: the SDK takes each span's start from a clock of whole
			// milliseconds, so that times of different spans are not exact enough to tell.
			const mine = spans.filter(({ name }) => /^(question|invoke_agent .*|evaluate .*|check .*)$/.test(name));
			expect(mine.at(0)?.name).toMatch(/^invoke_agent /);
			expect(mine.at(-1)).toBe(root);
			const run = runs.find((each) => each.run.id === trial.runId);
			const own = only((run?.spans ?? []).filter(({ name }) => name === 'run'));
			expect(own.traceId).toBe(run?.run.traceId);
			expect(root.links).toMatchObject([{ traceId: own.traceId, spanId: own.spanId }]);
			expect(own.links).toEqual([]);
		}
	});

	test('a scorer’s span has the evaluation event, a check’s span its judgement', () => {
		for (const { spans, trial } of traces) {
			for (const score of trial.scores.filter(({ status }: Json) => status === 'scored')) {
				const span = only(spans.filter(({ name }) => name === `evaluate ${score.scorer}`));
				expect(span.events).toMatchObject([
					{
						name: 'gen_ai.evaluation.result',
						attributes: {
							'gen_ai.evaluation.name': score.scorer,
							'gen_ai.evaluation.score.value': score.value,
							'gen_ai.evaluation.score.label': score.passed ? 'pass' : 'fail',
						},
					},
				]);
			}
			for (const finding of trial.findings) {
				const span = only(spans.filter(({ name }) => name === `check ${finding.check}`));
				expect(span.attributes).toMatchObject({
					'spangate.check.kind': finding.kind,
					'spangate.check.status': finding.status,
				});
			}
		}
	});

	test('the verdict is a trace of its own in the candidate’s record, linked to both runs', () => {
		const [baseline, candidate] = runs as [StoredRun, StoredRun];
		const gate = only(candidate.spans.filter(({ name }) => name === 'gate'));
		expect(gate.parentSpanId).toBeUndefined();
		expect(gate.links.map(({ traceId }) => traceId)).toEqual([baseline.run.traceId, candidate.run.traceId]);
		expect(gate.attributes).toMatchObject({
			'spangate.run.id': candidate.run.id,
			'spangate.verdict.outcome': 'DEPLOY',
		});
		expect(gate.events.map(({ attributes }) => attributes['spangate.rule.id'])).toContain('safety');
		expect(baseline.spans.filter(({ name }) => name === 'gate')).toEqual([]);
	});

	test('the backend has the same spans, id for id, each of them once', () => {
		const recorded = runs.flatMap(({ spans }) => spans).map(idOf);
		expect(new Set(recorded).size).toBe(recorded.length);
		expect([...sink.counts().keys()].sort()).toEqual(recorded.sort());
		expect([...sink.counts().values()].every((count) => count === 1)).toBe(true);
		expect(new Set(sink.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
	});

	test('they are the same spans in content too', () => {
		const byId = new Map(sink.taken.map((span) => [idOf(span), span]));
		for (const span of runs.flatMap(({ spans }) => spans)) expect(byId.get(idOf(span))).toEqual(span);
	});

	test('export.json counts what the backend has', () => {
		for (const { spans, delivery } of runs) {
			expect(delivery).toMatchObject({
				endpoint: `${sink.endpoint}/v1/traces`,
				ended: spans.length,
				recorded: spans.length,
				acknowledged: spans.length,
				rejected: 0,
				outstanding: 0,
			});
			expect(delivery).not.toHaveProperty('error');
		}
	});
});

describe('the traces of an app in another process', { timeout: 60_000 }, () => {
	test('its server span joins the question’s trace below the call', async () => {
		const workspace = new Workspace();
		const sink = await startSink();
		const args = ['run', 'golden/support', '--target', 'served', '-n', '12', '--otlp', sink.endpoint];
		const ran = await workspace.spangate(args, {
			// What spangate was given for its own backend must not send the app's spans there, nor switch them off.
			env: {
				OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${sink.endpoint}/v1/traces`,
				OTEL_TRACES_SAMPLER: 'always_off',
				OTEL_SDK_DISABLED: 'true',
				OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
				OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
			},
		});
		expect(ran.code).toBe(0);
		const stored = readStoredRun(workspace.home, runIds(ran)[0]);
		const traces = tracesOf(stored);
		expect(traces).toHaveLength(12);
		for (const { root, invoke, spans } of traces) {
			expect(invoke).toMatchObject({ parentSpanId: root.spanId, kind: kind.client });
			const server = only(spans.filter((span) => span.kind === kind.server));
			expect(server.parentSpanId).toBe(invoke.spanId);
			expect(server.resource['service.name']).toBe('served');
			const names = below(server, spans).map(({ name }) => name);
			expect(names).toContain('retrieval support-articles');
			expect(names.some((name) => name.startsWith('chat '))).toBe(true);
			expect(server.attributes['http.request.method']).toBe('POST');
		}
		const retrieved = stored.trials.flatMap(({ scores }) => scores);
		expect(retrieved.filter(({ status }) => status === 'errored')).toEqual([]);
		expect([...sink.counts().keys()].sort()).toEqual(stored.spans.map(idOf).sort());
		expect(stored.delivery).toMatchObject({
			ended: stored.spans.length,
			recorded: stored.spans.length,
			acknowledged: stored.spans.length,
		});
	});
});

function outcome(trial: Json, of: 'policy' | 'safety', good: string, bad: string): Record<string, unknown> {
	const findings = trial.findings.filter((finding: Json) => finding.kind === of);
	const violated = findings.filter(({ status }: Json) => status === 'violated');
	const status = violated.length > 0 ? bad : findings.length > 0 ? good : 'not_checked';
	const checks = findings.map(({ check }: Json) => check);
	const order = ['none', 'low', 'medium', 'high', 'critical'];
	const worst = Math.max(0, ...violated.map(({ severity }: Json) => order.indexOf(severity)));
	return of === 'policy'
		? {
				'spangate.policy.status': status,
				'spangate.policy.violations': violated.map(({ check }: Json) => check),
				'spangate.policy.checks': checks,
			}
		: {
				'spangate.safety.status': status,
				'spangate.safety.categories': [...new Set(violated.map(({ category }: Json) => category))],
				'spangate.safety.severity': order[worst],
				'spangate.safety.checks': checks,
			};
}
