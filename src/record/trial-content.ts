import type { Trial } from '../model/trial.ts';
import { type Redactor, withheld } from '../redaction/redactor.ts';

/** What identifies a trial and pairs it with others. */
const namesOfTrial = new Set('runId questionId traceId startedAt tags cluster result'.split(' '));
/** Names, and words of spangate's own, of a score or a finding. */
const namesOfParts = new Set('status scorer check version kind severity'.split(' '));
/** What `content: none` keeps beside them: it says with what and how something was done, not what was said. */
const facts = new Set(['model', 'promptVersion', 'finishReason', 'responseId', 'category', 'type']);
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
	for (const [key, value] of Object.entries(fields)) {
		if (names.has(key)) continue;
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
	if (Array.isArray(value)) {
		const items = value
			// Sources are ids, unless an app puts the documents themselves there.
			.filter((item) => redactor.mode !== 'none' || key !== 'sources' || idLike.test(item))
			.map((item) => redacted(key === 'sources' ? 'responseId' : key, item, redactor));
		return items.length === value.length && items.every((item, index) => item === value[index])
			? value
			: items;
	}
	return typeof value === 'object' && value !== null ? redactedFields(value, namesOfParts, redactor) : value;
}
