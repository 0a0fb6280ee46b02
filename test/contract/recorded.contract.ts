import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun, type StoredRun } from '../support/stored-run.ts';

const questions = ['full', 'bare', 'failed', 'ünï\ncode'].map((id) => ({ id, input: `What about ${id}?` }));
const answers = [
	{
		id: 'full',
		output: 'The office, "in full", is in Linz.\nAsk there.',
		sources: ['kb-1', 'kb-2'],
		model: 'm-1',
		promptVersion: 'p@2',
		usage: { inputTokens: 11, outputTokens: 7 },
		costUsd: 0.25,
		finishReason: 'stop',
		latencyMs: 1234.5,
	},
	{ id: 'ünï\ncode', output: 'The office 漢字 😀' },
	{ id: 'failed', error: 'it timed out' },
	{ id: 'bare', output: 'The office' },
	{ id: 'of no question', output: 'The office' },
];

/** The same answers in each form that a file of them can have. */
const forms: Readonly<Record<string, { file: string; text: string; fields?: Json }>> = {
	'JSON lines': {
		file: 'answers.jsonl',
		text: `\uFEFF${answers.map((row) => JSON.stringify(row)).join('\r\n\r\n')}`,
	},
	'JSON lines under other names': {
		file: 'answers.jsonl',
		fields: {
			id: 'question.id',
			output: 'response.text',
			error: 'failure',
			inputTokens: 'tokens.prompt',
			outputTokens: 'tokens.completion',
			costUsd: 'usd',
			latencyMs: 'took.ms',
		},
		text: answers
			.map(({ id, output, error, usage, costUsd, latencyMs, ...rest }) =>
				JSON.stringify({
					...rest,
					question: { id, lang: 'en' },
					response: { text: output },
					failure: error ?? null,
					tokens: { prompt: usage?.inputTokens, completion: usage?.outputTokens },
					usd: costUsd,
					'took.ms': latencyMs,
					collectedBy: 'somebody else',
				}),
			)
			.join('\n'),
	},
	CSV: {
		file: 'answers.csv',
		text: csv(
			'id,output,sources,model,promptVersion,usage.inputTokens,usage.outputTokens,costUsd,finishReason,latencyMs,error',
		),
	},
	'CSV under other names': {
		file: 'answers.csv',
		fields: { id: 'question', output: 'response', inputTokens: 'in', outputTokens: 'out', costUsd: 'usd' },
		text: csv('question,response,sources,model,promptVersion,in,out,usd,finishReason,latencyMs,error'),
	},
};

function csv(header: string): string {
	const rows = answers.map(({ id, output, sources, model, promptVersion, usage, ...rest }) => [
		id,
		output,
		sources?.join(' | '),
		model,
		promptVersion,
		usage?.inputTokens,
		usage?.outputTokens,
		rest.costUsd,
		rest.finishReason,
		rest.latencyMs,
		rest.error,
	]);
	const cell = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
	return [header, ...rows.map((row) => row.map(cell).join(','))].join('\n');
}

/** What a target that asks nobody promises: the answers as they were collected, and of what is not known, nothing. */
export function recordedContract(): void {
	describe.each(Object.entries(forms))(
		'target recorded, %s',
		{ timeout: 60_000 },
		(_, { file, text, fields }) => {
			const workspace = new Workspace();
			let ran: Finished;
			let stored: StoredRun;
			beforeAll(async () => {
				const target = { use: 'recorded', answers: file, ...(fields && { fields }) };
				const suite = {
					name: 'collected',
					questions: 'questions.jsonl',
					targets: { archive: target },
					scorers: [{ use: 'contains', any: ['office'] }],
				};
				workspace.write('suite/suite.yaml', JSON.stringify(suite));
				workspace.write('suite/questions.jsonl', questions.map((each) => JSON.stringify(each)).join('\n'));
				workspace.write(`suite/${file}`, text);
				const folder = workspace.path('suite');
				expect(await workspace.inProcess(['validate', folder])).toMatchObject({ code: 0, stderr: '' });
				ran = await workspace.spangate(['run', folder, '--target', 'archive', '--json']);
				stored = readStoredRun(workspace.home, runIds(ran)[0]);
			}, 60_000);

			const trialOf = (id: string): Json => stored.trials.find(({ questionId }) => questionId === id);
			const callOf = (id: string) => {
				const { traceId } = trialOf(id);
				return stored.spans.find((span) => span.traceId === traceId && span.name === 'invoke_agent archive');
			};

			it('answers with all that was collected', () => {
				const [{ id: _, ...collected }] = answers as [Json];
				expect(trialOf('full')).toMatchObject({ result: 'answered', passed: true, latencyMs: 1234.5 });
				expect(trialOf('full')).toMatchObject({ costUsd: 0.25, answer: collected });
				expect(callOf('full')).toMatchObject({
					kind: 1,
					attributes: {
						'spangate.recorded': true,
						'gen_ai.response.model': 'm-1',
						'gen_ai.usage.input_tokens': 11,
						'gen_ai.usage.output_tokens': 7,
					},
				});
				expect(trialOf('ünï\ncode').answer.output).toBe('The office 漢字 😀');
			});

			it('leaves out what was not', () => {
				expect(trialOf('bare').answer).toEqual({ output: 'The office' });
				expect(trialOf('bare')).not.toHaveProperty('latencyMs');
				expect(trialOf('bare')).not.toHaveProperty('costUsd');
			});

			it('fails where a failure was collected', () => {
				expect(trialOf('failed')).toMatchObject({
					result: 'failed',
					error: { type: 'RecordedError', message: 'it timed out' },
				});
				expect(trialOf('failed')).not.toHaveProperty('latencyMs');
				expect(callOf('failed')?.attributes).toMatchObject({ 'spangate.recorded': true });
			});

			it('says that the latency is not known, and not that it was short', () => {
				const { metrics } = JSON.parse(ran.stdout);
				expect(metrics.latency_p95_ms).toEqual({ missing: 'the latency of 2 answers is not known' });
				expect(metrics.error_rate).toMatchObject({ value: 0.25, n: 4 });
				expect(stored.run.loopDelay).toMatchObject({ waited: 0 });
			});

			it('asks no question that is not in the suite', () => {
				expect(stored.trials.map(({ questionId }) => questionId).toSorted()).toEqual(
					questions.map(({ id }) => id).toSorted(),
				);
			});
		},
	);
}
