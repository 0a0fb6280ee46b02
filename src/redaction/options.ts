import { isCredentialName, nameOfItem } from './credential-names.ts';
import { isOpenHeader } from './credentials.ts';
import type { Redactor } from './redactor.ts';

/** What becomes of a suite's texts: of credentials by their place, of a variable given to an app, of all others. */
interface Change {
	credential(type: string, text: string): string;
	environment(name: string, text: string): string;
	other(text: string): string;
}

/** A suite's definition as a record may keep it: no header, no environment value, no credential of it. */
export function recordedOptions(definition: unknown, redactor: Redactor): unknown {
	return changed(definition, {
		credential: (type, text) => redactor.secret(type, text),
		environment: (_, text) => redactor.secret('environment', text),
		other: (text) => redactor.text(text),
	});
}

/** A target's options for a digest, which must say neither a credential nor when one was replaced by the next. */
export function digestibleOptions(options: unknown): unknown {
	return changed(options, {
		credential: (type) => `[secret:${type}]`,
		environment: (name, text) => (isCredentialName(name) ? '[secret:environment]' : text),
		other: (text) => text,
	});
}

function changed(options: unknown, change: Change, name = '', inside = ''): unknown {
	if (typeof options === 'string') {
		if (inside === 'env') return change.environment(name, options);
		if (inside === 'headers') return isOpenHeader(name) ? options : change.credential('header', options);
		return isCredentialName(name) ? change.credential('option', options) : change.other(options);
	}
	if (Array.isArray(options))
		return options.map((item, index) => changed(item, change, nameOfItem(options, index, name), inside));
	if (typeof options !== 'object' || options === null) return options;
	const entries = Object.entries(options).map(([key, value]) => [key, changed(value, change, key, name)]);
	return Object.fromEntries(entries);
}
