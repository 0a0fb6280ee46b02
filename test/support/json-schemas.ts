import { z } from 'zod';
import { checkKinds } from '../../src/checks/index.ts';
import { GateFile } from '../../src/gate/schema.ts';
import { Question } from '../../src/model/question.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { CheckCommon, ScorerCommon, SuiteFile, TargetCommon } from '../../src/suite/schema.ts';
import { targetKinds } from '../../src/targets/index.ts';

/** Where the published JSON Schemas stand. */
export const schemasFolder = new URL('../../src/schemas/', import.meta.url);

/** The JSON Schema of every file that a user writes, by its file name in `src/schemas/`. */
export function jsonSchemas(): Record<string, object> {
	const suite = SuiteFile.extend({
		targets: z
			.record(SuiteFile.shape.targets.keyType, entryOf(targetKinds, TargetCommon))
			.meta({ minProperties: 1 }),
		scorers: z.array(entryOf(scorerKinds, ScorerCommon)).min(1),
		checks: z.array(entryOf(checkKinds, CheckCommon)).default([]),
	});
	return {
		'suite.schema.json': schemaOf(suite, 'suite.yaml of spangate'),
		'gate.schema.json': schemaOf(GateFile, 'gate.yaml of spangate'),
		'questions.schema.json': schemaOf(z.array(Question).min(1), 'Questions of a spangate suite'),
	};
}

/** The loader validates an entry in two steps (common keys, then its kind's own); an editor wants both in one. */
function entryOf<Common extends { use: z.ZodType }>(
	kinds: Readonly<Record<string, { options: z.ZodType }>>,
	common: Common,
) {
	const [first, ...others] = Object.entries(kinds).map(([use, { options }]) => {
		if (!(options instanceof z.ZodObject)) throw new TypeError(`the options of "${use}" are no object`);
		const literal = z.literal(use).describe(common.use.description ?? '');
		return z.strictObject({ ...common, ...options.shape, use: literal });
	});
	if (first === undefined) throw new TypeError('a registry without kinds');
	return z.discriminatedUnion('use', [first, ...others]);
}

function schemaOf(schema: z.ZodType, title: string): object {
	const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
	return { $schema, title, ...rest };
}
