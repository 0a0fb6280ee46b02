import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The scorers of the suite, each a metric. */
export const scorers = ['first', 'second', 'third'] as const;
/** The target that a single run asks. */
export const target = 'candidate';
/** The spans of a question: its root, the call of the target, and one for each scorer. */
export const spansPerQuestion = 2 + scorers.length;

const questionsAtOnce = 10_000;
const files = {
	'suite.yaml': `name: bench
questions: questions.jsonl
gate: gate.yaml
targets:
  baseline: { use: module, path: target.mjs }
  candidate: { use: module, path: target.mjs }
scorers:
${scorers.map((name) => `  - { use: module, path: scorer.mjs, name: ${name} }`).join('\n')}
`,
	'gate.yaml': 'rules:\n  - { id: passes, metric: pass_rate, check: "value >= 1" }\n',
	'target.mjs': "export const answer = async () => 'ok';\n",
	'scorer.mjs': "export const version = '1';\nexport const score = () => 1;\n",
};

/** Writes a suite whose target and scorers do nothing, with so many questions; gives its folder. */
export function writeNoopSuite(folder: string, questions: number): string {
	mkdirSync(folder, { recursive: true });
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	const file = join(folder, 'questions.jsonl');
	writeFileSync(file, '');
	for (let from = 0; from < questions; from += questionsAtOnce) {
		const count = Math.min(questionsAtOnce, questions - from);
		const lines = Array.from({ length: count }, (_, index) =>
			JSON.stringify({ id: questionId(from + index), input: `Question ${from + index}?` }),
		);
		appendFileSync(file, `${lines.join('\n')}\n`);
	}
	return folder;
}

/** The id of a question by its index; all are of one length up to ten million. */
export function questionId(index: number): string {
	return `q-${String(index).padStart(7, '0')}`;
}
