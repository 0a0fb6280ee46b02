import { AsyncResource } from 'node:async_hooks';
import { trace } from '@opentelemetry/api';
import { bulkhead, ExponentialBackoff, type IBackoff } from 'cockatiel';
import { Attr, EventName } from '../telemetry/names.ts';
import { Circuit } from './circuit.ts';
import { EndpointError, TransientError } from './errors.ts';
import type { CallOptions } from './options.ts';
import { orAborted, sleep } from './or-aborted.ts';
import { Pace } from './pace.ts';

/** The first wait before another try and the longest, in milliseconds; doubled each time, and jittered. */
const backoff = { initialDelay: 500, maxDelay: 30_000 };
/** The longest that an endpoint may ask to be left alone until a call is given up instead, in milliseconds. */
const maxRetryAfterMs = 120_000;
/** How often a call is tried again while the endpoint seems down: whoever came before has tried for long. */
const retriesWhileFailing = 1;

/** What a call is told by whoever waits for it. */
export interface CallContext {
	/** Aborts when the result is no longer waited for. */
	readonly signal: AbortSignal;
	/** Told as each try begins. */
	handedOver?(): void;
	/** Told of each try that no answer came of though it may have been worked on, and so cost something. */
	lost?(): void;
	/** Told before each further try. */
	retried?(): void;
	/** Told when the call waits for its turn, or to be tried again: time that is not the endpoint's. Ended by what it gives. */
	waiting?(): () => void;
	/** About how many tokens it will use; whoever says so tells `used` afterwards. */
	readonly tokens?: number;
}

/**
 * Calls one endpoint as it allows: no more at once, and a minute, than it takes; again when that is safe; and no
 * longer when it is plainly down. Retries are events of the active span, waits are counted on it.
 */
export class Caller {
	readonly circuit: Circuit;
	readonly #retries: number;
	readonly #pace: Pace;
	readonly #slots: { execute<T>(work: () => Promise<T>): Promise<T> } | undefined;
	readonly #underWay = new Set<AbortController>();

	/** `name` says in errors what is called, e.g. `target "candidate"`, and the origin of `url` where. */
	constructor(options: CallOptions, { name, url }: { readonly name: string; readonly url?: string }) {
		const onOpen = (error: Error) => {
			for (const call of this.#underWay) call.abort(error);
		};
		this.circuit = new Circuit(name, options.circuit, onOpen, url);
		this.#retries = options.retries;
		this.#pace = new Pace(options);
		const { maxConcurrent } = options;
		if (maxConcurrent !== undefined) this.#slots = bulkhead(maxConcurrent, Infinity);
	}

	/**
	 * Calls until it is answered, a TransientError came once too often, or anything else was thrown. `attempt` is given
	 * the number of the try, from 0, and a signal that also aborts when the endpoint counts as down.
	 */
	async call<Result>(
		attempt: (signal: AbortSignal, number: number) => Promise<Result>,
		given: CallContext,
	): Promise<Result> {
		this.circuit.assertClosed();
		const call = new AbortController();
		const progress = new Progress(given);
		let timedOut = false;
		const end = () => {
			// Noted at once: whoever gave up reads the circuit next.
			timedOut = isTimeout(given.signal.reason);
			if (timedOut && !call.signal.aborted) this.circuit.fail('time-out');
			call.abort(given.signal.reason);
		};
		given.signal.throwIfAborted();
		given.signal.addEventListener('abort', end, { once: true });
		this.#underWay.add(call);
		try {
			const result = await this.#inSlot(
				() => this.#tries(attempt, given, call.signal, progress),
				progress,
				call,
			);
			this.circuit.succeed(progress.askedAt);
			return result;
		} catch (error) {
			// One that was broken off says nothing of the endpoint.
			if (!call.signal.aborted) this.#note(error, progress.askedAt);
			throw error;
		} finally {
			progress.end();
			this.#underWay.delete(call);
			given.signal.removeEventListener('abort', end);
		}
	}

