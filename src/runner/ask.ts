import { type Context, context, SpanKind, trace } from '@opentelemetry/api';
import { messageOf } from '../errors.ts';
import type { Answer, TargetAnswer } from '../model/evidence.ts';
import type { Asked } from '../model/question.ts';
import type { AnswerContext } from '../targets/target.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import { describeAnswer, InvalidAnswerError, parseAnswer, toldBy } from './answer.ts';
import { type Given, withDeadline } from './deadline.ts';
import { errorType, fail } from './grade.ts';
import type { TrialContext } from './trial.ts';

/** What a target made of a question, and the span in which it was asked. */
export type Asking = { readonly spanId: string } & (
	| { readonly result: 'answered'; readonly answer: Answer }
	| {
			readonly result: 'failed';
			readonly error: { type: string; message: string };
			readonly latencyMs: number | undefined;
			readonly costUsd: number | undefined;
	  }
);

/**
 * Asks the target inside its client span; the clock runs from the hand-over of the question to the result. `onTold` is
 * given the answer as the target told it, when it is one.
 */
export async function ask(
	asked: Asked,
	repeat: number,
	run: TrialContext,
	parent: Context,
	onTold?: (told: TargetAnswer) => void,
): Promise<Asking> {
	const { target } = run;
	const kind = target.remote ? SpanKind.CLIENT : SpanKind.INTERNAL;
	const span = run.tracer.startSpan(SpanName.invokeAgent(target.name), { kind }, parent);
	const { spanId } = span.spanContext();
	span.setAttributes({ [Attr.operation]: 'invoke_agent', [Attr.agentName]: target.name });
	const clock = new Clock();
	let call: Call | undefined;
	try {
		const result = await context.with(trace.setSpan(parent, span), () =>
			withDeadline(`target "${target.name}"`, run.timeoutMs, (given) => {
				call = new Call(given, repeat, clock);
				return target.answer(asked, call);
			}),
		);
		const { latencyMs } = clock;
		const retries = call?.retries ?? 0;
		const answer: Answer = {
			...parseAnswer(result, run.suite.prices),
			...(latencyMs !== undefined && { latencyMs }),
			...(retries > 0 && { retries }),
		};
		describeAnswer(span, answer);
		onTold?.(toldBy(result));
		return { spanId, result: 'answered', answer };
	} catch (error) {
		fail(span, error);
		return {
			spanId,
			result: 'failed',
			error: { type: errorType(error), message: messageOf(error) },
			latencyMs: clock.latencyMs,
			costUsd: error instanceof InvalidAnswerError ? error.costUsd : undefined,
		};
	} finally {
		if (clock.isElsewhere) span.setAttribute(Attr.recorded, true);
		if (call !== undefined && call.retries > 0) span.setAttribute(Attr.retries, call.retries);
		span.end();
	}
}

/** Times a call from its beginning, or from when the question was handed over, unless another clock did. */
class Clock {
	#started = performance.now();
	#elsewhere: { readonly latencyMs: number | undefined } | undefined;

	/** Nothing when the answer was collected elsewhere and not timed there. */
	get latencyMs(): number | undefined {
		return this.#elsewhere === undefined ? performance.now() - this.#started : this.#elsewhere.latencyMs;
	}

	get isElsewhere(): boolean {
		return this.#elsewhere !== undefined;
	}

	restart(): void {
		this.#started = performance.now();
	}

	replace(latencyMs: number | undefined): void {
		this.#elsewhere = { latencyMs };
	}
}

/** Not a literal with a getter: each would be a shape of its own, which keeps a trial alive until a full collection. */
class Call implements AnswerContext {
	readonly #given: Given;
	readonly #clock: Clock;
	readonly repeat: number;
	#retries = 0;

	constructor(given: Given, repeat: number, clock: Clock) {
		this.#given = given;
		this.repeat = repeat;
		this.#clock = clock;
	}

	/** How often the question was asked once more. */
	get retries(): number {
		return this.#retries;
	}

	readonly handedOver = (): void => this.#clock.restart();
	readonly took = (latencyMs: number | undefined): void => this.#clock.replace(latencyMs);
	readonly retried = (): void => void this.#retries++;
	readonly waiting = (): (() => void) => this.#given.waiting();

	get signal(): AbortSignal {
		return this.#given.signal;
	}
}
