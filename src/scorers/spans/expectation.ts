import { z } from 'zod';
import { strict } from '../../model/strict.ts';
import { innermost, refuseAll, Selector, selectorShape } from './selector.ts';

const number = z.int().min(0);

const Count = z.union(
	[
		number,
		strict({ min: number.optional(), max: number.optional() }).superRefine(({ min, max }, context) => {
			const refuse = (message: string) => context.addIssue({ code: 'custom', message });
			if ((min ?? 0) === 0 && max === undefined) {
				refuse('any number of spans would do; expected a `min` above 0, or a `max`');
			}
			if (min !== undefined && max !== undefined && min > max) {
				refuse('no number of spans is enough; expected `min` at most `max`');
			}
		}),
	],
	{ error: innermost('expected a whole number from 0, or {min, max}') },
);

/** Other spans than the selected ones: by a selector of their own, or that of the expectation with an id. */
export const Others = z.union([z.string().min(1), Selector], {
	error: innermost('expected a selector, or the id of an expectation'),
});

/** Which spans, and what is expected of them. */
export const Expectation = strict({
	id: z.string().min(1).optional().describe('A name for reasons, `before` and `order`'),
	...selectorShape,
	count: Count.optional().describe('How many spans; without it at least one'),
	max_duration_ms: z
		.number()
		.gt(0)
		.optional()
		.describe('The longest that any of them may take, in milliseconds'),
	no_errors: z.literal(true).optional().describe('None of them may have the status error'),
	before: Others.optional().describe('All of them end before the first of these starts'),
}).superRefine((expectation, context) => {
	const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message });
	refuseAll(expectation, context);
	const { count, max_duration_ms, no_errors, before, status } = expectation;
	const ofEach = Object.entries({ max_duration_ms, no_errors, before }).flatMap(([key, value]) =>
		value === undefined ? [] : [key],
	);
	if (count === undefined && ofEach.length === 0) {
		refuse('expects nothing of the spans; expected one of count, max_duration_ms, no_errors, before');
	}
	const most = typeof count === 'object' ? count.max : count;
	if (most === 0 && ofEach.length > 0) {
		refuse(`there may be no such span, so ${ofEach.join(', ')} could never fail; take one of the two out`);
	}
	if (no_errors && status !== undefined) {
		refuse(`\`status: ${status}\` decides it already; take one of the two out`, 'no_errors');
	}
});

export type Count = z.infer<typeof Count>;
export type Others = z.infer<typeof Others>;
export type Expectation = z.infer<typeof Expectation>;

/** Refuses ids that are given twice, or named and not given, and an order that no trace can have. */
export function refuseRefs(
	{ expect, order }: { expect: readonly Expectation[]; order?: readonly Others[] | undefined },
	context: z.core.$RefinementCtx,
): void {
	const refuse = (message: string, path: PropertyKey[]) =>
		context.addIssue({ code: 'custom', path, message });
	const ids = expect.flatMap(({ id }) => id ?? []);
	const seen = new Set<string>();
	const known = ids.length === 0 ? 'no expectation has an id' : `expected one of: ${ids.join(', ')}`;
	const refuseUnknown = (others: Others | undefined, path: PropertyKey[]) => {
		if (typeof others === 'string' && !ids.includes(others))
			refuse(`no expectation "${others}"; ${known}`, path);
	};
	for (const [index, expectation] of expect.entries()) {
		const path = ['expect', index];
		const { id, before } = expectation;
		if (id !== undefined && seen.has(id)) refuse(`the id "${id}" is used twice`, [...path, 'id']);
		if (id !== undefined) seen.add(id);
		refuseUnknown(before, [...path, 'before']);
		if (before !== undefined && isSame(selectorOf(before, expect), selectorOf(expectation, expect))) {
			refuse('these are the selected spans themselves, which cannot end before they start', [
				...path,
				'before',
			]);
		}
	}
	for (const [index, others] of (order ?? []).entries()) {
		refuseUnknown(others, ['order', index]);
		const selector = selectorOf(others, expect);
		const again = order?.slice(0, index).some((each) => isSame(selectorOf(each, expect), selector));
		if (again) refuse('the same spans stand earlier in the order, so it could never hold', ['order', index]);
	}
}

/** The fields of an expectation, or of what it refers to, that select; undefined for an id that nobody has. */
export function selectorOf(
	others: Others | Expectation,
	expect: readonly Expectation[],
): Selector | undefined {
	const found = typeof others === 'string' ? expect.find(({ id }) => id === others) : others;
	if (found === undefined) return undefined;
	const { name, kind, status, attributes } = found;
	return { name, kind, status, attributes };
}

function isSame(a: Selector | undefined, b: Selector | undefined): boolean {
	return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
