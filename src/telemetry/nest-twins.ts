import type { EvidenceSpan } from '../model/evidence.ts';
import { isSnapshotOf } from './model-snapshot.ts';
import { byStart, treeOf } from './span-tree.ts';

/** What a span of a model call says of it, as far as it does. */
interface Said {
	readonly model: string | undefined;
	/** What only one call says: its tokens, its answer's id. */
	readonly facts: readonly unknown[];
	/** The tools that it asks for, in one text; empty when none. */
	readonly tools: string | undefined;
}

/** Spans of JavaScript start at whole milliseconds, so that an inner one can seem to end after the outer. */
const toleranceMs = 1;

/**
 * Gives the spans with each model call that a client library traced beside a framework's span of the same call, instead
 * of below it, put below that: LangChain's callbacks make spans, but no context that other spans could join. The same
 * call is one by another name that hangs no deeper in the trace, lies within the other's time, and tells the same model
 * and no other tokens, answer or tools; each stands for one.
 */
export function nestTwins(
	spans: readonly EvidenceSpan[],
	isCall: (span: EvidenceSpan) => boolean,
	said: (span: EvidenceSpan) => Said,
): readonly EvidenceSpan[] {
	const calls = spans.filter(isCall).sort(byStart);
	if (new Set(calls.map(({ name }) => name)).size < 2) return spans;
	const tree = treeOf(spans);
	const aboveOf = new Map(
		calls.map((call) => [call, new Set([call, ...tree.ancestors(call)].map((each) => each.parentSpanId))]),
	);
	const isTwin = (outer: EvidenceSpan, inner: EvidenceSpan) =>
		outer.name !== inner.name &&
		endOf(inner) <= endOf(outer) + toleranceMs &&
		aboveOf.get(outer)?.has(inner.parentSpanId) === true &&
		aboveOf.get(inner)?.has(outer.spanId) !== true &&
		agree(said(outer), said(inner));

	const parents = new Map<EvidenceSpan, string>();
	let running: EvidenceSpan[] = [];
	let started = 0;
	for (const inner of calls) {
		for (let next = calls[started]; next && next.startMs <= inner.startMs; next = calls[started]) {
			running.push(next);
			started += 1;
		}
		running = running.filter((each) => endOf(each) + toleranceMs >= inner.startMs);
		const outer = running.find((each) => !parents.has(each) && isTwin(each, inner));
		if (outer === undefined) continue;
		parents.set(inner, outer.spanId);
		running.splice(running.indexOf(outer), 1);
	}
	if (parents.size === 0) return spans;
	const nested = spans.map((span) => {
		const parentSpanId = parents.get(span);
		return parentSpanId === undefined ? span : { ...span, parentSpanId };
	});
	return Object.freeze(nested);
}

function endOf({ startMs, durationMs }: EvidenceSpan): number {
	return startMs + durationMs;
}

/** One of the two may name the model that was asked, and the other its snapshot that answered. */
function agree(a: Said, b: Said): boolean {
	if (a.model === undefined || b.model === undefined) return false;
	const sameModel = a.model === b.model || isSnapshotOf(a.model, b.model) || isSnapshotOf(b.model, a.model);
	const agrees = (fact: unknown, other: unknown) =>
		fact === undefined || other === undefined || fact === other;
	// Calls of one model at a time are often several: what says no more than the model does not tell which.
	const tellsMore = [a, b].some(({ facts, tools }) => tools || facts.some((fact) => fact !== undefined));
	return (
		sameModel &&
		tellsMore &&
		agrees(a.tools, b.tools) &&
		a.facts.every((fact, index) => agrees(fact, b.facts[index]))
	);
}
