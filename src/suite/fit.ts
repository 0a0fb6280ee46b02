import type { Locate, Problems } from '../config/problems.ts';
import type { Question } from '../model/question.ts';
import { passOf } from './passing.ts';
import type { PlacedQuestion } from './questions.ts';
import { checksFor, type SuiteCheck, type SuiteScorer } from './suite.ts';

interface Parts {
	readonly scorers: readonly SuiteScorer[];
	readonly checks: readonly SuiteCheck[];
	readonly passThreshold: number | undefined;
	readonly file: string;
	readonly questionsFile: string;
	readonly locate: Locate;
}

/** Refuses questions that their scorers and checks could not judge, or that nothing would judge, one by one. */
export class Fit {
	readonly #parts: Parts;
	readonly #problems: Problems;
	readonly #scorerNames: ReadonlySet<string>;
	readonly #listedNames: ReadonlySet<string>;
	readonly #used = new Set<string>();
	/** true once a question passes by a weighted mean. */
	#isWeighed = false;

	constructor(parts: Parts, problems: Problems) {
		this.#parts = parts;
		this.#problems = problems;
		this.#scorerNames = new Set(parts.scorers.map(({ name }) => name));
		const listed = parts.checks.filter(({ apply }) => apply === 'listed');
		this.#listedNames = new Set(listed.map(({ name }) => name));
	}

	/** Adds what is wrong with one question as a problem at its line. */
	check({ question, line }: PlacedQuestion): void {
		const { scorers, checks, questionsFile } = this.#parts;
		const wrong = (message: string) =>
			this.#problems.add(questionsFile, line, `question "${question.id}": ${message}`);
		for (const name of question.skip ?? []) {
			if (!this.#scorerNames.has(name)) wrong(`skip: ${this.#noScorer(name)}`);
		}
		for (const name of question.policies ?? []) {
			if (this.#listedNames.has(name)) this.#used.add(name);
			else wrong(`policies: no check "${name}" with \`apply: listed\`; ${this.#knownPolicies()}`);
		}
		if (typeof question.threshold === 'object') {
			for (const name of Object.keys(question.threshold)) {
				if (!this.#scorerNames.has(name)) wrong(`threshold: ${this.#noScorer(name)}`);
			}
		}
		for (const message of this.#passFaults(question)) wrong(message);
		const graders = scorers.filter(({ name }) => !question.skip?.includes(name));
		for (const { name, use, scorer } of graders) {
			const lack = scorer.lacks?.(question);
			if (lack !== undefined)
				wrong(
					`scorer "${name}" (${use}) cannot grade it: ${lack}; mend that, or list "${name}" under \`skip\``,
				);
		}
		const judges = checksFor({ checks }, question);
		for (const { name, use, check } of judges) {
			const lack = check.lacks?.(question);
			if (lack !== undefined) wrong(`check "${name}" (${use}) cannot judge it: ${lack}`);
		}
		if (graders.length + judges.length === 0)
			wrong('no scorer and no check judges it, so every answer would pass');
	}

	#passFaults(question: Question): string[] {
		const names = Object.keys(question.pass?.weights ?? {});
		const strange = names.filter((name) => !this.#scorerNames.has(name));
		const faults = strange.map((name) => `pass.weights: ${this.#noScorer(name)}`);
		const pass = passOf(question, this.#parts);
		if (pass === undefined) {
			const lacking = question.pass !== undefined;
			return lacking
				? [...faults, 'pass: a threshold is missing, here and under `pass` of the suite']
				: faults;
		}
		this.#isWeighed = true;
		const weights = Object.values(pass.weights);
		const weightless = weights.length > 0 && weights.every((weight) => weight === 0);
		return weightless ? [...faults, 'pass: each of its scorers has a weight of 0; nothing is left'] : faults;
	}

	/**
	 * Adds the listed checks that no question named, and the weights that none uses; to be called after the last
	 * question, when all could be read.
	 */
	end(): void {
		const { scorers, checks, file, locate } = this.#parts;
		for (const [index, { name, weight }] of scorers.entries()) {
			if (weight === undefined || this.#isWeighed) continue;
			this.#problems.add(
				file,
				locate(['scorers', index, 'weight']),
				`scorer "${name}" has a weight, but nothing is weighed; write \`pass: { threshold: 0.8 }\`, or drop the weight`,
			);
		}
		for (const [index, { name, apply }] of checks.entries()) {
			if (apply !== 'listed' || this.#used.has(name)) continue;
			this.#problems.add(
				file,
				locate(['checks', index]),
				`check "${name}" has \`apply: listed\`, but no question lists it`,
			);
		}
	}

	#noScorer(name: string): string {
		return `no scorer "${name}"; expected one of: ${[...this.#scorerNames].join(', ')}`;
	}

	#knownPolicies(): string {
		if (this.#listedNames.size === 0) return 'the suite has none';
		return `expected one of: ${[...this.#listedNames].join(', ')}`;
	}
}
