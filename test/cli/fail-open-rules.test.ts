import { describe, test } from 'vitest';
import { expectStopped, type FailOpen, many, type Planted, rules } from '../support/planted-run.ts';
import { run } from '../support/records.ts';

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

const waiver = (rule: string, limit: string, until = '2999-12-31') =>
	`waivers: [{ rule: ${rule}, until: ${until}, by: ops, reason: x, limit: "${limit}" }]\n`;

const rows: Record<string, FailOpen> = {
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
		says: /cannot tell: the rise of cost_usd is between −∞ and ∞/,
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
	'a waiver that held before the candidate was made': {
		gate: `${rules('metric: pass_rate, check: "value >= 0.9"')}${waiver('r', 'value >= 0.1', '2020-12-31')}`,
		candidate: { trials: many(300, (index) => ({ scores: { faithfulness: index % 2 } })) },
		flags: ['--at', '2020-06-01T00:00:00Z'],
		code: 3,
		says: /it ended at 2026-11-22T12:00:01\.000Z, after the time of the verdict \(2020-06-01T00:00:00Z\)/,
	},
	'a waiver that is laxer than the record can bear': {
		gate: `${rules('metric: pass_rate, check: "value >= 0.9"')}${waiver('r', 'value >= 0.6')}`,
		candidate: { trials: many(300, (index) => ({ scores: { faithfulness: index % 2 } })) },
		code: 1,
		says: /short of the limit \(>= 60 %\); the waiver by ops until 2999-12-31 .* does not cover it/,
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
	test.each(Object.entries(rows))('%s', (_, row) => expectStopped(row));
});
