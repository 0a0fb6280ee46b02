import { z } from 'zod';

/** A strict object whose refusal of an unknown key lists the keys it knows. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
	return z.strictObject(shape, {
		error: (issue) =>
			issue.code === 'unrecognized_keys'
				? `unknown key ${(issue.keys ?? []).map((key) => `"${key}"`).join(', ')}; expected one of: ${Object.keys(shape).join(', ')}`
				: undefined,
	});
}
