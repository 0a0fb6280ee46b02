import { SpangateError } from '../errors.ts';
import type { Agreement, NamedQuestions } from '../model/agreement.ts';
import type { Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { readTrials } from '../record/reader.ts';
import { cohenKappa } from '../stats/kappa.ts';
import { clopperPearson } from '../stats/proportion.ts';
import { type Label, readLabels } from '../suite/labels.ts';

/** A scorer or check of a stored run. */
export type Grader = Agreement['grader'];

/** What both one-sided bounds of a 95 % interval may miss. */
const alpha = 0.025;
/** The most ids that are named of a kind. */
const named = 20;

type Word = boolean | keyof Agreement['unjudged'];

/**
 * Compares what a scorer or check said in a stored run with what people said of the same answers. Throws a config error
 * for labels that cannot be read, and an `unmeasured` one when no labelled answer was judged.
 */
export async function judgeAgreement(
	run: Run,
	folder: string,
	grader: Grader,
	labelsFile: string,
): Promise<Agreement> {
	const words = grader.of === 'scorer' ? (['pass', 'fail'] as const) : (['ok', 'violated'] as const);
	const labels = new Map(
		readLabels(labelsFile, { words, repeats: run.repeats }).map((label) => [label.id, label]),
	);
	const table: [[number, number], [number, number]] = [
		[0, 0],
		[0, 0],
	];
	const unjudged = { errored: new Names(), skipped: new Names(), failed: new Names(), absent: new Names() };
	const unlabelled = new Set<string>();
	const met = new Set<Label>();
	for await (const trial of readTrials(folder)) {
		const label = labels.get(trial.questionId);
		if (label === undefined) unlabelled.add(trial.questionId);
		if (label?.repeat !== trial.repeat || met.has(label)) continue;
		met.add(label);
		const word = wordOf(trial, grader);
		if (typeof word !== 'boolean') unjudged[word].add(label.id);
		else table[label.good ? 0 : 1][word ? 0 : 1]++;
	}
	const unknown = new Names();
	for (const label of labels.values()) {
		if (!met.has(label)) unknown.add(run.repeats > 1 ? `${label.id} (repeat ${label.repeat})` : label.id);
	}
	const compared = table.flat().reduce((sum, count) => sum + count, 0);
	if (compared === 0) {
		throw new SpangateError(
			'unmeasured',
			`${labelsFile}: none of ${labels.size} labels is of an answer of run @${run.id} that ${grader.of} "${grader.name}" judged`,
			{ hint: 'A label names a question by the `id` that it has in the golden set.' },
		);
	}
	const agreed = table[0][0] + table[1][1];
	return {
		run: run.id,
		grader,
		labels: words,
		compared,
		table,
		accuracy: { value: agreed / compared, ...clopperPearson(agreed, compared, alpha) },
		kappa: kappaOf(table),
		unjudged: {
			errored: unjudged.errored.told,
			skipped: unjudged.skipped.told,
			failed: unjudged.failed.told,
			absent: unjudged.absent.told,
		},
		unlabelled: { count: unlabelled.size, first: [...unlabelled].slice(0, named) },
		unknown: unknown.told,
	};
}

/** true for good, false for bad, or why the grader says neither. */
function wordOf({ result, scores, findings }: Trial, { of, name }: Grader): Word {
	if (result === 'failed') return 'failed';
	if (of === 'check') {
		const finding = findings.findLast(({ check }) => check === name);
		if (finding === undefined) return 'absent';
		return finding.status === 'errored' ? 'errored' : finding.status === 'ok';
	}
	// Of several scores by one scorer the last counts.
	const score = scores.findLast(({ scorer }) => scorer === name);
	if (score === undefined) return 'absent';
	return score.status === 'scored' ? score.passed : score.status;
}

function kappaOf(table: Agreement['table']): Agreement['kappa'] {
	const found = cohenKappa(table, alpha);
	if (found !== undefined) return { value: found.kappa, lower: found.lower, upper: found.upper };
	return {
		missing: 'people and judge gave one label to every answer, so agreement by chance cannot be told',
	};
}

class Names {
	#count = 0;
	readonly #first: string[] = [];

	add(name: string): void {
		this.#count++;
		if (this.#first.length < named) this.#first.push(name);
	}

	get told(): NamedQuestions {
		return { count: this.#count, first: this.#first };
	}
}
