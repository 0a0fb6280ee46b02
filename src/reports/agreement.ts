import type { Agreement, Interval, NamedQuestions } from '../model/agreement.ts';
import { table } from './table.ts';
import { printable, type Terminal, wrap } from './terminal.ts';
import { plural } from './values.ts';

/** How a judge agrees with people: accuracy, kappa, the table of both, and what could not be compared. */
export function textAgreement(agreement: Agreement, terminal: Terminal): string {
	const { run, grader, labels, compared, accuracy, kappa } = agreement;
	const [good, bad] = labels;
	const right = 'right' as const;
	const title = `${grader.of} ${printable(grader.name)} (${printable(grader.use)})`;
	const counts = table(
		[
			{ title: 'people say' },
			{ title: `judge: ${good}`, align: right },
			{ title: `judge: ${bad}`, align: right },
		],
		agreement.table.map((row, at) => [labels[at] as string, ...row.map(String)]),
		terminal,
	);
	return [
		wrap(
			`${terminal.paint('bold', title)} of @${run} beside people: ${plural(compared, 'answer')} judged by both`,
			terminal,
		),
		[
			`accuracy  ${interval(accuracy)}  Clopper-Pearson`,
			'missing' in kappa
				? wrap(`kappa     –  ${kappa.missing}`, terminal)
				: `kappa     ${interval(kappa)}  Cohen`,
		].join('\n'),
		counts,
		notCompared(agreement, terminal),
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

function interval({ value, lower, upper }: Interval): string {
	return `${digits(value)}  (95 %: ${digits(lower)} to ${digits(upper)})`;
}

/** Three places, with a true minus as in every other report. */
function digits(value: number): string {
	return value.toFixed(3).replace('-', '−');
}

function notCompared({ unjudged, unlabelled, unknown }: Agreement, terminal: Terminal): string {
	const kinds: readonly (readonly [NamedQuestions, string])[] = [
		[unjudged.errored, 'labelled, and the judge errored'],
		[unjudged.failed, 'labelled, and the target failed'],
		[unjudged.skipped, 'labelled, and skipped by the judge'],
		[unjudged.absent, 'labelled, and not judged'],
		[unknown, 'labelled, and not in the run'],
		[unlabelled, 'in the run, and not labelled'],
	];
	return kinds
		.filter(([{ count }]) => count > 0)
		.map(([{ count, first }, what]) => {
			const more = count > first.length ? `, and ${count - first.length} more` : '';
			return wrap(`${count} ${what}: ${first.map(printable).join(', ')}${more}`, terminal);
		})
		.join('\n');
}
