import { parse as parseYaml } from 'yaml';
import { checkKinds } from '../checks/index.ts';
import { csvList } from '../files/csv-list.ts';
import { scorerKinds } from '../scorers/index.ts';
import type { Wanted, WantedScore } from './case.ts';
import { slugOf } from './names.ts';
import { escaped } from './pattern.ts';

/** An assertion of promptfoo, its value rendered: https://www.promptfoo.dev/docs/configuration/expected-outputs/ */
export interface Assertion {
	readonly type: string;
	readonly value: unknown;
	readonly threshold: number | undefined;
	readonly weight: number | undefined;
	readonly metric: string | undefined;
	/** The model that grades, where the set names one. */
	readonly grader: string;
}

/** What an assertion becomes, with a word where that is not quite the same; or why nothing. */
export type Mapped = { readonly wanted: Wanted; readonly note?: string } | { readonly leftOut: string };

/** How one type is carried over; `not` when it is negated. */
type Mapping = (assertion: Assertion, not: boolean) => Mapped;

const code =
	'it is code; write it as a scorer of your own (`use: module`), which gets { question, answer, spans }';
const service = 'it asks another service; write it as a scorer of your own (`use: module`)';
const negated = 'its negation has no counterpart';

/** Every type that has a counterpart: a line here is all that a further one takes. */
const mappings: Readonly<Record<string, Mapping>> = {
	equals: (assertion, not) => {
		const { value } = assertion;
		if (not) return typeof value === 'string' ? pattern(assertion, `^(?!${escaped(value)}$)`) : no(negated);
		if (typeof value !== 'object' || value === null) {
			const options = { trim: false };
			return score(assertion, { use: 'exact', name: 'equals', options, expected: { answer: textOf(value) } });
		}
		return score(assertion, {
			...{ use: 'json_path', name: 'equals-json', options: {} },
			...{ expected: { json: { $: value as never } }, asOptions: { expect: [{ path: '$', equals: value }] } },
		});
	},
	contains: (assertion, not) => pieces(assertion, not ? 'none' : 'all', [textOf(assertion.value)], true),
	icontains: (assertion, not) => pieces(assertion, not ? 'none' : 'all', [textOf(assertion.value)], false),
	'contains-any': (assertion, not) => pieces(assertion, not ? 'none' : 'any', listOf(assertion.value), true),
	'icontains-any': (assertion, not) =>
		pieces(assertion, not ? 'none' : 'any', listOf(assertion.value), false),
	'contains-all': (assertion, not) =>
		not ? no(negated) : pieces(assertion, 'all', listOf(assertion.value), true),
	'icontains-all': (assertion, not) =>
		not ? no(negated) : pieces(assertion, 'all', listOf(assertion.value), false),
	'starts-with': (assertion, not) => {
		const start = escaped(textOf(assertion.value));
		if (start === '') return no('it has no value, with which every answer would start');
		return pattern(assertion, not ? `^(?!${start})` : `^${start}`);
	},
	regex: (assertion, not) => {
		const source = textOf(assertion.value);
		const fault = faultOf(source);
		if (fault !== undefined) return no(`it is no regular expression of JavaScript: ${fault}`);
		return pattern(assertion, not ? `^(?![\\s\\S]*(?:${source}))` : source);
	},
	'is-json': (assertion, not) => (not ? no(negated) : json(assertion, 'refused')),
	'contains-json': (assertion, not) => {
		if (not) return no(negated);
		return noted(json(assertion, 'anywhere'), 'JSON among other text counts in a code fence only');
	},
	levenshtein: (assertion, not) => {
		const answer = textOf(assertion.value);
		const { threshold = 5 } = assertion;
		const length = [...answer].length;
		if (not || length === 0) return no(negated);
		const share = Math.max(0.01, 1 - threshold / Math.max(length, threshold));
		return noted(
			score(assertion, {
				...{ use: 'similarity', name: 'levenshtein', options: { caseSensitive: true } },
				...{ expected: { answer }, threshold: round(share) },
			}),
			`${threshold} edits became a share of the expected text's length, white space is made even first, and of a longer answer more edits are let pass`,
		);
	},
	'rouge-n': (assertion, not) => {
		if (not) return no(negated);
		const { threshold = 0.75 } = assertion;
		return noted(
			score(assertion, {
				...{ use: 'similarity', name: 'rouge', options: { metric: 'rouge_l' } },
				...{ expected: { answer: textOf(assertion.value) }, threshold },
			}),
			'it is measured as ROUGE-L, not by n-grams; look at the threshold again',
		);
	},
	similar: (assertion, not) => {
		if (not) return no(negated);
		const { threshold = 0.75 } = assertion;
		return noted(
			score(assertion, {
				...{ use: 'embedding', name: 'similar', options: { model: 'text-embedding-3-large' } },
				...{ expected: { answer: textOf(assertion.value) }, threshold },
			}),
			'by text-embedding-3-large, unless you name another model',
		);
	},
	latency: (assertion, not) => {
		const { threshold } = assertion;
		if (not || threshold === undefined || threshold <= 0) return no('it has no threshold above 0');
		return score(assertion, {
			...{ use: 'latency', name: 'latency', options: {} },
			...{ expected: { maxLatencyMs: threshold }, asOptions: { maxMs: threshold } },
		});
	},
	cost: (assertion, not) => {
		const { threshold } = assertion;
		if (not || threshold === undefined || threshold < 0) return no('it has no threshold');
		return score(assertion, {
			...{ use: 'cost', name: 'cost', options: {} },
			...{ expected: { maxCostUsd: threshold }, asOptions: { maxUsd: threshold } },
		});
	},
	'llm-rubric': (assertion, not) => (not ? no(negated) : judge(assertion, rubricOf(assertion.value))),
	'g-eval': (assertion, not) => (not ? no(negated) : judge(assertion, rubricOf(assertion.value))),
	'model-graded-closedqa': (assertion, not) =>
		not ? no(negated) : judge(assertion, rubricOf(assertion.value)),
	factuality: (assertion, not) => (not ? no(negated) : factual(assertion)),
	'model-graded-factuality': (assertion, not) => (not ? no(negated) : factual(assertion)),
	moderation: (_, not) => {
		if (not) return no(negated);
		const options = { by: 'moderation', model: 'omni-moderation-latest' };
		return noted(
			registered({ check: { use: 'hazard', name: 'moderation', options } }),
			'every hazard counts, not the listed categories alone',
		);
	},
	'is-refusal': (_, not) =>
		registered({ check: { use: 'refusal', name: 'refusal', options: {}, mustRefuse: !not } }),
	'assert-set': () => no('it passes by a share of its parts; take the parts out of it'),
	javascript: () => no(code),
	python: () => no(code),
	ruby: () => no(code),
	webhook: () => no(service),
	classifier: () => no(service),
	pi: () => no(service),
	'select-best': () => no('it compares providers; `spangate compare` does that question by question'),
	'max-score': () => no('it compares providers; `spangate compare` does that question by question'),
	human: () => no('a person grades it; see `spangate judge-agreement`'),
};

