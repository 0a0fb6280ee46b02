import { describe, expect, test } from 'vitest';
import { startAnswering } from '../support/answering-server.ts';
import { Workspace } from '../support/cli.ts';
import { expectStopped, type FailOpen, judgePlanted, many, rules } from '../support/planted-run.ts';
import { lookBackAnswer, vector } from '../support/prometheus-answers.ts';
import { instantSeries } from '../support/tempo-answers.ts';

const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;

/** Every way in which a gate of another tool let a release through, by the tool that it is known of. */
const rows: Record<string, FailOpen> = {
	'k6: a metric without a sample': {
		gate: rules('metric: cost_usd, check: "value <= 5"'),
		candidate: { trials: many(40, () => ({ costUsd: undefined })) },
		sound: { candidate: { trials: many(40) } },
		code: 3,
		says: /cost_usd is missing: 40 answers reported no cost/,
	},
	'k6: a sample that one answer lacks': {
		gate: rules('metric: output_tokens, check: "value <= 5000"'),
		candidate: { trials: many(40, (index) => (index === 7 ? { tokens: undefined } : {})) },
		sound: { candidate: { trials: many(40) } },
		code: 3,
		says: /output_tokens is missing: 1 answer reported no output tokens/,
	},
	'k6: an error of the evaluation, skipped': {
		gate: rules('metric: faithfulness, check: "value >= 0.5"'),
		candidate: { trials: many(40, (index) => ({ scores: { faithfulness: index === 7 ? 'errored' : 1 } })) },
		sound: {
			candidate: { trials: many(40, (index) => ({ scores: { faithfulness: index === 7 ? 0 : 1 } })) },
		},
		code: 3,
		says: /scorer "faithfulness" errored in 1 trial\(s\)/,
	},
	'k6: an error of a check, skipped': {
		gate: rules('metric: safety_violations, max_events: 0'),
		candidate: {
			trials: many(40, (index) => ({ findings: { ...clean, ...(index === 7 && { pii: 'errored' }) } })),
		},
		sound: { candidate: { trials: many(40) } },
		code: 3,
		says: /a safety check errored in 1 trial\(s\)/,
	},
	'Keptn: no baseline for a relative rule': {
		gate: rules('metric: pass_rate, non_inferior: 20pp'),
		candidate: { trials: many(40) },
		code: 3,
		says: /no baseline: the run has no partner, and no run bears the tag "baseline"/,
	},
	'Keptn: a baseline that lacks the metric': {
		gate: rules('metric: cost_usd, non_inferior: 2x'),
		candidate: { trials: many(40) },
		baseline: { trials: many(40, () => ({ costUsd: undefined })) },
		code: 3,
		says: /cost_usd of the baseline is missing: 40 answers reported no cost/,
	},
	'Argo: a number that is none, in a record': {
		gate: rules('metric: latency_p50_ms, check: "value <= 5000"'),
		candidate: {
			trials: many(40),
			line: (text) => text.replaceAll(/"latencyMs":\d+/g, '"latencyMs":1e999'),
		},
		sound: { candidate: { trials: many(40) } },
		code: 4,
		says: /trials\.jsonl:1: not a record of this version: latencyMs/,
	},
	'Argo: a ratio whose denominator is 0': {
		gate: rules('metric: cost_per_success, check: "value <= 5"'),
		candidate: { trials: many(40, () => ({ scores: { faithfulness: 0 } })) },
		sound: { candidate: { trials: many(40) } },
		code: 3,
		says: /cost_per_success is missing: no trial passed/,
	},
	'Kayenta: a group without data': {
		gate: rules('metric: faithfulness, check: "value >= 0.5", per: "tag:lang"'),
		candidate: {
			trials: many(40, (index) => ({
				tags: { lang: index < 30 ? 'en' : 'de' },
				scores: { faithfulness: index < 30 ? 1 : 'skipped' },
			})),
		},
		sound: { candidate: { trials: many(40, (index) => ({ tags: { lang: index < 30 ? 'en' : 'de' } })) } },
		code: 3,
		says: /scorer "faithfulness" graded no trial/,
	},
	'Kayenta: a group that nobody is in': {
		gate: rules('metric: pass_rate, check: "value >= 0.5", per: "tag:region"'),
		candidate: { trials: many(40, () => ({ tags: { lang: 'en' } })) },
		sound: { candidate: { trials: many(40, () => ({ tags: { region: 'north' } })) } },
		code: 3,
		says: /no question has the tag "region"/,
	},
	'promptfoo: a record of no trials': {
		gate: rules('metric: pass_rate, check: "value >= 0.5"'),
		candidate: { trials: [] },
		sound: { candidate: { trials: many(40) } },
		code: 3,
		says: /pass_rate is missing: no trial was recorded/,
	},
	'survivors: an average over the 43 of 240 that did not error': {
		gate: `validity: { max_error_rate: 0.99 }\n${rules('metric: faithfulness, check: "value >= 0.9"')}`,
		candidate: { trials: many(240, (index) => ({ failed: index >= 43 })) },
		sound: { candidate: { trials: many(240) } },
		code: 1,
		says: /faithfulness is 0\.1792, 0\.7208 short of the limit/,
	},
	'survivors: a latency of the answered alone': {
		gate: `validity: { max_error_rate: 0.99 }\n${rules('metric: latency_p95_ms, check: "value <= 500"')}`,
		candidate: { trials: many(240, (index) => ({ failed: index >= 200 })) },
		sound: { candidate: { trials: many(240) } },
		code: 3,
		says: /the 95th percentile falls on a failed trial \(40 of 240 failed\)/,
	},
	'survivors: more failures than a release may have': {
		gate: rules('metric: faithfulness, check: "value >= 0.5"'),
		candidate: { trials: many(240, (index) => ({ failed: index < 6 })) },
		sound: { candidate: { trials: many(240, (index) => ({ failed: index < 4 })) } },
		code: 1,
		says: /2\.5 % of the candidate's trials failed \(at most 2 %\)/,
	},
	'survivors: trials that are not there at all': {
		gate: rules('metric: pass_rate, check: "value >= 0.5"'),
		candidate: { trials: many(43), run: { planned: 240, completed: 43 } },
		sound: { candidate: { trials: many(43) } },
		code: 3,
		says: /43 of 240 planned trials of the candidate are recorded/,
	},
	'flaky: only the failures, judged again': {
		gate: rules('metric: pass_rate, check: "value >= 0.5"'),
		candidate: { trials: many(43), run: { selection: { tag: ['failed=yes'] } } },
		sound: { candidate: { trials: many(43) } },
		code: 3,
		says: /43 of 43 questions were asked \(--tag failed=yes\)/,
	},
	'flaky: the first questions alone': {
		gate: rules('metric: pass_rate, check: "value >= 0.5"'),
		candidate: {
			trials: many(43),
			run: { suite: { name: 'unit', digest: `sha256:${'a'.repeat(64)}`, questions: 44 } },
		},
		sound: { candidate: { trials: many(43) } },
		code: 3,
		says: /43 of 44 questions were asked/,
	},
	'flaky: a trial that was asked again until it passed': {
		gate: rules('metric: pass_rate, check: "value >= 0.5"'),
		candidate: { trials: [...many(43), { question: 'q7' }], run: { planned: 44, completed: 44 } },
		sound: { candidate: { trials: many(43) } },
		code: 3,
		says: /the record contradicts itself: question "q7" twice in repeat 0/,
	},
};

