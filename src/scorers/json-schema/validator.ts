import { resolve } from 'node:path';
import type { ErrorObject } from 'ajv';
import { messageOf, SpangateError } from '../../errors.ts';
import { readText } from '../../files/read-text.ts';

/** The first thing that is wrong with a value by a JSON Schema; nothing when it is valid. */
export type SchemaFault = (value: unknown) => string | undefined;

/**
 * Makes a validator from a JSON Schema: of draft 2020-12 unless its `$schema` says draft-07. An unknown keyword or
 * format is refused, since a misspelt one would check nothing. Throws a config error that says what is wrong.
 */
export async function schemaValidator(schema: unknown, name: string): Promise<SchemaFault> {
	const [{ Ajv }, { Ajv2020 }, formats] = await Promise.all([
		import('ajv'),
		import('ajv/dist/2020.js'),
		import('ajv-formats'),
	]);
	if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
		throw new SpangateError('config', `${name}: expected a JSON Schema, which is an object`);
	}
	const draft = (schema as { $schema?: unknown }).$schema;
	const isDraft07 =
		typeof draft === 'string' && /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(draft);
	const Validator = isDraft07 ? Ajv : Ajv2020;
	// The first error says enough, and all those of a megabyte would be millions.
	const ajv = new Validator({
		strict: true,
		strictTypes: false,
		strictTuples: false,
		strictRequired: false,
		// Else `{}` would have a `constructor`, and every other name of an object's prototype.
		ownProperties: true,
		logger: false,
	});
	try {
		formats.default.default(ajv);
		const validate = ajv.compile(schema);
		if ('$async' in validate) throw new Error('asynchronous schemas ($async) are not supported');
		return (value) => (validate(value) ? undefined : describe(validate.errors?.[0]));
	} catch (error) {
		throw new SpangateError('config', `${name}: not a JSON Schema that can be used: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

/** Reads a JSON Schema from a file beside the suite. */
export async function readSchema(folder: string, file: string): Promise<unknown> {
	const path = resolve(folder, file);
	const text = readText(path, 'JSON Schema');
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new SpangateError('config', `${path}: the JSON Schema is not valid JSON: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

function describe(error: ErrorObject | undefined): string {
	if (error === undefined) return 'invalid';
	const { instancePath, message = 'is invalid', params } = error;
	const allowed = 'allowedValues' in params ? `: ${JSON.stringify(params.allowedValues)}` : '';
	const extra = 'additionalProperty' in params ? `: ${JSON.stringify(params.additionalProperty)}` : '';
	return `${instancePath === '' ? 'the answer' : instancePath} ${message}${allowed}${extra}`;
}