	/** Counts the tokens of an answer, so that `tpm` holds for the calls that follow. */
	used(tokens: number): void {
		this.#pace.spend(tokens);
	}

	async #inSlot<Result>(
		work: () => Promise<Result>,
		progress: Progress,
		{ signal }: AbortController,
	): Promise<Result> {
		if (this.#slots === undefined) return work();
		const endWait = progress.begin();
		const begun = () => {
			endWait();
			signal.throwIfAborted();
			return work();
		};
		// Else it would run in the context of the call whose slot it gets, and so in the trace of another question.
		return orAborted(this.#slots.execute(AsyncResource.bind(begun)), signal);
	}

	async #tries<Result>(
		attempt: (signal: AbortSignal, number: number) => Promise<Result>,
		given: CallContext,
		signal: AbortSignal,
		progress: Progress,
	): Promise<Result> {
		const { tokens = 0 } = given;
		let delay: IBackoff<unknown> | undefined;
		for (let number = 0; ; number++) {
			if (!this.#pace.free) await progress.during(() => this.#pace.turn(tokens, signal));
			progress.askedAt = performance.now();
			given.handedOver?.();
			try {
				return await orAborted(attempt(signal, number), signal);
			} catch (error) {
				if (signal.aborted || !(error instanceof TransientError)) throw error;
				delay = delay === undefined ? new ExponentialBackoff(backoff).next() : delay.next(undefined);
				const waitMs = Math.ceil(error.retryAfterMs ?? delay.duration);
				const most = this.circuit.failing ? Math.min(this.#retries, retriesWhileFailing) : this.#retries;
				if (number >= most || waitMs > maxRetryAfterMs) throw givenUp(error, number, waitMs);
				trace.getActiveSpan()?.addEvent(EventName.retry, {
					[Attr.retryReason]: error.reason,
					[Attr.retryAttempt]: number + 1,
					[Attr.retryWaitMs]: waitMs,
				});
				given.retried?.();
				await progress.during(() => sleep(waitMs, signal));
			} finally {
				// What it used is told apart.
				if (tokens > 0) this.#pace.spend(-tokens);
			}
		}
	}

	#note(error: unknown, askedAt: number): void {
		if (error instanceof EndpointError) this.circuit.fail(error.reason);
		else this.circuit.succeed(askedAt);
	}
}

/** When a call asked last, and how long it waited by itself, which it tells to whoever waits for it and to the active span. */
class Progress {
	askedAt = 0;
	readonly #given: CallContext;
	#totalMs = 0;

	constructor(given: CallContext) {
		this.#given = given;
	}

	begin(): () => void {
		const began = performance.now();
		const end = this.#given.waiting?.();
		return () => {
			this.#totalMs += performance.now() - began;
			end?.();
		};
	}

	async during(wait: () => Promise<void>): Promise<void> {
		const end = this.begin();
		try {
			await wait();
		} finally {
			end();
		}
	}

	/** Puts the sum on the span, when it can be seen at all. */
	end(): void {
		const waitedMs = Math.round(this.#totalMs);
		if (waitedMs > 0) trace.getActiveSpan()?.setAttribute(Attr.waitedMs, waitedMs);
	}
}

function givenUp(error: TransientError, retries: number, waitMs: number): TransientError {
	const { message, reason, retryAfterMs } = error;
	const tooLong = waitMs > maxRetryAfterMs ? `it asks to wait ${Math.ceil(waitMs / 1_000)} s` : undefined;
	const tried = retries > 0 ? `given up after ${retries} retr${retries === 1 ? 'y' : 'ies'}` : undefined;
	const why = [tried, tooLong].filter((part) => part !== undefined).join('; ');
	if (why === '') return error;
	return new TransientError(`${message} (${why})`, { reason, retryAfterMs, cause: error });
}

function isTimeout(reason: unknown): boolean {
	return reason instanceof Error && reason.name === 'TimeoutError';
}
