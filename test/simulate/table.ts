import type { Outcome } from '../../src/model/verdict.ts';
import { table } from '../bench/report.ts';
import { type Case, cases, type Judged, type Truth } from './cases.ts';
import { misses, powerOf, releasesOf } from './reaches.ts';
import { alpha, type Tally } from './tally.ts';

/** The tallies of every case, by its place and then by its sizes. */
export type Tallies = readonly (readonly (readonly Tally[])[])[];

const heads: Record<Truth, string> = {
	'no change': 'Nothing changed. FAIL is an error:',
	'at the limit':
		'Exactly at the limit, where a bound is put to its hardest test. FAIL and PASS are errors, one of each bound:',
	'twice the margin':
		'A true regression of twice the margin, 500 questions. PASS is an error; the formula is that of the power to FAIL:',
};

/** All simulated releases as Markdown whose tables can be read in a terminal too; below, what missed its level. */
export function reportOf(tallies: Tallies): { markdown: string; isMissed: boolean } {
	const [first = { pass: 0, fail: 0, inconclusive: 0 }] = tallies.flat(2);
	const missed: string[] = [];
	const parts = (['no change', 'at the limit', 'twice the margin'] as const).map((truth) => {
		const rows = cases.flatMap((each, at) =>
			each.rules.flatMap((rule, index) =>
				rule.truth === truth
					? [
							row(
								each,
								rule,
								(tallies[at] ?? []).map((sizes) => sizes[index] as Tally),
								missed,
							),
						]
					: [],
			),
		);
		const isTwice = truth === 'twice the margin';
		const head = ['releases', 'rule', 'method', 'questions', 'FAIL %', 'PASS %'];
		const last = isTwice ? ['stopped %', 'formula %'] : ['INCONCLUSIVE %'];
		return `${heads[truth]}\n\n${table([...head, ...last, 'bare rule blocks %', 'holds'], rows)}`;
	});
	const levels = `${releasesOf(first).toLocaleString('en')} releases a figure, α = ${alpha}: an error may come to ${(percentOf(alpha) + 300 * Math.sqrt((alpha * (1 - alpha)) / releasesOf(first))).toFixed(1)} %, by 3 standard errors of the simulation. What is in parentheses is no error.`;
	const ending =
		missed.length === 0 ? [] : [`**Missed:**\n\n${missed.map((words) => `- ${words}`).join('\n')}`];
	return {
		markdown: [levels, ...parts, ...ending].join('\n\n'),
		isMissed: missed.length > 0,
	};
}

function row(each: Case, { truth, rule, wrong }: Judged, tallies: readonly Tally[], missed: string[]) {
	const shares = (of: (tally: Tally) => number) =>
		tallies.map((tally) => percentOf(of(tally) / releasesOf(tally)).toFixed(1)).join(' · ');
	const share = (outcome: Outcome) => shares((tally) => tally[outcome]);
	const isTwice = truth === 'twice the margin';
	const powers = each.sizes.map((questions) => (isTwice ? powerOf(each, questions) : Number.NaN));
	const found = tallies.flatMap((tally, at) =>
		misses(tally, powers[at]).map((miss) => `${each.sizes[at]} questions: ${miss}`),
	);
	missed.push(...found.map((miss) => `${each.name}, ${rule}, ${miss}`));
	const mark = (outcome: Outcome) =>
		(wrong.includes(outcome) ? '' : '(') + share(outcome) + (wrong.includes(outcome) ? '' : ')');
	return [
		each.name,
		`\`${rule}\``,
		tallies[0]?.method ?? '',
		each.sizes.join(' · '),
		isTwice ? share('fail') : mark('fail'),
		isTwice ? share('pass') : mark('pass'),
		...(isTwice
			? [
					shares((tally) => tally.fail + tally.inconclusive),
					powers.map((power) => percentOf(power).toFixed(1)).join(' · '),
				]
			: [share('inconclusive')]),
		shares(({ blocked }) => blocked),
		found.length === 0 ? 'yes' : '**no**',
	];
}

function percentOf(share: number): number {
	return share * 100;
}
