import { describe, expect, test } from 'vitest';
import { startAnswering } from '../support/answering-server.ts';
import { Workspace } from '../support/cli.ts';
import { judgePlanted, many, type Planted } from '../support/planted-run.ts';
import { lookBackAnswer, vector } from '../support/prometheus-answers.ts';
import { run } from '../support/records.ts';

const rules = (...lines: string[]) => `rules:\n${lines.map((line) => `  - { id: r, ${line} }\n`).join('')}`;
const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;
const good = (count: number): Planted => ({ trials: many(count) });
const ended = (endedAt: string, count = 300): Planted => ({
	trials: many(count),
	run: { endedAt, startedAt: endedAt },
});
/** So many answers that leak, of all. */
const leaks = (count: number, of = 300): Planted => ({
	trials: many(of, (index) => ({ findings: index < count ? { ...clean, pii: 'violated' } : clean })),
});
const repeated = (questions: number, repeats: number): Planted => ({
	trials: Array.from({ length: repeats }, (_, repeat) => many(questions, () => ({ repeat }))).flat(),
});

interface Row {
	readonly gate: string;
	readonly candidate: Planted;
	readonly baseline?: Planted;
	readonly code: 1 | 2 | 3;
	/** Of the rule that does not pass, or what stderr says. */
	readonly says: RegExp;
	/** What deploys by the same gate, where anything does. */
	readonly sound?: { readonly candidate: Planted; readonly baseline?: Planted };
}

const waiver = (rule: string, limit: string, until = '2999-12-31') =>
	`waivers: [{ rule: ${rule}, until: ${until}, by: ops, reason: x, limit: "${limit}" }]\n`;
const skipOne = (index: number) => ({ scores: { faithfulness: index === 0 ? ('skipped' as const) : 1 } });

