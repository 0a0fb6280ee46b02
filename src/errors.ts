/** The exit codes of every command: stable, documented, and never Node's own 1 for a crash. */
export const ExitCode = {
	deploy: 0,
	ok: 0,
	noDeploy: 1,
	usage: 2,
	inconclusive: 3,
	unmeasured: 4,
	internal: 70,
	interrupted: 130,
} as const;

/** The kinds of failure that end a command, each with the exit code it leaves. */
const exitCodeByError = {
	usage: ExitCode.usage,
	config: ExitCode.usage,
	unmeasured: ExitCode.unmeasured,
	interrupted: ExitCode.interrupted,
} as const;

/** The kinds of failure that a user can mend. */
export type ErrorCode = keyof typeof exitCodeByError;

/** The one error class for what a user can mend: the message names the place, the hint names the fix. */
export class SpangateError extends Error {
	readonly code: ErrorCode;
	readonly hint: string | undefined;

	constructor(
		code: ErrorCode,
		message: string,
		options: { hint?: string | undefined; cause?: unknown } = {},
	) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'SpangateError';
		this.code = code;
		this.hint = options.hint;
	}

	/** The exit code that this error leaves. */
	get exitCode(): number {
		return exitCodeByError[this.code];
	}
}

/** The message of anything that was thrown, for a record or a line on the terminal. */
export function messageOf(thrown: unknown): string {
	try {
		if (thrown instanceof Error) return String(thrown.message || thrown.name);
		return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
	} catch {
		// A BigInt, a circular value, a getter that throws: a user's module may throw anything.
		return `something that has no text (a ${typeof thrown})`;
	}
}
