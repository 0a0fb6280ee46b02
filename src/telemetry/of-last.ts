/**
 * A reading that remembers what it gave last: the graders of a trial read the same spans one after the other. Only
 * frozen ones, since others may be no longer what they were.
 */
export function ofLast<Subject extends object, Result>(
	read: (subject: Subject) => Result,
): (subject: Subject) => Result {
	let last: { readonly subject: Subject; readonly result: Result } | undefined;
	return (subject) => {
		if (last?.subject === subject) return last.result;
		const result = read(subject);
		if (Object.isFrozen(subject)) last = { subject, result };
		return result;
	};
}
