import type { Trial } from '../model/trial.ts';
import { type Redactor, withheld } from '../redaction/redactor.ts';

/** What identifies a trial and pairs it with others. */
const namesOfTrial = new Set('runId questionId traceId startedAt tags cluster result'.split(' '));
/** Names, and words of spangate's own, of a score or a finding. */
const namesOfParts = new Set('status scorer check version kind severity'.split(' '));
/** What `content: none` keeps beside them: it says with what and how something was done, not what was said. */
const facts = new Set('model promptVersion finishReason responseId category type costMissing'.split(' '));
/** As ids are written. */
const idLike = /^[\w.:@/#-]{1,128}$/;

/**
 * A trial as it may be recorded: every text that is no name, whatever field a target, scorer or check put it in, goes
 * through the redactor. The same object when nothing changes.
 */
export function recordedTrial(trial: Trial, redactor: Redactor): Trial {
	return redactedFields(trial, namesOfTrial, redactor) as Trial;
}

function redactedFields(fields: object, names: ReadonlySet<string>, redactor: Redactor): object {
	let copy: Record<string, unknown> | undefined;
	// Every trial passes here, and most of them leave as they came: nothing is made before something changes.
	for (const key in fields) {
		if (names.has(key)) continue;
		const value = (fields as Record<string, unknown>)[key];
		const replaced = redacted(key, value, redactor);
		if (replaced === value) continue;
		copy ??= { ...fields };
		copy[key] = replaced;
	}
	return copy ?? fields;
}

function redacted(key: string, value: unknown, redactor: Redactor): unknown {
	if (typeof value === 'string') {
		return redactor.mode !== 'none' || facts.has(key) ? redactor.text(value) : withheld;
	}
	if (Array.isArray(value)) return key === 'sources' ? sources(value, redactor) : items(key, value, redactor);
	return typeof value === 'object' && value !== null ? redactedFields(value, namesOfParts, redactor) : value;
}

function items(key: string, list: readonly unknown[], redactor: Redactor): readonly unknown[] {
	let copy: unknown[] | undefined;
	for (let index = 0; index < list.length; index++) {
		const replaced = redacted(key, list[index], redactor);
		if (replaced === list[index]) continue;
		copy ??= [...list];
		copy[index] = replaced;
	}
	return copy ?? list;
}

/** Sources are ids, unless an app puts the documents themselves there. */
function sources(list: readonly unknown[], redactor: Redactor): readonly unknown[] {
	const isTold = (item: unknown) =>
		redactor.mode !== 'none' || (typeof item === 'string' && idLike.test(item));
	const told = list.every(isTold) ? list : list.filter(isTold);
	return items('responseId', told, redactor);
}
