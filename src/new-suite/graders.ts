import type { z } from 'zod';
import { builtInMetrics } from '../model/metric.ts';
import type { Question } from '../model/question.ts';
import type { Case, Expectation, Expected, WantedCheck, WantedScore } from './case.ts';
import { UniqueNames } from './names.ts';

/** A question as a file holds it. */
export type QuestionInput = z.input<typeof Question>;

/** An entry of `scorers:` or `checks:` of a new suite. */
export type Entry = Readonly<Record<string, unknown>> & { readonly use: string; readonly name: string };

/** A scorer or check that questions share: those with the same kind, options and name. */
interface Slot {
	readonly use: string;
	readonly name: string;
	readonly options: Readonly<Record<string, unknown>>;
	/** How many questions it judges. */
	questions: number;
}

/** What one case comes to: its scorers and checks by name, and what they read of it. */
interface Allotment {
	readonly expected: Expected;
	readonly scores: Map<string, WantedScore>;
	readonly checks: Map<string, WantedCheck>;
	readonly conflicts: readonly Expectation[];
	/** Those that one scorer grades together with an earlier one. */
	readonly joined: readonly Expectation[];
}

/** Why an expectation is left out whose place in the question another one has. */
export const conflict =
	'the question expects something else in the same place already, and no scorer option says it; write a scorer of your own (`use: module`)';

/** How an expectation is graded that stands in one with others, where its weight alone counted before. */
export const allOrNothing =
	'one scorer grades it together with the others of its kind, by the sum of their weights: all of it or nothing, where promptfoo gives a part for each';

/**
 * The scorers and checks of a new suite, gathered from what each case expects: first `note` every case, then ask
 * `question` of each, since a question lists under `skip` the scorers that only others need.
 */
export class Graders {
	readonly #scorers = new Map<string, Slot>();
	readonly #checks = new Map<string, Slot>();
	readonly #scorerNames = new UniqueNames(builtInMetrics.map(({ name }) => name));
	readonly #checkNames = new UniqueNames();
	#cases = 0;

