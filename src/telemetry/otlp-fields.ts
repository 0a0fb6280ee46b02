import { z } from 'zod';

/*
 * Fields of OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), read as liberally as the
 * specification asks, and always given in one form, the one that is recorded.
 */

/** A string; halves of surrogate pairs, which JSON can escape and protobuf cannot hold, become U+FFFD. */
export const Text = z.string().overwrite((text) => text.toWellFormed());

const maxUint64 = 2n ** 64n - 1n;

/** Nanoseconds since 1970, as decimal text; they are past the safe integers, and some SDKs write numbers all the same. */
export const Nanoseconds = z
	.union([z.string().regex(/^\d{1,20}$/), z.number().refine(Number.isInteger)])
	.transform(BigInt)
	.refine((value) => value >= 0n && value <= maxUint64, 'expected nanoseconds from 0 to 2^64 - 1')
	.transform(String);

/** A count, or bits: a number or its decimal text. */
export const Uint32 = z.union([
	z.uint32(),
	z
		.string()
		.regex(/^\d{1,10}$/)
		.transform(Number)
		.pipe(z.uint32()),
]);

/** An optional field; null, and a value that says no more than the field's absence, are dropped as in protobuf. */
export function field<S extends z.ZodType>(schema: S, empty?: z.output<S>) {
	return schema
		.nullish()
		.transform((value) => (value === null || value === empty ? undefined : value))
		.optional();
}

/** A list field that stops at the first item that is wrong: a body of a million bad items must not make a million issues. */
export function list<S extends z.ZodType>(item: S) {
	return z
		.array(z.unknown())
		.nullish()
		.transform((given, context): z.output<S>[] | undefined => {
			if (given === null || given === undefined || given.length === 0) return undefined;
			const items: z.output<S>[] = [];
			for (const [index, raw] of given.entries()) {
				const read = item.safeParse(raw);
				if (read.success) items.push(read.data);
				else {
					const [issue] = read.error.issues;
					context.addIssue({
						code: 'custom',
						message: issue?.message,
						path: [index, ...(issue?.path ?? [])],
					});
					return z.NEVER;
				}
			}
			return items;
		})
		.optional();
}
