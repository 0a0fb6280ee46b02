import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { questionId, target } from './noop-suite.ts';
import { here } from './processes.ts';

/** Every scorer that asks nobody; each passes every answer. */
export const scorers = [
	{ use: 'terms' },
	{ use: 'contains', any: ['14 days'] },
	{ use: 'exact' },
	{ use: 'regex' },
	{ use: 'number', unit: ['days'] },
	{ use: 'json_schema', fence: 'anywhere', schema: { type: 'object', required: ['days'] } },
	{ use: 'json_path', fence: 'anywhere', expect: [{ path: '$.days', equals: 14 }] },
	{ use: 'similarity' },
	{ use: 'similarity', name: 'rouge', metric: 'rouge_l' },
	{ use: 'latency', maxMs: 600_000 },
	{ use: 'cost', maxUsd: 1 },
	{ use: 'retrieval' },
	{ use: 'tools' },
	{ use: 'spans', expect: [{ name: 'retrieve', count: 1 }] },
];

/** Every check that asks nobody; none finds anything. */
export const checks = [
	{ use: 'refusal' },
	{ use: 'pii' },
	{ use: 'secrets' },
	{ use: 'injection', canaries: ['ORCHID-7741'] },
	{ use: 'toxicity' },
	{ use: 'citation' },
	{ use: 'phrases', forbidden: ['we will refund'] },
	{ use: 'topics', forbidden: { weather: ['rain', 'sun'] } },
	{ use: 'length', words: { max: 200 } },
	{ use: 'format', type: 'markdown' },
	{ use: 'budget', maxCostUsd: 1 },
	{ use: 'tools', name: 'allowed-tools', allow: ['search'] },
	{ use: 'models', models: ['m'] },
	{ use: 'data_region', allow: ['*.eu.example'] },
];

const appSpans = ['retrieve', 'execute_tool search', 'chat m'] as const;
/** The spans of a question: its root, the call, the app's, and one for each scorer and check. */
export const spansPerFullQuestion = 2 + appSpans.length + scorers.length + checks.length;

const output = 'Refunds take 14 days after we got your parcel [kb-1].\n\n```json\n{"days": 14}\n```';
const targetModule = `import { SpanKind, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('app');
const spans = {
	retrieve: { attributes: { 'gen_ai.operation.name': 'retrieval', 'gen_ai.retrieval.documents': '[{"id":"kb-1"}]' } },
	'execute_tool search': {
		attributes: {
			'gen_ai.operation.name': 'execute_tool',
			'gen_ai.tool.name': 'search',
			'gen_ai.tool.call.arguments': '{}',
		},
	},
	'chat m': {
		kind: SpanKind.CLIENT,
		attributes: {
			'gen_ai.operation.name': 'chat',
			'gen_ai.provider.name': 'p',
			'gen_ai.request.model': 'm',
			'gen_ai.response.model': 'm',
			'server.address': 'api.eu.example',
			'gen_ai.usage.input_tokens': 10,
			'gen_ai.usage.output_tokens': 5,
		},
	},
};
export async function answer() {
	for (const [name, options] of Object.entries(spans)) tracer.startSpan(name, options).end();
	return {
		output: ${JSON.stringify(output)},
		sources: ['kb-1'],
		model: 'm',
		costUsd: 0.001,
		usage: { inputTokens: 10, outputTokens: 5 },
		finishReason: 'stop',
	};
}
`;

const expected = {
	terms: ['14 days'],
	answer: output,
	pattern: '14 days',
	number: 14,
	sources: ['kb-1'],
	tools: [{ name: 'search' }],
};
const questionsAtOnce = 10_000;

/** Writes a suite with every scorer and check that asks nobody, and so many questions; gives its folder. */
export function writeFullSuite(folder: string, questions: number): string {
	mkdirSync(folder, { recursive: true });
	const suite = {
		name: 'bench',
		questions: 'questions.jsonl',
		targets: { [target]: { use: 'module', path: 'target.mjs' } },
		scorers,
		checks,
	};
	writeFileSync(join(folder, 'suite.yaml'), stringify(suite));
	writeFileSync(join(folder, 'target.mjs'), targetModule);
	// Where the app finds the API that it shares with spangate.
	symlinkSync(here('../../node_modules'), join(folder, 'node_modules'));
	const file = join(folder, 'questions.jsonl');
	writeFileSync(file, '');
	for (let from = 0; from < questions; from += questionsAtOnce) {
		const count = Math.min(questionsAtOnce, questions - from);
		const lines = Array.from({ length: count }, (_, index) =>
			JSON.stringify({
				id: questionId(from + index),
				input: `How long do refunds take, case ${from + index}?`,
				expected,
			}),
		);
		appendFileSync(file, `${lines.join('\n')}\n`);
	}
	return folder;
}
