import { SpangateError } from '../errors.ts';
import type { Redactor } from './redactor.ts';

/** An error as it may be told: an app's own words can stand in its message, and a user's settings in its hint. */
export function redactedError(error: unknown, redactor: Redactor): unknown {
	if (!(error instanceof SpangateError)) return error;
	const message = redactor.text(error.message);
	const hint = error.hint === undefined ? undefined : redactor.text(error.hint);
	if (message === error.message && hint === error.hint) return error;
	return new SpangateError(error.code, message, {
		...(hint !== undefined && { hint }),
		cause: error.cause,
	});
}
