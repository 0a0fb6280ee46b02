import { setTimeout as sleep } from 'node:timers/promises';

const pollEveryMs = 20;
const usualGraceMs = 2_000;

/** The processes that began with one program: it and what it started, unless that left the group. */
export class ProcessGroup {
	readonly #leader: number;
	#ending: Promise<void> | undefined;

	/** Takes the id of a process that was spawned `detached`, which makes it the leader of a group of its own. */
	constructor(leader: number) {
		this.#leader = leader;
	}

	/** Asks the group to end and, after so many milliseconds, ends it; resolves when none of it is left to wait for. */
	end(graceMs = usualGraceMs): Promise<void> {
		this.#ending ??= this.#end(graceMs);
		return this.#ending;
	}

	/** Ends the group at once, unasked. */
	kill(): void {
		this.#send('SIGKILL');
	}

	async #end(graceMs: number): Promise<void> {
		if (!this.#send('SIGTERM')) return;
		const deadline = performance.now() + graceMs;
		while (performance.now() < deadline) {
			await sleep(pollEveryMs);
			if (!this.#send(0)) return;
		}
		this.#send('SIGKILL');
	}

	/** false when there is no such group any more. */
	#send(signal: NodeJS.Signals | 0): boolean {
		try {
			return process.kill(-this.#leader, signal);
		} catch {
			return false;
		}
	}
}
