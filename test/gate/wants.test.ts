import { expect, it } from 'vitest';
import { samplesFor } from '../../src/gate/wants.ts';
import { parse } from '../support/gate-file.ts';
import { run } from '../support/records.ts';

const wantsOf = (...lines: string[]) => {
	const { columns, tags, clusters } = samplesFor(parse('rules:', ...lines), run());
	return { columns: [...columns].sort(), tags: [...tags].sort(), clusters };
};

it.each<[string, string[], ReturnType<typeof wantsOf>]>([
	[
		'the pass rate and every score, whatever the rules',
		['  - { id: r, metric: error_rate, check: value <= 0.5 }'],
		{ columns: ['error_rate', 'faithfulness', 'pass_rate'], tags: [], clusters: false },
	],
	[
		'both columns of a ratio',
		['  - { id: r, metric: cost_per_success, check: value <= 1 }'],
		{ columns: ['cost_usd', 'faithfulness', 'pass_rate'], tags: [], clusters: false },
	],
	[
		'the tag that slices',
		['  - { id: r, metric: pass_rate, per: tag:lang, check: lower >= 0.5 }'],
		{ columns: ['faithfulness', 'pass_rate'], tags: ['lang'], clusters: false },
	],
	[
		'the tag that groups',
		['  - { id: r, metric: pass_rate, cluster_by: tag:topic, check: lower >= 0.5 }'],
		{ columns: ['faithfulness', 'pass_rate'], tags: ['topic'], clusters: false },
	],
	[
		'clusters, where a rule groups by them',
		[
			'  - { id: r, metric: pass_rate, cluster_by: cluster, check: lower >= 0.5 }',
			'  - { id: live, prometheus: { value: a, total: b, min_total: 300 }, check: value <= 0.05 }',
			'  - { id: s, metric: pass_rate, per: tag:lang, cluster_by: tag:topic, check: lower >= 0.5 }',
		],
		{ columns: ['faithfulness', 'pass_rate'], tags: ['lang', 'topic'], clusters: true },
	],
])('of each question is kept: %s', (_, lines, wants) => {
	expect(wantsOf(...lines)).toEqual(wants);
});
