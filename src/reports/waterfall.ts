import type { EvidenceSpan } from '../model/evidence.ts';
import { Attr } from '../telemetry/names.ts';
import { clip, printable, type Style, type Terminal, widthOf } from './terminal.ts';

/** What a trace report shows of a span's attributes: these prefixes, in this order. */
const shownPrefixes = ['spangate.', 'test.case.', 'gen_ai.', 'error.'];
const barWidth = 24;
const timeWidth = 12;

/** A question's trace as a waterfall: every span under its parent, with its time and its telling attributes. */
export function waterfall(spans: readonly EvidenceSpan[], terminal: Terminal): string {
	const start = Math.min(...spans.map(({ startMs }) => startMs));
	const end = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs));
	const scale = barWidth / Math.max(end - start, Number.EPSILON);
	const rows = inTreeOrder(spans);
	const names = rows.map(({ span, depth }) => `${'  '.repeat(depth)}${span.name}`);
	const nameWidth = Math.min(
		Math.max(...names.map(widthOf)),
		Math.max(16, terminal.columns - barWidth - timeWidth - 2),
	);
	return rows
		.flatMap(({ span, depth }, index) => {
			const name = padded(names[index] ?? '', nameWidth);
			const from = Math.min(barWidth - 1, Math.floor((span.startMs - start) * scale));
			const length = Math.max(1, Math.min(barWidth - from, Math.round(span.durationMs * scale)));
			const bar = `${' '.repeat(from)}${'█'.repeat(length)}`.padEnd(barWidth);
			const time = `${span.durationMs.toFixed(2)} ms`.padStart(timeWidth);
			const style = span.status === 'error' ? 'bad' : undefined;
			const line = `${style ? terminal.paint(style, name) : name}  ${terminal.paint('dim', bar)}${time}`;
			return [line, ...details(span, '  '.repeat(depth + 1), terminal)];
		})
		.join('\n');
}

function details(span: EvidenceSpan, indent: string, terminal: Terminal): string[] {
	const lines: string[] = [];
	if (span.statusMessage)
		lines.push(terminal.paint('bad', cut(`${indent}! ${span.statusMessage}`, terminal.columns)));
	const sorted = Object.entries(span.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
	const entries = shownPrefixes.flatMap((prefix) => sorted.filter(([key]) => key.startsWith(prefix)));
	// The root also bears the fields that the suite and the question add.
	if (span.parentSpanId === undefined) entries.push(...sorted.filter((entry) => !entries.includes(entry)));
	for (const [key, value] of entries) {
		const text = cut(`${indent}${key} = ${shownValue(value)}`, terminal.columns);
		lines.push(terminal.paint(styleOf(key, value) ?? 'dim', text));
	}
	for (const event of span.events) {
		const explanation = event.attributes[Attr.evaluationExplanation];
		if (typeof explanation === 'string') {
			lines.push(terminal.paint('dim', cut(`${indent}${explanation}`, terminal.columns)));
		}
	}
	return lines;
}

function styleOf(key: string, value: unknown): Style | undefined {
	if (value === 'violated' || value === 'unsafe' || value === 'fail' || value === 'errored') return 'bad';
	if (key === Attr.passed && value === false) return 'bad';
	return undefined;
}

function shownValue(value: EvidenceSpan['attributes'][string]): string {
	if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
	return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}

/** Depth first from each root, siblings by start; a span whose parent is not there counts as a root. */
function inTreeOrder(spans: readonly EvidenceSpan[]): { span: EvidenceSpan; depth: number }[] {
	const known = new Set(spans.map(({ spanId }) => spanId));
	const children = new Map<string | undefined, EvidenceSpan[]>();
	for (const span of spans) {
		const parent =
			span.parentSpanId !== undefined && known.has(span.parentSpanId) ? span.parentSpanId : undefined;
		children.set(parent, [...(children.get(parent) ?? []), span]);
	}
	const rows: { span: EvidenceSpan; depth: number }[] = [];
	const visit = (parent: string | undefined, depth: number) => {
		for (const span of (children.get(parent) ?? []).sort((a, b) => a.startMs - b.startMs)) {
			rows.push({ span, depth });
			visit(span.spanId, depth + 1);
		}
	};
	visit(undefined, 0);
	return rows;
}

function padded(text: string, width: number): string {
	const line = cut(text, width);
	return line + ' '.repeat(Math.max(0, width - widthOf(line)));
}

function cut(text: string, width: number): string {
	const line = printable(text);
	return clip(line, width);
}