describe('how gates of other tools failed their users', { timeout: 60_000, concurrent: true }, () => {
	test.each(Object.entries(rows))('%s', (_, row) => expectStopped(row));

	const live = (limit: string) =>
		rules(`prometheus: { value: value, total: total, min_total: 5 }, check: "${limit}"`);
	const spans = rules(
		'tempo: { value: "{} | quantile_over_time(duration, 0.95)", count: "{} | count_over_time()", min_count: 5, window: 15m }, check: "value <= 8"',
	);
	async function judgedLive(gate: string, source: 'prometheus' | 'tempo', url: string) {
		return judgePlanted(new Workspace(), gate, { candidate: { trials: many(40) } }, `--${source}`, url);
	}

	test.each([
		['Argo: NaN with nothing but a condition of failure', 'NaN', '500', /gives NaN for `value`/],
		['Argo: infinity', '+Inf', '500', /gives \+Inf for `value`/],
		['k6: a number from no sample', '0', '0', /counts 0 samples/],
		['k6: a number from fewer samples than asked for', '0', '4', /5 samples needed/],
	])('%s', async (_, value, total, says) => {
		const server = await startAnswering(({ query }) => {
			if (query.get('lookback_delta') === 'none') return lookBackAnswer();
			const number = query.get('query') === 'value' ? value : total;
			return { body: vector(Number(query.get('time')), [{}, number]) };
		});
		const { code, blocking } = await judgedLive(live('value <= 9'), 'prometheus', server.url);
		expect({ code, ids: blocking.map(({ id }) => id) }).toEqual({ code: 3, ids: ['r'] });
		expect(blocking[0]?.reason).toMatch(says);
	});

	test('Tempo: an interval without spans, whose quantile is 0', async () => {
		const server = await startAnswering(() => ({ body: instantSeries([[], 0]) }));
		const { code, blocking } = await judgedLive(spans, 'tempo', server.url);
		expect({ code, ids: blocking.map(({ id }) => id) }).toEqual({ code: 3, ids: ['r'] });
		expect(blocking[0]?.reason).toMatch(/Tempo/);
	});

	test('a backend that answers nothing, or that nobody asked', async () => {
		const hanging = await startAnswering(() => 'hang up');
		const asked = await judgedLive(live('value <= 9'), 'prometheus', hanging.url);
		expect({ code: asked.code, reason: asked.blocking[0]?.reason }).toEqual({
			code: 3,
			reason: expect.stringContaining('does not answer'),
		});
		const unasked = await judgePlanted(new Workspace(), live('value <= 9'), {
			candidate: { trials: many(40) },
		});
		expect({ code: unasked.code, reason: unasked.blocking[0]?.reason }).toEqual({
			code: 3,
			reason: expect.stringContaining('no Prometheus was named'),
		});
	});
});