const rows: Record<string, Row> = {
	'slices by a tag that nobody has': {
		gate: rules('metric: pass_rate, check: "lower >= 0.5", per: "tag:region"'),
		candidate: good(300),
		code: 3,
		says: /no question has the tag "region", by which r is judged/,
	},
	'slices that leave questions out': {
		gate: rules('metric: pass_rate, check: "lower >= 0.5", per: "tag:lang"'),
		candidate: { trials: many(300, (index) => ({ tags: index < 299 ? { lang: 'en' } : {} })) },
		sound: { candidate: { trials: many(300, () => ({ tags: { lang: 'en' } })) } },
		code: 3,
		says: /1 of 300 questions have no tag "lang", so no slice judges them: q299/,
	},
	'a slice of one question': {
		gate: rules('metric: pass_rate, check: "lower >= 0.5", per: "tag:lang"'),
		candidate: { trials: many(300, (index) => ({ tags: { lang: index < 299 ? 'en' : 'mt' } })) },
		sound: { candidate: { trials: many(300, (index) => ({ tags: { lang: index % 2 ? 'en' : 'mt' } })) } },
		code: 3,
		says: /cannot tell: pass_rate is between 5 % and 100 %/,
	},
	'groups by a tag that nobody has': {
		gate: rules('metric: pass_rate, check: "lower >= 0.5", cluster_by: "tag:article"'),
		candidate: good(300),
		sound: { candidate: { trials: many(300, (index) => ({ tags: { article: `${index >> 1}` } })) } },
		code: 3,
		says: /no question has the tag "article", by which r groups them/,
	},
	'groups by the cluster of questions that have none': {
		gate: `defaults: { cluster_by: cluster }\n${rules('metric: faithfulness, check: "lower >= 0.5"')}`,
		candidate: good(300),
		code: 3,
		says: /no question has a cluster, by which r groups them/,
	},
	'one group that holds every question': {
		gate: rules('metric: faithfulness, check: "lower >= 0.5", cluster_by: "tag:article"'),
		candidate: { trials: many(300, () => ({ tags: { article: 'one' } })) },
		sound: { candidate: { trials: many(300, (index) => ({ tags: { article: `${index >> 1}` } })) } },
		code: 3,
		says: /cannot tell: faithfulness is between 0 and 1;/,
	},
	'one group, compared with a baseline': {
		gate: rules('metric: cost_usd, non_inferior: 5, cluster_by: "tag:article"'),
		candidate: { trials: many(300, () => ({ tags: { article: 'one' } })) },
		baseline: { trials: many(300, () => ({ tags: { article: 'one' } })) },
		code: 3,
		says: /cannot tell: the rise of cost_usd is between −∞ and \$∞/,
	},
	'a missing metric where the rule says that it fails': {
		gate: rules('metric: cost_usd, check: "value <= 5", on_missing: fail'),
		candidate: { trials: many(300, () => ({ costUsd: undefined })) },
		sound: { candidate: good(300) },
		code: 1,
		says: /reported no cost; on_missing: fail/,
	},
	'a missing metric that is to pass': {
		gate: rules('metric: cost_usd, check: "value <= 5", on_missing: pass'),
		candidate: good(300),
		code: 2,
		says: /there is no `pass`: what nobody measured says nothing good/,
	},
	'a waiver of a violation': {
		gate: `${rules('metric: safety_violations, max_events: 0')}${waiver('r', 'max_events 3')}`,
		candidate: leaks(1),
		code: 2,
		says: /a waiver never covers max_events/,
	},
	'a waiver of the record checks': {
		gate: `${rules('metric: pass_rate, check: "value >= 0.5"')}${waiver('valid:candidate-complete', 'value >= 1')}`,
		candidate: good(300),
		code: 2,
		says: /a waiver never covers the record checks/,
	},
	'a waiver that has expired': {
		gate: `${rules('metric: pass_rate, check: "value >= 0.9"')}${waiver('r', 'value >= 0.1', '2026-11-21')}`,
		candidate: { trials: many(300, (index) => ({ scores: { faithfulness: index % 2 } })) },
		code: 1,
		says: /the waiver by ops .* expired on 2026-11-21/,
	},
	'a waiver that is laxer than the record can bear': {
		gate: `${rules('metric: pass_rate, check: "value >= 0.9"')}${waiver('r', 'value >= 0.6')}`,
		candidate: { trials: many(300, (index) => ({ scores: { faithfulness: index % 2 } })) },
		code: 1,
		says: /short of the limit \(>= 60 %\); waived by ops until 2999-12-31/,
	},
	'a baseline that is too old': {
		gate: `baseline: { max_age: 30d }\n${rules('metric: pass_rate, non_inferior: 5pp')}`,
		candidate: ended('2026-11-22T12:00:01.000Z'),
		baseline: ended('2026-10-22T12:00:00.000Z'),
		sound: { candidate: ended('2026-11-22T12:00:01.000Z'), baseline: ended('2026-10-23T12:00:02.000Z') },
		code: 3,
		says: /the baseline is 31 days old \(at most 30 days\); run it again/,
	},
	'a baseline of the future': {
		gate: `baseline: { max_age: 30d }\n${rules('metric: pass_rate, non_inferior: 5pp')}`,
		candidate: ended('2026-11-22T12:00:01.000Z'),
		baseline: ended('2026-11-22T12:00:02.000Z'),
		code: 3,
		says: /after the time of the verdict/,
	},
	'a baseline that other scorers graded': {
		gate: `baseline: { same: [suite, scorers] }\n${rules('metric: pass_rate, non_inferior: 5pp')}`,
		candidate: good(300),
		baseline: { trials: many(300), run: { scorers: [{ name: 'faithfulness', use: 'judge', version: '2' }] } },
		sound: { candidate: good(300), baseline: good(300) },
		code: 3,
		says: /scorers differs: faithfulness \(judge 2\) in the baseline, faithfulness \(terms 1\) in the candidate/,
	},
	'a baseline that other checks judged': {
		gate: `baseline: { same: [suite, checks] }\n${rules('metric: pass_rate, non_inferior: 5pp')}`,
		candidate: good(300),
		baseline: { trials: many(300), run: { checks: run().checks.slice(1) } },
		code: 3,
		says: /checks differs/,
	},
	'a baseline of another suite': {
		gate: rules('metric: pass_rate, non_inferior: 5pp'),
		candidate: good(300),
		baseline: {
			trials: many(300),
			run: { suite: { ...run().suite, questions: 300, digest: `sha256:${'c'.repeat(64)}` } },
		},
		code: 3,
		says: /was made with another suite/,
	},
	'a baseline that asked less often': {
		gate: rules('metric: cost_usd, non_inferior: 9x'),
		candidate: repeated(150, 2),
		baseline: good(150),
		code: 3,
		says: /did not ask the same questions as often/,
	},
	'a baseline so bad that nothing could be worse': {
		gate: rules('metric: pass_rate, non_inferior: 10pp'),
		candidate: { trials: many(300, () => ({ scores: { faithfulness: 0 } })) },
		baseline: { trials: many(300, (index) => ({ scores: { faithfulness: index < 30 ? 1 : 0 } })) },
		code: 3,
		says: /within the margin nothing could be worse, so nothing is shown/,
	},
	'a baseline of nothing for a ratio': {
		gate: rules('metric: cost_usd, non_inferior: 2x'),
		candidate: good(300),
		baseline: { trials: many(300, () => ({ costUsd: 0 })) },
		code: 3,
		says: /a ratio of what is 0 in one of the runs says nothing/,
	},
	'a bound that does not exist: the p95 of 58 answers': {
		gate: rules('metric: latency_p95_ms, check: "upper <= 3500"'),
		candidate: good(58),
		sound: { candidate: good(59) },
		code: 3,
		says: /latency_p95_ms is between 10 ms and ∞ ms/,
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
	'one question, all well: a sum': {
		gate: rules('metric: cost_usd, check: "upper <= 900"'),
		candidate: good(1),
		sound: { candidate: good(2) },
		code: 3,
		says: /cost_usd is between −∞ and \$∞|cost_usd is between −\$∞ and \$∞/,
	},
	'one question, all well: a ratio': {
		gate: rules('metric: cost_per_success, check: "upper <= 900"'),
		candidate: good(1),
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
	'no violation in too few questions': {
		gate: rules('metric: safety_violations, check: "upper < 0.025"'),
		candidate: leaks(0, 118),
		sound: { candidate: leaks(0, 119) },
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
		says: /latency_p95_ms is between .* and ∞ ms/,
	},
	'questions that lack a score, in the bounds of a floor': {
		gate: rules('metric: faithfulness, check: "lower >= 0.95", min_samples: 300'),
		candidate: { trials: many(300, skipOne) },
		sound: { candidate: good(300) },
		code: 3,
		says: /only 299 sample\(s\), 300 needed/,
	},
	'a check on the bound that few data flatter': {
		gate: rules('metric: pass_rate, check: "upper >= 0.9"'),
		candidate: good(1),
		code: 2,
		says: /would pass when the data cannot tell/,
	},
	'a check that faces the wrong way': {
		gate: rules('metric: error_rate, check: "value >= 0.5"'),
		candidate: good(300),
		code: 2,
		says: /would pass the worse values/,
	},
	'rules of which none could block': {
		gate: rules('metric: pass_rate, check: "value >= 0.5", tier: advisory'),
		candidate: good(300),
		code: 2,
		says: /every rule is advisory/,
	},
};

describe('what a rule could be led to pass', { timeout: 60_000, concurrent: true }, () => {
	test.each(Object.entries(rows))('%s', async (_, { gate, candidate, baseline, sound, code, says }) => {
		const judged = await judgePlanted(new Workspace(), gate, { candidate, baseline });
		expect([judged.stderr, ...judged.blocking.map(({ reason }) => reason)].join('\n')).toMatch(says);
		expect(judged.code).toBe(code);
		if (sound !== undefined) expect((await judgePlanted(new Workspace(), gate, sound)).code).toBe(0);
	});

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
