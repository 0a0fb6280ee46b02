import { z } from 'zod';
import { Fence, parseJsonAnswer } from '../model/json-answer.ts';
import { strict } from '../model/strict.ts';
import { versionOf } from '../user-module.ts';
import { readSchema, schemaValidator } from './json-schema/validator.ts';
import { type Scorer, scorerKind } from './scorer.ts';

/**
 * `use: json_schema`: 1 when the output is JSON that is valid by the schema, else 0. There is no part of it: what reads
 * the answer takes it or does not, and a share of valid fields would depend on how the schema is written.
 */
export const jsonSchema = scorerKind({
	options: strict({
		schema: z.record(z.string(), z.json()).optional().describe('The JSON Schema itself'),
		file: z.string().min(1).optional().describe('A file that holds it (JSON), relative to suite.yaml'),
		fence: Fence,
	}).superRefine(({ schema, file }, context) => {
		if ((schema === undefined) === (file === undefined)) {
			context.addIssue({ code: 'custom', path: [], message: 'expected either `schema:` or `file:`' });
		}
	}),
	async create({ schema: inline, file, fence }, { folder }): Promise<Scorer> {
		const schema = file === undefined ? inline : await readSchema(folder, file);
		const faultOf = await schemaValidator(schema, file ?? 'schema');
		return {
			// The suite's digest holds the options alone, and a file's content decides as much.
			version: file === undefined ? '2' : `2-${await versionOf(folder, file)}`,
			isPure: true,
			score({ answer }) {
				const parsed = parseJsonAnswer(answer.output, fence);
				const fault = 'fault' in parsed ? parsed.fault : faultOf(parsed.value);
				return fault === undefined ? { value: 1 } : { value: 0, reason: fault };
			},
		};
	},
});