/** What promptfoo's assertion becomes here. A type that is not known, or whose scorer is not, says so. */
export function mapAssertion(assertion: Assertion): Mapped {
	const not = assertion.type.startsWith('not-');
	const base = not ? assertion.type.slice('not-'.length) : assertion.type;
	const name = base.replace(/^similar:cosine$/, 'similar');
	const mapping = Object.hasOwn(mappings, name) ? mappings[name] : undefined;
	if (mapping === undefined)
		return no('it has no counterpart; write it as a scorer of your own (`use: module`)');
	if (assertion.weight === 0) return no('it has a weight of 0, so it decides nothing');
	return mapping(assertion, not);
}

function pieces(
	assertion: Assertion,
	list: 'any' | 'all' | 'none',
	found: ReturnType<typeof csvList>,
	caseSensitive: boolean,
): Mapped {
	if ('fault' in found) return no(`its list cannot be read: ${found.fault}`);
	if (!found.some((piece) => piece !== '')) return no('it has no value, which every answer would contain');
	const name = caseSensitive ? 'contains' : 'icontains';
	const options = { caseSensitive };
	const lists = { [list]: found.filter((piece) => piece !== '') };
	return score(assertion, {
		use: 'contains',
		name,
		options,
		expected: { contains: lists },
		asOptions: lists,
	});
}