	/** Takes note of what a case needs. Gives what of it cannot be kept; all of it, when nothing is left to grade. */
	note(each: Case): Pick<Allotment, 'conflicts' | 'joined'> & { readonly isGraded: boolean } {
		const { scores, checks, conflicts, joined } = this.#allot(each);
		const isGraded = scores.size + checks.size > 0;
		if (!isGraded) return { isGraded, conflicts, joined };
		this.#cases += 1;
		for (const slot of [...this.#scorers.values()]) if (scores.has(slot.name)) slot.questions += 1;
		for (const slot of [...this.#checks.values()]) if (checks.has(slot.name)) slot.questions += 1;
		return { isGraded, conflicts, joined };
	}

	/** The question that a noted case becomes; nothing when nothing grades it. */
	question(each: Case, idOf: () => string): QuestionInput | undefined {
		const { expected, scores, checks } = this.#allot(each);
		if (scores.size + checks.size === 0) return undefined;
		const skip = [...this.#scorers.values()].map(({ name }) => name).filter((name) => !scores.has(name));
		const listed = [...this.#checks.values()].filter(
			(slot) => checks.has(slot.name) && !this.#isForAll(slot),
		);
		const thresholds = [...scores].flatMap(([name, { threshold }]) =>
			threshold === undefined ? [] : [[name, threshold] as const],
		);
		const mustRefuse = [...checks.values()].find((check) => check.mustRefuse !== undefined)?.mustRefuse;
		return {
			id: idOf(),
			input: each.input,
			...(Object.keys(expected).length > 0 && { expected }),
			...(each.tags && Object.keys(each.tags).length > 0 && { tags: { ...each.tags } }),
			...(each.cluster !== undefined && { cluster: each.cluster }),
			...(mustRefuse && { mustRefuse }),
			...(listed.length > 0 && { policies: listed.map(({ name }) => name) }),
			...(skip.length > 0 && { skip }),
			...(thresholds.length > 0 && { threshold: Object.fromEntries(thresholds) }),
			...passOf(each, scores),
			...(each.attributes &&
				Object.keys(each.attributes).length > 0 && { attributes: { ...each.attributes } }),
		};
	}

	/** The entries of `scorers:`; where checks alone judge, one that every answer but a blank one passes. */
	scorers(): Entry[] {
		const entries = [...this.#scorers.values()].map(({ use, name, options }) => ({ use, name, ...options }));
		return entries.length > 0 ? entries : [{ use: 'regex', name: 'answered', pattern: '\\S' }];
	}

	/** The entries of `checks:`; those that not every question needs are listed by those that do. */
	checks(): Entry[] {
		return [...this.#checks.values()].map((slot) => {
			const { use, name, options } = slot;
			return { use, name, ...(this.#isForAll(slot) ? {} : { apply: 'listed' }), ...options };
		});
	}

	#isForAll({ questions }: Slot): boolean {
		return questions === this.#cases;
	}

	#allot(each: Case): Allotment {
		const expected: Record<string, unknown> = {};
		const scores = new Map<string, WantedScore>();
		const checks = new Map<string, WantedCheck>();
		const conflicts: Expectation[] = [];
		const joined: Expectation[] = [];
		const keep = ({ expectation, score }: PlacedScore) => {
			const { name } = this.#slot(this.#scorers, this.#scorerNames, score);
			const before = scores.get(name);
			const isOther = JSON.stringify(before?.expected) !== JSON.stringify(score.expected);
			if (before !== undefined && isOther) joined.push(expectation);
			scores.set(name, before === undefined ? score : both(before, score));
		};
		const byField = new Map<string | undefined, PlacedScore[]>();
		for (const expectation of each.expectations) {
			const { wanted } = expectation;
			if ('check' in wanted) {
				checks.set(this.#slot(this.#checks, this.#checkNames, wanted.check).name, wanted.check);
				continue;
			}
			const [field] = Object.keys(wanted.score.expected ?? {});
			byField.set(field, [...(byField.get(field) ?? []), { expectation, score: wanted.score }]);
		}
		for (const [field, placed] of byField) {
			const value = field === undefined ? undefined : common(placed, field);
			if (field === undefined || value !== undefined) {
				if (field !== undefined) expected[field] = value;
				for (const one of placed) keep(one);
			} else if (placed.every(({ score }) => score.asOptions !== undefined)) {
				// A scorer reads the question before its options, so none of them may stand in the question.
				for (const { expectation, score } of placed) {
					keep({ expectation, score: { ...score, options: { ...score.options, ...score.asOptions } } });
				}
			} else {
				const [first, ...others] = placed as [PlacedScore, ...PlacedScore[]];
				expected[field] = valueIn(first, field);
				keep(first);
				for (const other of others) {
					if (common([first, other], field) === undefined) conflicts.push(other.expectation);
					else keep(other);
				}
			}
		}
		return { expected: expected as Expected, scores, checks, conflicts, joined };
	}

	#slot(
		slots: Map<string, Slot>,
		names: UniqueNames,
		{ use, name, options }: Pick<WantedScore, 'use' | 'name' | 'options'>,
	): Slot {
		const key = slotKey({ use, name, options });
		let slot = slots.get(key);
		if (slot === undefined) {
			slot = { use, name: names.of(name), options, questions: 0 };
			slots.set(key, slot);
		}
		return slot;
	}
}

/** Two expectations that one scorer grades: it weighs as much as both, and must reach the higher threshold. */
function both(one: WantedScore, other: WantedScore): WantedScore {
	const isHighest = one.threshold === undefined || other.threshold === undefined;
	return {
		...other,
		weight: (one.weight ?? 1) + (other.weight ?? 1),
		threshold: isHighest ? undefined : Math.max(one.threshold, other.threshold),
	};
}

function slotKey({ use, name, options }: Pick<WantedScore, 'use' | 'name' | 'options'>): string {
	return JSON.stringify([use, name, options]);
}

interface PlacedScore {
	readonly expectation: Expectation;
	readonly score: WantedScore;
}

function valueIn({ score }: PlacedScore, field: string): unknown {
	return (score.expected as Record<string, unknown> | undefined)?.[field];
}

/** What a question has to expect under a key, so that each of these scorers reads what it wants; nothing if it cannot. */
function common(placed: readonly PlacedScore[], field: string): unknown {
	const [first, ...others] = placed;
	if (first === undefined) return undefined;
	let value = valueIn(first, field);
	for (const other of others) {
		const wanted = valueIn(other, field);
		if (JSON.stringify(wanted) === JSON.stringify(value)) continue;
		// What one scorer wants besides, another one would want too.
		if (placed.some(({ score }) => slotKey(score) !== slotKey(first.score))) return undefined;
		value = join(value, wanted);
		if (value === undefined) return undefined;
	}
	return value;
}

/** Two lists of pieces, or values by path, as one that asks for both; nothing when they cannot be. */
function join(one: unknown, other: unknown): object | undefined {
	if (!isRecord(one) || !isRecord(other)) return undefined;
	const joined: Record<string, unknown> = { ...one };
	for (const [key, value] of Object.entries(other)) {
		const there = joined[key];
		if (there === undefined) joined[key] = value;
		// One of both lists would be less than one of each.
		else if (key !== 'any' && Array.isArray(there) && Array.isArray(value))
			joined[key] = [...there, ...value];
		else return undefined;
	}
	return joined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function passOf(
	{ passThreshold }: Case,
	scores: ReadonlyMap<string, WantedScore>,
): Pick<QuestionInput, 'pass'> {
	if (passThreshold === undefined) return {};
	const weights = [...scores].flatMap(([name, { weight }]) =>
		weight === undefined ? [] : [[name, weight] as const],
	);
	return {
		pass: {
			threshold: passThreshold,
			...(weights.length > 0 && { weights: Object.fromEntries(weights) }),
		},
	};
}
