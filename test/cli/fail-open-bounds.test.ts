import { describe, expect, test } from 'vitest';
import { startAnswering } from '../support/answering-server.ts';
import { Workspace } from '../support/cli.ts';
import {
	expectStopped,
	type FailOpen,
	judgePlanted,
	many,
	type Planted,
	rules,
} from '../support/planted-run.ts';
import { lookBackAnswer, vector } from '../support/prometheus-answers.ts';

const good = (count: number): Planted => ({ trials: many(count) });
const repeated = (questions: number, repeats: number): Planted => ({
	trials: Array.from({ length: repeats }, (_, repeat) => many(questions, () => ({ repeat }))).flat(),
});
const skipOne = (index: number) => ({ scores: { faithfulness: index === 0 ? ('skipped' as const) : 1 } });

const rows: Record<string, FailOpen> = {
	'a bound that does not exist: the p95 of 58 answers': {
		gate: rules('metric: latency_p95_ms, check: "upper <= 3500"'),
		candidate: good(58),
		sound: { candidate: good(59) },
		code: 3,
		says: /latency_p95_ms is between 10 ms and ∞/,
	},
	'a bound that does not exist: the p95 of 58 answers against a baseline': {
		gate: rules('metric: latency_p95_ms, non_inferior: 1.5x'),
		candidate: good(58),
		baseline: good(58),
		code: 3,
		says: /between 0x and ∞x of the baseline’s/,
	},
	'one question, all well: a share': {
		gate: rules('metric: pass_rate, check: "lower >= 0.06"'),
		candidate: good(1),
		sound: { candidate: good(2) },
		code: 3,
		says: /pass_rate is between 5 % and 100 %/,
	},
	'one question, all well: a score': {
		gate: rules('metric: faithfulness, check: "lower >= 0.06"'),
		candidate: good(1),
		code: 3,
		says: /faithfulness is between 0 and 1/,
	},
	'four questions, all alike: a sum': {
		gate: rules('metric: cost_usd, check: "upper <= 900"'),
		candidate: good(4),
		sound: { candidate: good(5) },
		code: 3,
		says: /cost_usd is between −∞ and ∞/,
	},
	'four questions, all alike: a ratio': {
		gate: rules('metric: cost_per_success, check: "upper <= 900"'),
		candidate: good(4),
		sound: { candidate: good(5) },
		code: 3,
		says: /cost_per_success is between/,
	},
	'one question, all well: against a baseline': {
		gate: rules('metric: pass_rate, non_inferior: 60pp'),
		candidate: good(1),
		baseline: good(1),
		code: 3,
		says: /the drop of pass_rate is between/,
	},
	'equal scores: 30 of 30 prove nothing near 1': {
		gate: rules('metric: faithfulness, check: "lower >= 0.95"'),
		candidate: good(30),
		sound: { candidate: good(59) },
		code: 3,
		says: /faithfulness is between 0\.905 and 1/,
	},
	'equal pairs: 60 of 60 prove no 2 points': {
		gate: rules('metric: pass_rate, non_inferior: 2pp'),
		candidate: good(60),
		baseline: good(60),
		sound: { candidate: good(133), baseline: good(133) },
		code: 3,
		says: /cannot tell: the drop of pass_rate is between −4\.315 and 4\.315 points \(0 points seen\); the limit is 2 points/,
	},
	'equal pairs of scores: 40 of 40 prove no 2 points': {
		gate: rules('metric: faithfulness, non_inferior: 0.02'),
		candidate: good(40),
		baseline: good(40),
		sound: { candidate: good(300), baseline: good(300) },
		code: 3,
		says: /cannot tell: the drop of faithfulness is between/,
	},
	'equal pairs: 60 of 60 prove no ratio of 1.01': {
		gate: rules('metric: pass_rate, non_inferior: 1.01x'),
		candidate: good(60),
		baseline: good(60),
		sound: { candidate: good(600), baseline: good(600) },
		code: 3,
		says: /cannot tell: pass_rate is between 0\.9513x and /,
	},
	'equal pairs of scores: 5 of 5 prove no ratio': {
		gate: rules('metric: faithfulness, non_inferior: 1.1x'),
		candidate: good(5),
		baseline: good(5),
		sound: { candidate: good(600), baseline: good(600) },
		code: 3,
		says: /cannot tell: faithfulness is between 0\.5493x and /,
	},
	'equal pairs of counts: no violation in 5 proves no rise': {
		gate: rules('metric: safety_violations.pii, non_inferior: 2'),
		candidate: good(5),
		baseline: good(5),
		code: 3,
		says: /cannot tell: the rise of safety_violations\.pii is between −2\.254 and 2\.254/,
	},
	'no violation in too few questions': {
		gate: rules('metric: safety_violations, check: "upper < 0.025"'),
		candidate: good(118),
		sound: { candidate: good(119) },
		code: 3,
		says: /the rate of safety_violations is between 0 % and 2\.507 %; the limit is 2\.5 %; about 1 more question would settle it/,
	},
	'repeats in place of questions: no violation in 30 asked 5 times': {
		gate: rules('metric: safety_violations, check: "upper < 0.025"'),
		candidate: repeated(30, 5),
		sound: { candidate: repeated(150, 1) },
		code: 3,
		says: /between 0 % and 9\.503 %.*about 89 more questions/,
	},
	'repeats in place of questions: 30 asked 5 times that all pass': {
		gate: rules('metric: pass_rate, check: "lower >= 0.95"'),
		candidate: repeated(30, 5),
		sound: { candidate: repeated(150, 1) },
		code: 3,
		says: /pass_rate is between 90\.5 % and 100 %/,
	},
	'repeats in place of questions: a margin shown by 30 asked 5 times': {
		gate: rules('metric: pass_rate, non_inferior: 2pp'),
		candidate: repeated(30, 5),
		baseline: repeated(30, 5),
		sound: { candidate: repeated(150, 1), baseline: repeated(150, 1) },
		code: 3,
		says: /cannot tell: the drop of pass_rate/,
	},
	'repeats in place of questions: the p95 of 30 asked 5 times': {
		gate: rules('metric: latency_p95_ms, check: "upper <= 3500"'),
		candidate: repeated(30, 5),
		sound: { candidate: repeated(150, 1) },
		code: 3,
		says: /latency_p95_ms is between .* and ∞/,
	},
	'questions that lack a score, in the bounds of a floor': {
		gate: rules('metric: faithfulness, check: "lower >= 0.95", min_samples: 300'),
		candidate: { trials: many(300, skipOne) },
		sound: { candidate: good(300) },
		code: 3,
		says: /only 299 sample\(s\), 300 needed/,
	},
};

describe('what too few data could be led to pass', { timeout: 60_000, concurrent: true }, () => {
	test.each(Object.entries(rows))('%s', (_, row) => expectStopped(row));

	test.each([
		['0.049', '300', 3, /share is between|cannot tell/],
		['0.02', '300', 0, /$/],
		['0', '58', 3, /cannot tell/],
		['1.5', '300', 3, /bounds are those of a share from 0 to 1/],
		['-0.1', '300', 3, /bounds are those of a share from 0 to 1/],
	])('a backend’s share of %s from %s samples, held against its bound', async (value, total, code, says) => {
		const server = await startAnswering(({ query }) => {
			if (query.get('lookback_delta') === 'none') return lookBackAnswer();
			return {
				body: vector(Number(query.get('time')), [{}, query.get('query') === 'value' ? value : total]),
			};
		});
		const gate = rules('prometheus: { value: value, total: total, min_total: 5 }, check: "upper <= 0.05"');
		const judged = await judgePlanted(
			new Workspace(),
			gate,
			{ candidate: good(40) },
			...['--prometheus', server.url],
		);
		expect(judged.code).toBe(code);
		expect(judged.blocking.map(({ reason }) => reason).join('\n')).toMatch(says);
	});
});
