import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './records.ts';
import { idOf, type Json, readJson, wireSpans } from './stored-run.ts';

const batchLines = 1_000;

/** A span as an SDK writes it; `index` makes its ids. */
export function spanJson(index: number, text = 'an answer'): Json {
	return {
		traceId: index.toString(16).padStart(32, '0'),
		spanId: index.toString(16).padStart(16, '0'),
		name: 'question',
		kind: 1,
		startTimeUnixNano: '1790000000000000000',
		endTimeUnixNano: '1790000000001000000',
		attributes: [{ key: 'spangate.answer', value: { stringValue: text } }],
		status: { code: 0 },
	};
}

/** One line of a spans file, without its line break. */
export function requestJson(spans: readonly Json[]): string {
	const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'spangate' } }] };
	return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 's' }, spans }] }] });
}

/** The folder of a finished run `run-1` in a home: as many lines as asked for, each of so many spans. */
export function storeSpans(
	home: string,
	{ lines, perLine, text }: { lines: number; perLine: number; text?: string },
): string {
	const folder = join(home, 'runs', 'run-1');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'run.json'), JSON.stringify(run()));
	const file = join(folder, 'spans.jsonl');
	writeFileSync(file, '');
	for (let from = 0; from < lines; from += batchLines) {
		const count = Math.min(batchLines, lines - from);
		const batch = Array.from({ length: count }, (_, line) =>
			requestJson(
				Array.from({ length: perLine }, (_, span) => spanJson(1 + (from + line) * perLine + span, text)),
			),
		);
		appendFileSync(file, `${batch.join('\n')}\n`);
	}
	return folder;
}

/** The ids of all spans of a run's folder, in the file's order; a torn last line is left out. */
export function recordedIds(folder: string): string[] {
	const lines = readFileSync(join(folder, 'spans.jsonl'), 'utf8').split('\n').slice(0, -1);
	return lines.flatMap((line) => wireSpans(JSON.parse(line)).map(idOf));
}

/** A run's `export.json`, its sum checked: every recorded span is acknowledged, rejected or outstanding. */
export function deliveryOf(folder: string): Json {
	const delivery = readJson(join(folder, 'export.json'));
	const { recorded, acknowledged, rejected, outstanding } = delivery;
	if (acknowledged + rejected + outstanding !== recorded) {
		throw new Error(`spans that nobody accounts for: ${JSON.stringify(delivery)}`);
	}
	return delivery;
}
