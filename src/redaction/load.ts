import { createRequire } from 'node:module';

/**
 * Loads a detector's package when the first text asks for it, at once: spans are serialized in one go, and an error
 * message is printed in one, so nothing at this border can wait.
 */
const require = createRequire(import.meta.url);

/** The patterns and check digits of `validator`. */
export function loadValidator(): typeof import('validator') {
	return require('validator');
}

/** The numbering plans of `libphonenumber-js`. */
export function loadPhones(): typeof import('libphonenumber-js/min') {
	return require('libphonenumber-js/min');
}

/** As much of secretlint's rule interface (its docs/secretlint-rule.md) as `findSecrets` plays the host of. */
export interface SecretRule {
	readonly meta: { readonly id: string };
	create(context: RuleContext, options: object): { file?(source: RuleSource): void | Promise<void> };
}
/** What a rule is told of its host. */
export interface RuleContext {
	readonly sharedOptions: object;
	createTranslator(messages: object): (messageId: string) => { message: string; messageId: string };
	report(report: { message: { messageId: string }; range: readonly [number, number] }): void;
	ignore(): void;
}
interface RuleSource {
	readonly content: string;
	readonly contentType: 'text';
	readonly filePath: string;
	readonly ext: string;
}

/** The rules of secretlint's recommended preset. */
export function loadSecretRules(): readonly SecretRule[] {
	return require('@secretlint/secretlint-rule-preset-recommend').rules;
}
