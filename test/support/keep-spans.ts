import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from './stored-run.ts';

/**
 * Makes a fixture of `test/telemetry/instrumented.test.ts` from what an app's instrumentation sent in a run that was
 * recorded with `content: full`: `node test/support/keep-spans.ts <run folder> <question> <fixture.jsonl> <packages>`,
 * where `<packages>` says what made the spans, with versions. A line is a request of OTLP/JSON with one span.
 */
const [folder = '', question, file = '', packages] = process.argv.slice(2);
const lines = (name: string): Json[] =>
	readFileSync(join(folder, name), 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));

const trial = lines('trials.jsonl').find(({ questionId }) => questionId === question);
if (trial === undefined) throw new Error(`no trial of ${question} in ${folder}`);

/** What was said to the models, and things of single products, are long, and nothing reads them. */
const said = [
	/^gen_ai\.(?:input\.messages|system_instructions|tool\.definitions|task\.)/,
	/^(?:llm\.(?:input_messages|tools)\.|embedding\.|ai\.(?:prompt|embedding|value))/,
	/^(?:model_request_parameters|logfire\.|pydantic_ai\.)/,
];
/** What went in and out matters of tools and retrievers alone. */
const passed = /^(?:in|out)put\.value$/;
const attributesOf = ({ attributes = [] }: Json): Json[] => {
	const isRead = JSON.stringify(attributes).match(/"(?:TOOL|RETRIEVER)"/) !== null;
	return attributes.filter(
		({ key }: Json) => !said.some((each) => each.test(key)) && (isRead || !passed.test(key)),
	);
};

// A resource can name the machine.
const kept = lines('spans.jsonl').flatMap(({ resourceSpans }) =>
	resourceSpans.flatMap(({ scopeSpans }: Json) =>
		scopeSpans
			.filter(({ scope }: Json) => scope?.name !== 'spangate')
			.flatMap(({ scope, spans }: Json) =>
				spans
					.filter(({ traceId }: Json) => traceId === trial.traceId)
					.map(({ events: _, ...span }: Json) => ({
						resourceSpans: [
							{ scopeSpans: [{ scope, spans: [{ ...span, attributes: attributesOf(span) }] }] },
						],
					})),
			),
	),
);
writeFileSync(file, [{ packages }, ...kept].map((line) => `${JSON.stringify(line)}\n`).join(''));
