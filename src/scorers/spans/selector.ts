import { z } from 'zod';
import type { EvidenceSpan, SpanAttribute } from '../../model/evidence.ts';
import { strict } from '../../model/strict.ts';
import { glob, matchesAll } from '../../text.ts';

/**
 * The message of a union: what is wrong inside the one alternative that is an object, when the value is an object;
 * else what was expected.
 */
export function innermost(expected: string): z.core.$ZodErrorMap<z.core.$ZodIssueInvalidUnion> {
	return ({ errors }) => {
		const inner = errors.flat().find(({ code, path }) => code === 'unrecognized_keys' || path.length > 0);
		if (inner === undefined) return expected;
		return [...inner.path.map(String), inner.message].join(': ');
	};
}

const Plain = z.union([z.string(), z.number(), z.boolean()], 'expected a text, a number, true or false');

const Comparison = strict({
	eq: Plain.optional().describe('Equal, letter by letter: here a `*` is a `*`'),
	not: Plain.optional().describe('There, and not this (a text is a glob)'),
	in: z.array(Plain).min(1).optional().describe('Equal to one of these, letter by letter'),
	exists: z.boolean().optional().describe('There, or not there'),
	gt: z.number().optional(),
	gte: z.number().optional(),
	lt: z.number().optional(),
	lte: z.number().optional(),
}).superRefine((comparison, context) => {
	const refuse = (message: string) => context.addIssue({ code: 'custom', message });
	const keys = keysOf(comparison);
	if (keys.length === 0)
		refuse('compares with nothing; expected one of eq, not, in, exists, gt, gte, lt, lte');
	const alone = keys.find((key) => ['eq', 'in', 'exists'].includes(key));
	if (alone !== undefined && keys.length > 1) {
		refuse(`\`${alone}\` says it all; expected nothing beside it, found ${keys.join(', ')}`);
	}
	const { gt, gte, lt, lte } = comparison;
	const lower = Math.max(gt ?? -Infinity, gte ?? -Infinity);
	const upper = Math.min(lt ?? Infinity, lte ?? Infinity);
	if (lower > upper || (lower === upper && (lower === gt || upper === lt))) {
		refuse('no number lies between these bounds');
	}
	if (typeof comparison.not === 'string' && matchesAll(comparison.not)) {
		refuse('`not: "*"` leaves no text; to select spans without the attribute, write `exists: false`');
	}
});

/** The fields that select spans; at least one narrows, and all that are given must hold. */
export const selectorShape = {
	name: z.string().min(1).optional().describe('The span’s name, a glob: `*` is any run of characters'),
	kind: z
		.enum(['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'])
		.optional()
		.describe('The kind of span'),
	status: z.enum(['unset', 'ok', 'error']).optional(),
	attributes: z
		.record(
			z.string().min(1),
			z.union([Plain, Comparison], {
				error: innermost('expected a glob, a number, true, false, or {gte: 1, …}'),
			}),
		)
		.optional()
		.describe(
			'Attribute → a glob, a number, true or false, or comparisons: eq, not, in, exists, gt, gte, lt, lte',
		),
};

/** A selector by itself; one that every span fits is refused. */
export const Selector = strict(selectorShape).superRefine((selector, context) =>
	refuseAll(selector, context),
);

export type Selector = z.infer<z.ZodObject<typeof selectorShape>>;

/** Refuses a selector that narrows nothing, since a count of all spans says nothing of any. */
export function refuseAll(
	{ name, kind, status, attributes }: Selector,
	context: z.core.$RefinementCtx,
): void {
	const named = name !== undefined && !matchesAll(name);
	if (named || kind !== undefined || status !== undefined || Object.keys(attributes ?? {}).length > 0) return;
	context.addIssue({
		code: 'custom',
		path: name === undefined ? [] : ['name'],
		message:
			'selects every span; expected a `name` that is more than `*`, a `kind`, a `status` or `attributes`',
	});
}

/** Compiles a selector to a test of one span. */
export function select({ name, kind, status, attributes = {} }: Selector): (span: EvidenceSpan) => boolean {
	const nameFits = name === undefined ? () => true : glob(name);
	const conditions = Object.entries(attributes).map(([key, wanted]) => ({ key, fits: condition(wanted) }));
	return (span) =>
		nameFits(span.name) &&
		(kind === undefined || span.kind === kind) &&
		(status === undefined || span.status === status) &&
		conditions.every(({ key, fits }) =>
			fits(Object.hasOwn(span.attributes, key) ? span.attributes[key] : undefined),
		);
}

/** A selector in a few words, for a reason. */
export function describe({ name, kind, status, attributes = {} }: Selector): string {
	return [
		...(name === undefined ? [] : [`"${name}"`]),
		...(kind === undefined ? [] : [kind]),
		...(status === undefined ? [] : [`status ${status}`]),
		...Object.entries(attributes).map(([key, wanted]) => `${key}=${JSON.stringify(wanted)}`),
	].join(' ');
}

type Fits = (value: SpanAttribute | undefined) => boolean;
type Plain = z.infer<typeof Plain>;

function condition(wanted: Plain | z.infer<typeof Comparison>): Fits {
	if (typeof wanted !== 'object') return anyItem(like(wanted));
	const { eq, not, in: list, exists, gt, gte, lt, lte } = wanted;
	const parts: Fits[] = [];
	if (exists !== undefined) parts.push((value) => (value !== undefined) === exists);
	if (eq !== undefined) parts.push(anyItem((item) => item === eq));
	if (list !== undefined) parts.push(anyItem((item) => list.includes(item)));
	if (not !== undefined) {
		const fits = anyItem(like(not));
		parts.push((value) => value !== undefined && !fits(value));
	}
	const bounds: [number | undefined, (item: number, bound: number) => boolean][] = [
		[gt, (item, bound) => item > bound],
		[gte, (item, bound) => item >= bound],
		[lt, (item, bound) => item < bound],
		[lte, (item, bound) => item <= bound],
	];
	const given = bounds.filter(([bound]) => bound !== undefined);
	const within = (item: Plain) =>
		typeof item === 'number' && given.every(([bound = Number.NaN, holds]) => holds(item, bound));
	if (given.length > 0) parts.push(anyItem(within));
	return (value) => parts.every((part) => part(value));
}

/** Of a list one item must fit; what is not there fits nothing. */
function anyItem(fits: (item: Plain) => boolean): Fits {
	return (value) => {
		if (value === undefined) return false;
		return typeof value === 'object' ? value.some(fits) : fits(value);
	};
}

function like(wanted: Plain): (item: Plain) => boolean {
	if (typeof wanted !== 'string') return (item) => item === wanted;
	const fits = glob(wanted);
	return (item) => typeof item === 'string' && fits(item);
}

function keysOf(comparison: object): string[] {
	return Object.entries(comparison).flatMap(([key, value]) => (value === undefined ? [] : [key]));
}
