import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { assertFree } from '../../src/record/lock.ts';
import { idOf, type Json, readStoredRun, type StoredRun, type WireSpan } from './stored-run.ts';

const abandoned = 'spangate.abandoned';

/** What no kill may change of a deterministic pair: everything but ids, times and latencies. */
export function essence({ stdout }: { readonly stdout: string }): Json {
	const { verdict, baseline, candidate, regressions, gains } = JSON.parse(stdout) as GateResult;
	const ids = (list: GateResult['gains']) => list.map(({ questionId }) => questionId).sort();
	const facts = (side: Json) => ({
		metrics: withoutLatency(side.metrics),
		byTag: Object.values(side.byTag).map(withoutLatency),
		violations: side.violations,
		completed: side.run.completed,
		target: side.run.target,
	});
	return {
		outcome: verdict.outcome,
		rules: verdict.rules.map(({ id, outcome, observed }) => ({ id, outcome, observed })),
		baseline: facts(baseline),
		candidate: facts(candidate),
		regressions: ids(regressions),
		gains: ids(gains),
	};
}

function withoutLatency(metrics: Json): Json {
	return Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith('latency')));
}

/** The stored runs of a home that began, oldest first. */
export function runFolders(home: string): string[] {
	const runs = join(home, 'runs');
	const ids = existsSync(runs) ? readdirSync(runs) : [];
	return ids.filter((id) => existsSync(join(runs, id, 'run.json'))).sort();
}

/** true when the file ends in the middle of a line. */
export function isTorn(file: string): boolean {
	const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
	return bytes.length > 0 && bytes.at(-1) !== 0x0a;
}

/** The names of the spans of each trial's trace, by question and repeat: what an unbroken run has of it. */
export function tracesByTrial({ trials, spans }: StoredRun): Map<string, string[]> {
	const traces = byTrace(spans);
	return new Map(
		trials.map(({ questionId, repeat, traceId }) => [
			`${questionId} ${repeat}`,
			(traces.get(traceId) ?? []).map(({ name }) => name).sort(),
		]),
	);
}

/** Asserts that an ended run's record is one of a piece, whatever befell it; `expected` is an unbroken run's. */
export function assertWhole(home: string, id: string, expected: StoredRun): StoredRun {
	const stored = readStoredRun(home, id);
	const { folder, run, trials, spans, delivery } = stored;
	expect(run).toMatchObject({
		planned: expected.run.planned,
		completed: run.planned,
		interrupted: false,
		endedAt: expect.any(String),
	});
	const asked = (list: readonly Json[]) =>
		list.map(({ questionId, repeat }) => `${questionId} ${repeat}`).sort();
	expect(asked(trials)).toEqual(asked(expected.trials));
	expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
	expect(tracesByTrial(stored)).toEqual(tracesByTrial(expected));
	expect(marked(stored)).toBe(run.abandoned ?? 0);
	expect(delivery).toMatchObject({ ended: spans.length, recorded: spans.length });
	expect(delivery.acknowledged + delivery.rejected + delivery.outstanding).toBe(spans.length);
	const file = readFileSync(join(folder, 'spans.jsonl'));
	expect(file.at(delivery.runBytes - 1)).toBe(0x0a);
	const own = file.subarray(0, delivery.runBytes).toString('utf8');
	expect(own).toContain(`"spanId":"${run.spanId}"`);
	expect(own).not.toContain('"name":"gate"');
	// A partner that ended before the kill keeps the lock of the dead, which keeps nobody away.
	assertFree(folder);
	return stored;
}

/** Counts the traces marked as abandoned; one that belongs to no finished trial and hangs together must be. */
function marked({ run, trials, spans }: StoredRun): number {
	const finished = new Set(trials.map(({ traceId }) => traceId));
	let count = 0;
	for (const [traceId, trace] of byTrace(spans)) {
		const ids = new Set(trace.map(({ spanId }) => spanId));
		for (const span of trace) expect(ids).toContain(span.parentSpanId ?? span.spanId);
		const marks = trace.filter(({ attributes }) => attributes[abandoned] === true);
		const roots = trace.filter(({ parentSpanId }) => parentSpanId === undefined);
		expect(roots).toHaveLength(1);
		const [root] = roots;
		const isOther = traceId === run.traceId || root?.name === 'gate' || root?.name === 'lace shoes';
		if (finished.has(traceId) || isOther) expect(marks).toEqual([]);
		else {
			expect(marks.length).toBeGreaterThan(0);
			expect(root?.name).toBe('question');
			for (const mark of marks) expect(mark.attributes['spangate.run.id']).toBe(run.id);
			// One says so of a root that ended; others only stand in for spans that never did.
			const parents = new Set(trace.map(({ parentSpanId }) => parentSpanId));
			const bare = marks.filter(({ spanId }) => !parents.has(spanId));
			expect(bare).toHaveLength(root?.attributes[abandoned] === true ? 0 : 1);
			count++;
		}
	}
	return count;
}

function byTrace(spans: readonly WireSpan[]): Map<string, WireSpan[]> {
	const traces = new Map<string, WireSpan[]>();
	for (const span of spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
	return traces;
}

/** The ids of a run's recorded spans that a backend never took. */
export function neverTaken({ spans }: StoredRun, counts: ReadonlyMap<string, number>): string[] {
	return spans.map(idOf).filter((id) => !counts.has(id));
}
