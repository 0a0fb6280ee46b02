import type { EvidenceSpan } from '../model/evidence.ts';
import { modelsOf, tokenUsage } from '../telemetry/inference.ts';
import type { Asking } from './ask.ts';

/**
 * What came of a question, the answer with what it does not say itself and the app's spans do: its model, when they
 * name just one, and its tokens. Spans that do not say it add nothing: then the metric stays missing, and says so.
 */
export function withReported(asking: Asking, spans: readonly EvidenceSpan[]): Asking {
	if (asking.result === 'failed') return asking;
	const { answer } = asking;
	const models = answer.model === undefined ? said(() => modelsOf(spans)) : undefined;
	const [only] = models?.length === 1 ? models : [];
	const usage = answer.usage === undefined ? said(() => tokenUsage(spans)) : undefined;
	return { ...asking, answer: { ...answer, ...(only && { model: only.model }), ...(usage && { usage }) } };
}

function said<Value>(read: () => Value): Value | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}
