import type { Span } from '@opentelemetry/api';
import type { Spend, Spent } from '../model/trial.ts';
import { Attr } from '../telemetry/names.ts';

const gaveUpOn = 'it was given up before its models had told what they used';

/** Sums what one grading spends on models; one call that does not tell makes the sum unknown, never smaller. */
class Meter {
	#inputTokens: number | undefined = 0;
	#outputTokens: number | undefined = 0;
	#costUsd: number | undefined = 0;
	/** Why a call has no cost: one whose tokens are not known either, and one that only lacks a price. */
	#unmetered: string | undefined;
	#unpriced: string | undefined;

	readonly spend: Spend = (usage, costUsd, why = 'a call of a model did not tell it') => {
		this.#inputTokens = sum(this.#inputTokens, usage?.inputTokens, Number.isSafeInteger);
		this.#outputTokens = sum(this.#outputTokens, usage?.outputTokens, Number.isSafeInteger);
		this.#costUsd = sum(this.#costUsd, costUsd, Number.isFinite);
		if (this.#costUsd !== undefined) return;
		if (usage === undefined) this.#unmetered ??= why;
		else this.#unpriced ??= why;
	};

	get spent(): Spent {
		const [inputTokens, outputTokens, costUsd] = [this.#inputTokens, this.#outputTokens, this.#costUsd];
		const costMissing = this.#unmetered ?? this.#unpriced;
		return {
			...(inputTokens !== undefined &&
				outputTokens !== undefined && { usage: { inputTokens, outputTokens } }),
			...(costUsd !== undefined && { costUsd }),
			...(costMissing !== undefined && { costMissing }),
		};
	}
}

/** A module tells its tokens too, so what it tells is not trusted to be a count. */
function sum(
	total: number | undefined,
	more: number | undefined,
	isRight: (value: number) => boolean,
): number | undefined {
	return total !== undefined && more !== undefined && more >= 0 && isRight(more) ? total + more : undefined;
}

/** What a scorer or check is told with each answer. */
export class GraderCall {
	readonly #given: { readonly signal: AbortSignal };
	readonly spend: Spend;

	constructor(given: { readonly signal: AbortSignal }, spend: Spend) {
		this.#given = given;
		this.spend = spend;
	}

	get signal(): AbortSignal {
		return this.#given.signal;
	}
}

/** Takes what one grading spends, and says what it came to. */
export interface Spending {
	readonly spend: Spend;
	/** What was spent, also put on the span; nothing of it is known where a call was given up. */
	end(span: Span, gaveUp: boolean): Spent;
}

/** What takes the spending of a scorer or check, which says by `spends` whether it asks a model. */
export function spendingOf({ spends }: { readonly spends?: boolean }): Spending {
	if (!spends) return thrifty;
	const meter = new Meter();
	return {
		spend: meter.spend,
		end(span, gaveUp) {
			const spent = gaveUp ? { costMissing: gaveUpOn } : meter.spent;
			if (spent.usage !== undefined) {
				span.setAttributes({
					[Attr.judgeInputTokens]: spent.usage.inputTokens,
					[Attr.judgeOutputTokens]: spent.usage.outputTokens,
				});
			}
			if (spent.costUsd !== undefined) span.setAttribute(Attr.judgeCostUsd, spent.costUsd);
			return spent;
		},
	};
}

const nothing: Spent = {};
const thrifty: Spending = {
	spend() {
		throw new TypeError('it told of tokens, but not that it spends any; add an export `spends = true`');
	},
	end: () => nothing,
};
