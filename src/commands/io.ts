import { styleText } from 'node:util';
import type { Style, Terminal } from '../reports/terminal.ts';
import type { StreamGuard } from './guarded-io.ts';

/** Everything of the process that a command touches, so that a test can stand in for it. */
export interface Io {
	readonly stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
	readonly stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What its streams hold back, where they do. */
	readonly guard?: StreamGuard;
	/** Calls back at each Ctrl-C (or SIGTERM, or SIGHUP); gives what ends that. */
	onInterrupt(listener: () => void): () => void;
	/** Ends the process at once. */
	exit(code: number): void;
}

const formats = { good: 'green', bad: 'red', unsure: 'yellow', dim: 'dim', bold: 'bold' } as const;
const defaultColumns = 100;

/** How reports look on a command's standard output: in colour on a terminal, unless NO_COLOR says no. */
export function terminalOf({ stdout, env }: Io): Terminal {
	const colour = Boolean(stdout.isTTY) && !env.NO_COLOR;
	return {
		columns: Math.max(60, stdout.columns ?? (Number(env.COLUMNS) || defaultColumns)),
		paint: (style: Style, text) =>
			colour ? styleText(formats[style], text, { validateStream: false }) : text,
	};
}
