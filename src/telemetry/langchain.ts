import { z } from 'zod';
import type { EvidenceSpan } from '../model/evidence.ts';
import { OpenInference, OpenLlmetry, parseJson } from './dialects.ts';

/*
 * What tracers of LangChain write of its objects into inputs and outputs, where the attributes of their dialect say less
 * or nothing: openinference-instrumentation-langchain (JavaScript 4.1, Python 0.1.80), OpenLLMetry (0.27, 0.62).
 */

/** `page_content` in Python, `pageContent` in JavaScript; without an id it is null in Python, and absent in JavaScript. */
const Document = z
	.looseObject({
		id: z.string().min(1).nullish(),
		page_content: z.string().optional(),
		pageContent: z.string().optional(),
	})
	.transform(({ id, page_content, pageContent }) => ({
		id: id ?? undefined,
		content: page_content ?? pageContent,
	}));
const Output = z.looseObject({ documents: z.array(Document) });

/** A document that LangChain retrieved; its id is optional there. */
export type LangChainDocument = z.output<typeof Document>;

/** The documents that a retriever's output lists, or nothing when it is not LangChain's. */
export function langChainDocuments({ attributes }: EvidenceSpan): LangChainDocument[] | undefined {
	const output = attributes[OpenInference.outputValue] ?? attributes[OpenLlmetry.entityOutput];
	if (output === undefined) return undefined;
	const parsed = Output.safeParse(parseJson(output));
	return parsed.success ? parsed.data.documents : undefined;
}

const Metadata = z.looseObject({ ls_provider: z.string().min(1) });

/** Who serves the model that LangChain asked, as it says in the metadata of the run. */
export function langChainProvider({ attributes }: EvidenceSpan): string | undefined {
	const metadata = attributes[OpenInference.metadata];
	if (metadata === undefined) return undefined;
	const parsed = Metadata.safeParse(parseJson(metadata));
	return parsed.success ? parsed.data.ls_provider : undefined;
}

const ToolMessage = z.looseObject({
	lc: z.literal(1),
	id: z.array(z.string()).refine((id) => id.at(-1) === 'ToolMessage'),
	kwargs: z.looseObject({ name: z.string().min(1) }),
});

/** The tool that a tool's output says it comes from: OpenLLMetry for JavaScript names the span after the tool's class. */
export function langChainToolName({ attributes }: EvidenceSpan): string | undefined {
	const output = attributes[OpenLlmetry.entityOutput];
	if (output === undefined) return undefined;
	const parsed = ToolMessage.safeParse(parseJson(output));
	return parsed.success ? parsed.data.kwargs.name : undefined;
}

/** What LangChain hands to a callback when a tool starts; OpenLLMetry for Python records it all as the arguments. */
const ToolStart = z.strictObject({
	input_str: z.string(),
	inputs: z.record(z.string(), z.unknown()).nullable(),
	tags: z.unknown(),
	metadata: z.unknown(),
	kwargs: z.unknown(),
});

/** The arguments within what LangChain says of a tool's start; anything else as it is. */
export function withoutToolStart(given: unknown): unknown {
	if (typeof given !== 'object' || given === null || !('input_str' in given)) return given;
	const start = ToolStart.safeParse(given);
	if (!start.success) return given;
	return start.data.inputs ?? parseJson(start.data.input_str);
}
