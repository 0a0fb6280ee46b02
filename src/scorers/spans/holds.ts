import { SpangateError } from '../../errors.ts';
import type { EvidenceSpan } from '../../model/evidence.ts';
import { byStart } from '../../telemetry/span-tree.ts';
import { type Count, type Expectation, type Others, selectorOf } from './expectation.ts';
import { describe, select } from './selector.ts';

/** A selector, ready to use, and what a reason calls it. */
interface Choice {
	readonly name: string;
	/** The spans that fit, by start. */
	of(spans: readonly EvidenceSpan[]): EvidenceSpan[];
}

/** One thing that a trace must show: gives what it showed instead, or undefined when it holds. */
export type Requirement = (spans: readonly EvidenceSpan[]) => string | undefined;

/**
 * Compiles an expectation: the number of selected spans is right (without `count`: there is one), and each of them is
 * short enough, has no error and, for `before`, has ended when the first of the others starts, of which there must be
 * one. Where a start is only known to the millisecond, an end within it is not after it.
 */
export function requirement(expectation: Expectation, all: readonly Expectation[]): Requirement {
	const { count, max_duration_ms: longest, no_errors, before } = expectation;
	const chosen = choice(expectation, all);
	const others = before === undefined ? undefined : choice(before, all);
	return (spans) => {
		const selected = chosen.of(spans);
		const faults: string[] = [];
		if (!isRight(selected.length, count)) {
			const seen = selected.length === 0 ? `; the app’s spans: ${names(spans)}` : `: ${names(selected)}`;
			faults.push(`${selected.length} of ${wanted(count)}${seen}`);
		}
		if (longest !== undefined) {
			// A span that ended before it started must not pass for a short one.
			const slow = selected.filter(({ durationMs }) => !(durationMs >= 0 && durationMs <= longest));
			if (slow.length > 0) faults.push(`longer than ${longest} ms: ${names(slow, duration)}`);
		}
		if (no_errors) {
			const failed = selected.filter(({ status }) => status === 'error');
			if (failed.length > 0) faults.push(`with errors: ${names(failed, error)}`);
		}
		if (others !== undefined) {
			const [first] = others.of(spans);
			if (first === undefined) faults.push(`not before ${others.name}, of which there is no span`);
			else {
				const late = selected.filter((span) => !(endMs(span) <= first.startMs + precisionMs(first)));
				if (late.length > 0) faults.push(`ended after "${first.name}" had started: ${names(late)}`);
			}
		}
		return faults.length === 0 ? undefined : `${chosen.name}: ${faults.join('; ')}`;
	};
}

/** Compiles an order: the first spans of each selector are there, are different spans, and start one after the other. */
export function ordered(order: readonly Others[], all: readonly Expectation[]): Requirement {
	const choices = order.map((others) => choice(others, all));
	return (spans) => {
		const firsts = choices.map((each) => ({ name: each.name, span: each.of(spans)[0] }));
		const absent = firsts.filter(({ span }) => span === undefined).map(({ name }) => name);
		if (absent.length > 0) return `order: no span ${absent.join(', ')}; the app’s spans: ${names(spans)}`;
		const found = firsts.flatMap(({ span }) => span ?? []);
		const holds = found.every((span, index) => {
			const next = found[index + 1];
			return next === undefined || (span !== next && span.startMs <= next.startMs);
		});
		if (holds) return undefined;
		const expected = firsts.map(({ name }) => name).join(', ');
		return `order: expected ${expected}; started: ${names([...new Set(found)].sort(byStart))}`;
	};
}

function choice(others: Others | Expectation, all: readonly Expectation[]): Choice {
	const selector = selectorOf(others, all);
	if (selector === undefined) throw new SpangateError('config', `no expectation "${others}"`);
	const fits = select(selector);
	const id = typeof others === 'string' ? others : 'id' in others ? others.id : undefined;
	return { name: id ?? describe(selector), of: (spans) => spans.filter(fits).sort(byStart) };
}

function isRight(selected: number, count: Count | undefined): boolean {
	if (count === undefined) return selected > 0;
	if (typeof count === 'number') return selected === count;
	return selected >= (count.min ?? 0) && selected <= (count.max ?? Number.POSITIVE_INFINITY);
}

function wanted(count: Count | undefined): string {
	if (count === undefined) return 'at least 1 span';
	if (typeof count === 'number') return `exactly ${count} spans`;
	const bounds = [
		...(count.min === undefined ? [] : [`at least ${count.min}`]),
		...(count.max === undefined ? [] : [`at most ${count.max}`]),
	];
	return `${bounds.join(' and ')} spans`;
}

/**
 * How much later than it says a span may have started: the SDK for JavaScript cuts starts (and no ends) to whole
 * milliseconds, and a sum of milliseconds since 1970, such as an end, is off by up to a quarter of a microsecond.
 */
const precisionMs = ({ startMs }: EvidenceSpan) => (Number.isInteger(startMs) ? 1 : 0.001);
const endMs = ({ startMs, durationMs }: EvidenceSpan) => startMs + Math.max(durationMs, 0);

const duration = ({ durationMs }: EvidenceSpan) => ` (${Math.round(durationMs * 1e3) / 1e3} ms)`;
const error = ({ statusMessage }: EvidenceSpan) => (statusMessage ? ` (${statusMessage})` : '');

const mostNames = 10;

/** The spans by name, each name once with its number, the first few of them. */
function names(spans: readonly EvidenceSpan[], note: (span: EvidenceSpan) => string = () => ''): string {
	const counts = new Map<string, number>();
	for (const span of [...spans].sort(byStart)) {
		const name = `${span.name}${note(span)}`;
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	if (counts.size === 0) return 'none';
	const listed = [...counts].slice(0, mostNames).map(([name, n]) => (n === 1 ? name : `${name} ×${n}`));
	const rest = counts.size - listed.length;
	return `${listed.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}