function pattern(assertion: Assertion, source: string): Mapped {
	// promptfoo's expressions have no flags.
	const options = { flags: '' };
	const asOptions = { pattern: source };
	return score(assertion, { use: 'regex', name: 'regex', options, expected: { pattern: source }, asOptions });
}

function json(assertion: Assertion, fence: 'refused' | 'anywhere'): Mapped {
	const { value } = assertion;
	let schema: unknown = {};
	if (value !== undefined) {
		try {
			schema = typeof value === 'string' ? parseYaml(value) : value;
		} catch {
			return no('its value is no JSON Schema');
		}
	}
	if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
		return no('its value is no JSON Schema');
	}
	return score(assertion, { use: 'json_schema', name: assertion.type, options: { schema, fence } });
}

function judge(assertion: Assertion, rubric: string): Mapped {
	if (rubric === '') return no('it has no rubric');
	const options = { model: assertion.grader, rubric };
	const name = slugOf(rubric, 32) || 'rubric';
	return noted(
		score(assertion, { use: 'judge', name, options, threshold: assertion.threshold }),
		graded(assertion),
	);
}

function factual(assertion: Assertion): Mapped {
	const rubric = 'The answer agrees with the reference in every fact, and contradicts none of them.';
	const options = { model: assertion.grader, rubric, reference: 'shown' };
	const expected = { answer: textOf(assertion.value) };
	return noted(score(assertion, { use: 'judge', name: 'factuality', options, expected }), graded(assertion));
}

/** Who grades costs money and needs a key, so it is told. */
function graded({ grader }: Assertion): string {
	return `a judge asks ${grader}, unless you name another model`;
}

function score({ metric, weight }: Assertion, wanted: WantedScore): Mapped {
	const name = (metric === undefined ? '' : slugOf(metric)) || wanted.name;
	const { threshold } = wanted;
	// What every value reaches, or none, is no threshold here.
	const isShare = threshold !== undefined && threshold > 0 && threshold <= 1;
	return registered({ score: { ...wanted, name, weight, threshold: isShare ? threshold : undefined } });
}

/** A counterpart that this version does not have is none. */
function registered(wanted: Wanted): Mapped {
	const { use } = 'score' in wanted ? wanted.score : wanted.check;
	const known = Object.hasOwn('score' in wanted ? scorerKinds : checkKinds, use);
	if (known) return { wanted };
	return no(`this version has no ${'score' in wanted ? 'scorer' : 'check'} \`${use}\``);
}

function noted(mapped: Mapped, note: string): Mapped {
	return 'wanted' in mapped ? { ...mapped, note } : mapped;
}

function no(leftOut: string): Mapped {
	return { leftOut };
}

/** A value as the text that promptfoo compares an output with. */
function textOf(value: unknown): string {
	if (value === undefined || value === null) return '';
	return typeof value === 'string'
		? value
		: typeof value === 'object'
			? JSON.stringify(value)
			: String(value);
}

/** A list, or a text whose parts are parted by commas. */
function listOf(value: unknown): ReturnType<typeof csvList> {
	return Array.isArray(value) ? value.map(textOf) : csvList(textOf(value));
}

function rubricOf(value: unknown): string {
	return Array.isArray(value) ? value.map((line) => `- ${textOf(line)}`).join('\n') : textOf(value).trim();
}

function faultOf(source: string): string | undefined {
	if (source === '') return 'it is empty';
	try {
		new RegExp(source, '');
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

function round(share: number): number {
	return Math.floor(share * 1e4) / 1e4;
}
