import type { EvidenceSpan } from '../model/evidence.ts';
import { Attr, SpanName } from './names.ts';
import { ofLast } from './of-last.ts';

/** Who is below whom among the spans of one trace, in whichever order they came. */
export class SpanTree {
	readonly #byId: ReadonlyMap<string, EvidenceSpan>;

	constructor(spans: readonly EvidenceSpan[]) {
		this.#byId = new Map(spans.map((span) => [span.spanId, span]));
	}

	/** The spans above one, nearest first, as far as they are here; none when they go in a circle. */
	ancestors(span: EvidenceSpan): EvidenceSpan[] {
		const found = new Set<EvidenceSpan>();
		for (let above = this.#parent(span); above !== undefined; above = this.#parent(above)) {
			if (above.spanId === span.spanId || found.has(above)) return [];
			found.add(above);
		}
		return [...found];
	}

	#parent({ parentSpanId }: EvidenceSpan): EvidenceSpan | undefined {
		return parentSpanId === undefined ? undefined : this.#byId.get(parentSpanId);
	}
}

/** The tree of some spans. */
export const treeOf = ofLast((spans: readonly EvidenceSpan[]) => new SpanTree(spans));

/**
 * The spans that the app made: all but spangate's own call of the target. That is the `invoke_agent {target}` span
 * whose parent, the question's root, is not among the evidence; should an app's agent span have lost its parent and
 * look the same, the one that started first is spangate's.
 */
export const appSpans = ofLast((spans: readonly EvidenceSpan[]): readonly EvidenceSpan[] => {
	const called = spans.filter(({ name, parentSpanId, attributes }) => {
		if (attributes[Attr.operation] !== 'invoke_agent' || parentSpanId === undefined) return false;
		const agent = attributes[Attr.agentName];
		return typeof agent === 'string' && name === SpanName.invokeAgent(agent);
	});
	const ids = new Set(spans.map(({ spanId }) => spanId));
	const own = called
		.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))
		.sort(byStart)[0];
	return own === undefined ? spans : Object.freeze(spans.filter((span) => span !== own));
});

/**
 * Sorts spans by their start. Equal ones keep the order in which they came, which is that of their ends: the SDK for
 * JavaScript lets spans start at whole milliseconds, so that short ones often share a start.
 */
export function byStart(a: { readonly startMs: number }, b: { readonly startMs: number }): number {
	return a.startMs - b.startMs;
}
