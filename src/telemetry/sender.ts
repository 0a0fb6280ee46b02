import { setTimeout as sleep } from 'node:timers/promises';
import { halve, joinLines, type Lines } from './batch.ts';
import type { Sent } from './otlp-answer.ts';
import { openWire, type RecordedRequest, type Wire } from './wire.ts';

const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** Node fires a longer timer at once. */
const longestTimerMs = 2 ** 31 - 1;

/** What became of some spans, and what the backend said of those it did not take. */
interface Outcome {
	readonly acknowledged: number;
	readonly rejected: number;
	readonly error?: string | undefined;
}

/**
 * Sends lines until the backend decides on them. After a failure all requests keep a pause, which doubles, with
 * jitter, up to five seconds, or is as long as the backend asked for.
 */
export class Sender {
	readonly #wire: Wire;
	readonly #stop: AbortSignal;
	readonly #onFailure: () => void;
	#pausedUntil = 0;
	#failuresInRow = 0;
	#underWay = 0;
	#failure: string | undefined;

	constructor(endpoint: string, stop: AbortSignal, onFailure: () => void) {
		this.#wire = openWire(endpoint);
		this.#stop = stop;
		this.#onFailure = onFailure;
	}

	get endpoint(): string {
		return this.#wire.endpoint;
	}

	/** Why a request could not be delivered, the last time that one could not. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** When the next request goes, in milliseconds since 1970: in the past while one is under way. */
	get idleUntil(): number {
		return this.#underWay > 0 ? 0 : this.#pausedUntil;
	}

	/** Sends lines together, or in parts where the whole is refused; nothing when stopped before all was decided. */
	async deliver(lines: Lines): Promise<Outcome | undefined> {
		const request = joinLines(lines);
		const sent = await this.#send(request);
		if (sent === undefined) return undefined;
		if (sent.outcome === 'acknowledged') {
			const { rejected, error } = sent;
			return { acknowledged: request.spans - rejected, rejected, error };
		}
		// A line that is refused must not take others with it; one that is too large may pass in parts.
		const halves = sent.tooLarge || lines.length > 1 ? halve(lines) : undefined;
		if (halves === undefined) return { acknowledged: 0, rejected: request.spans, error: sent.error };
		const first = await this.deliver(halves[0]);
		const second = first && (await this.deliver(halves[1]));
		return (
			second && {
				acknowledged: first.acknowledged + second.acknowledged,
				rejected: first.rejected + second.rejected,
				error: second.error ?? first.error,
			}
		);
	}

	close(): void {
		this.#wire.close();
	}

	async #send(request: RecordedRequest): Promise<Exclude<Sent, { outcome: 'failed' }> | undefined> {
		for (;;) {
			await this.#pause();
			if (this.#stop.aborted) return undefined;
			this.#underWay++;
			const sent = await this.#wire.send(request, this.#stop);
			this.#underWay--;
			if (sent.outcome !== 'failed') {
				this.#failuresInRow = 0;
				return sent;
			}
			if (this.#stop.aborted) return undefined;
			this.#failure = sent.error;
			this.#lengthenPause(sent.retryAfterMs ?? 0);
			this.#onFailure();
		}
	}

	#lengthenPause(wantedMs: number): void {
		const now = Date.now();
		// Requests that were under way together fail together, and count once.
		if (now >= this.#pausedUntil) this.#failuresInRow++;
		const doubled = firstPauseMs * 2 ** (this.#failuresInRow - 1);
		const pauseMs = Math.min(longestPauseMs, doubled) * (0.75 + Math.random() / 2);
		this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.max(pauseMs, wantedMs));
	}

	async #pause(): Promise<void> {
		for (;;) {
			// Another request can fail, and lengthen the pause, while this one waits.
			const ms = this.#pausedUntil - Date.now();
			if (ms <= 0 || this.#stop.aborted) return;
			await sleep(Math.min(ms, longestTimerMs), undefined, { signal: this.#stop }).catch(() => {});
		}
	}
}
