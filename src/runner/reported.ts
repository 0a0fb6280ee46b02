import { type Cost, costOf, type Prices } from '../llm/prices.ts';
import type { Answer, EvidenceSpan } from '../model/evidence.ts';
import { modelCalls, modelsOf, soleModel, tokenUsage } from '../telemetry/inference.ts';
import type { Asking } from './ask.ts';
import { priced, withCost } from './priced.ts';

/**
 * What came of a question, the answer with what it does not say itself and the app's spans do: its model, when they
 * name just one, its tokens, and by those its cost. Spans that do not say it add nothing: then the metric stays
 * missing, and says so.
 */
export function withReported(
	asking: Asking,
	spans: readonly EvidenceSpan[],
	prices: Prices | undefined,
): Asking {
	if (asking.result === 'failed') return asking;
	const { answer } = asking;
	const models = answer.model === undefined ? said(() => modelsOf(spans)) : undefined;
	const model = models && soleModel(models);
	const usage = answer.usage === undefined ? said(() => tokenUsage(spans)) : undefined;
	const reported: Answer = { ...answer, ...(model !== undefined && { model }), ...(usage && { usage }) };
	return { ...asking, answer: usage ? costedBySpans(reported, spans, prices) : priced(reported, prices) };
}

/** Each call by its own model's price, as an app may ask several. */
function costedBySpans(answer: Answer, spans: readonly EvidenceSpan[], prices: Prices | undefined): Answer {
	if (prices === undefined || answer.costUsd !== undefined) return answer;
	let total = 0;
	for (const { model, usage } of modelCalls(spans)) {
		const cost: Cost = costOf(usage, model ?? answer.model, prices);
		if ('missing' in cost) return withCost(answer, cost);
		total += cost.costUsd;
	}
	return withCost(answer, { costUsd: total });
}

function said<Value>(read: () => Value): Value | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}
