import { basename } from 'node:path';
import { Problems } from '../config/problems.ts';
import { SpangateError } from '../errors.ts';
import type { Case } from '../new-suite/case.ts';
import { allOrNothing, conflict, Graders } from '../new-suite/graders.ts';
import { importReport } from '../new-suite/import-report.ts';
import { LeftOut, type Note } from '../new-suite/left-out.ts';
import { stableId, UniqueNames } from '../new-suite/names.ts';
import type { Grading } from '../new-suite/samples.ts';
import { type Format, openSource } from '../new-suite/sources.ts';
import type { Starter } from '../new-suite/starter-target.ts';
import { gateYaml, suiteYaml } from '../new-suite/suite-files.ts';
import { assertNew, writeFolder } from '../new-suite/write-folder.ts';
import { loadSuite } from '../suite/load.ts';

/** What is imported, how it is read, and where it goes. */
export interface ImportOptions {
	readonly file: string;
	readonly folder: string;
	/** The suite's name. */
	readonly name: string;
	/** Told by the file's name and content where it is not given. */
	readonly format: Format | undefined;
	readonly grading: Grading;
	readonly starter: Starter;
}

/** What an import came to. */
export interface Imported {
	readonly kind: string;
	readonly questions: number;
	readonly scorers: readonly string[];
	readonly checks: readonly string[];
	readonly leftOut: readonly Note[];
	readonly changed: readonly Note[];
	/** How many more notes there are than are listed. */
	readonly unlisted: number;
}

/**
 * Makes a suite of a file that was written for another tool. The file is read twice, row by row where its format allows
 * it: a question lists the scorers that only others need. Nothing is written unless all of it loads as a suite.
 */
export async function importSuite(options: ImportOptions): Promise<Imported> {
	const { file, folder, name, format, grading, starter } = options;
	assertNew(folder);
	const problems = new Problems();
	const left = new LeftOut();
	const source = openSource(file, { format, grading, problems, left });
	const graders = new Graders();
	const { questions, ids } = noteAll(source.cases, graders, { problems, left });
	problems.throwIfAny(file);
	if (questions === 0) {
		throw new SpangateError('config', `${file}: nothing that can be graded is left of it`, {
			hint: leftWords(left.leftOut),
		});
	}
	const [scorers, checks] = [graders.scorers(), graders.checks()];
	const comment = `Imported from ${basename(file)} (${source.kind}); IMPORT.md says what was not carried over.`;
	await writeFolder(
		folder,
		{
			'suite.yaml': suiteYaml({ name, targets: starter.targets, scorers, checks, comment }),
			'questions.jsonl': lines(source.cases, graders, ids),
			'gate.yaml': gateYaml(checks, 0.9),
			'IMPORT.md': importReport(file, source.kind, questions, left),
			...starter.files,
		},
		async (written) => {
			await loadSuite(written);
		},
	);
	return {
		kind: source.kind,
		questions,
		scorers: scorers.map((each) => each.name),
		checks: checks.map((each) => each.name),
		leftOut: left.leftOut,
		changed: left.changed,
		unlisted: left.unlisted,
	};
}

interface Telling {
	readonly problems: Problems;
	readonly left: LeftOut;
}

/** Takes note of each case, and of the ids that the file itself gives. */
function noteAll(
	cases: Iterable<Case>,
	graders: Graders,
	{ problems, left }: Telling,
): { readonly questions: number; readonly ids: ReadonlySet<string> } {
	const firstLines = new Map<string, number | undefined>();
	let questions = 0;
	for (const each of cases) {
		const { file, line, id, label } = each;
		const { isGraded, conflicts, joined } = graders.note(each);
		for (const { file, line, what } of conflicts) left.add({ file, line, what, why: conflict });
		if (!isGraded) {
			const what = `the question "${label.slice(0, 60)}"`;
			left.add({ file, line, what, why: 'nothing that grades it is left' });
			continue;
		}
		for (const expectation of each.expectations) {
			const { file, line, what, note } = expectation;
			if (note !== undefined && !conflicts.includes(expectation))
				left.change({ file, line, what, why: note });
		}
		// Where every score must reach its threshold, all of it or nothing is what was meant.
		if (each.passThreshold !== undefined) {
			for (const { file, line, what } of joined) left.change({ file, line, what, why: allOrNothing });
		}
		questions += 1;
		if (id === undefined) continue;
		if (firstLines.has(id)) {
			problems.add(file, line, `duplicate id "${id}", first used on line ${firstLines.get(id)}`);
		}
		firstLines.set(id, line);
	}
	return { questions, ids: new Set(firstLines.keys()) };
}

function* lines(cases: Iterable<Case>, graders: Graders, ids: ReadonlySet<string>): Generator<string> {
	const names = new UniqueNames(ids);
	for (const each of cases) {
		const idOf = () => each.id ?? names.of(stableId(each.label, each.input));
		const question = graders.question(each, idOf);
		if (question !== undefined) yield `${JSON.stringify(question)}\n`;
	}
}

function leftWords(notes: readonly Note[]): string {
	const why = [...new Set(notes.map(({ what, why }) => `${what}: ${why}`))];
	return why.length === 0
		? 'Expected questions with what a good answer is.'
		: `What was left out: ${why.slice(0, 5).join('; ')}.`;
}
