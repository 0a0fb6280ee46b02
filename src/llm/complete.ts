import type { OpenAI } from 'openai';
import type { Completion } from './completion.ts';

/** Times one attempt. */
export class Clock {
	#started = performance.now();

	get passedMs(): number {
		return performance.now() - this.#started;
	}

	restart(): void {
		this.#started = performance.now();
	}
}

/** Asks once and takes what comes, in one body or as a stream; rejects when it does not come to its end. */
export async function complete(
	answer: Completion,
	api: OpenAI,
	body: OpenAI.ChatCompletionCreateParams,
	sent: OpenAI.RequestOptions,
	clock: Clock,
): Promise<void> {
	try {
		if (!body.stream) {
			answer.takeWhole(await api.chat.completions.create(body, sent));
			return;
		}
		for await (const chunk of await api.chat.completions.create(body, sent)) {
			if (answer.takeChunk(chunk)) answer.firstTokenMs ??= clock.passedMs;
		}
		// The library ends a stream that is aborted as if it were whole.
		sent.signal?.throwIfAborted();
		answer.end();
	} catch (error) {
		if (!isFiltered(error)) throw error;
		answer.finishReason = 'content_filter';
	}
}

/** Azure answers 400 where its filter stops a question: that is the system's answer, and no failure of it. */
function isFiltered(error: unknown): boolean {
	const { status, code } = error as { status?: unknown; code?: unknown };
	return status === 400 && code === 'content_filter';
}
