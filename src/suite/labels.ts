import { z } from 'zod';
import { parsing } from '../config/issue-words.ts';
import { Problems } from '../config/problems.ts';
import { csvRows } from '../files/csv-rows.ts';
import { LineFile } from '../files/line-file.ts';
import { jsonRows, type Row } from '../files/row.ts';

/** What people said of one answer: true where it is good. */
export interface Label {
	readonly id: string;
	readonly repeat: number;
	readonly good: boolean;
	readonly line: number | undefined;
}

/** What labels are to look like. */
export interface LabelForm {
	/** The good label and the bad one. */
	readonly words: readonly [string, string];
	/** How often the run asked each question: of several answers, a label must say which one it is of. */
	readonly repeats: number;
}

/**
 * Reads a file of human labels (.jsonl or .csv), one a question: `id`, `label` and, of a run with repeats, `repeat`; other
 * columns are left alone. Throws one config error that lists every problem with its line, duplicates included.
 */
export function readLabels(file: string, form: LabelForm): Label[] {
	const problems = new Problems();
	const schema = labelSchema(form);
	const labels: Label[] = [];
	const firstLines = new Map<string, number | undefined>();
	for (const row of rowsOf(file, problems)) {
		if ('fault' in row) {
			problems.add(file, row.line, row.fault);
			continue;
		}
		const { value, locate } = row;
		const parsed = schema.safeParse(value, parsing);
		if (!parsed.success) {
			problems.addZod(file, parsed.error, locate);
			continue;
		}
		const line = locate([]);
		const { id, label, repeat } = parsed.data;
		if (firstLines.has(id)) {
			problems.add(
				file,
				line,
				`a second label of question "${id}", first labelled on line ${firstLines.get(id)}; expected one a question: settle what several people said first`,
			);
			continue;
		}
		firstLines.set(id, line);
		labels.push({ id, repeat, good: label === form.words[0], line });
	}
	if (labels.length === 0 && problems.empty) problems.add(file, undefined, 'holds no label');
	problems.throwIfAny(`labels ${file}`);
	return labels;
}

function labelSchema({ words, repeats }: LabelForm) {
	const last = repeats - 1;
	const which = `expected which of the question's ${repeats} answers was labelled, from 0 to ${last}`;
	const repeat = z.preprocess(
		(given) => (typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given),
		z.int(which).min(0, which).max(last, which),
	);
	return z.looseObject({
		id: z.string().min(1),
		label: z.preprocess(
			(given) => (typeof given === 'string' ? given.trim().toLowerCase() : given),
			z.enum(words, `expected ${words.join(' or ')}`),
		),
		// Of several answers a label must say which one it is of.
		repeat: repeats === 1 ? repeat.default(0) : repeat,
	});
}

function rowsOf(file: string, problems: Problems): Iterable<Row> {
	const lines = new LineFile(file, 'labels file');
	if (file.endsWith('.csv')) return csvRows(lines, (cells) => cells);
	if (file.endsWith('.jsonl')) return jsonRows(lines, 'one label a line, e.g. {"id": "q1", "label": "…"}');
	problems.add(file, undefined, 'unknown format; expected a name that ends in .jsonl or .csv');
	return [];
}
