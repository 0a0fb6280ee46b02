import { describe, expect, it } from 'vitest';
import { markdownRun } from '../../src/reports/markdown.ts';
import { textRun } from '../../src/reports/text.ts';
import { factsOf, type Graded, trial } from '../support/records.ts';
import { bare } from './hostile.ts';

/** So many questions of which each passed once of two times; the last score is the given one. */
function moody(count: number, id: string, last: Graded = 0.2) {
	const trials = Array.from({ length: count }, (_, index) => `${id}${index}`).flatMap((question) => [
		trial({ question, repeat: 0 }),
		trial({ question, repeat: 1, scores: { faithfulness: 0.2 } }),
	]);
	return factsOf([
		...trials,
		trial({ question: `${id}0`, repeat: 2, scores: { faithfulness: last } }),
	]).summary();
}

describe('what repeats show', () => {
	it('names the first ten flaky questions and counts the rest', () => {
		const shown = textRun(moody(12, 'q'), bare(200)).replace(/\s+/g, ' ');
		expect(shown).toContain(
			'12 flaky questions: q0 1/3, q1 1/2, q2 1/2, q3 1/2, q4 1/2, q5 1/2, q6 1/2, q7 1/2, q8 1/2, q9 1/2 and 2 more',
		);
		expect(shown).not.toContain('q10 1/2');
	});

	it('says why a variance is not known', () => {
		const shown = textRun(moody(2, 'q', 'errored'), bare(200)).replace(/\s+/g, ' ');
		expect(shown).toContain(
			'how faithfulness varies is not known (scorer "faithfulness" errored in 1 trial(s))',
		);
	});

	it('lets no control character of an id through, and no markup', () => {
		const hostile = '\u001b[2J| **bold**';
		expect(textRun(moody(2, hostile), bare(200))).not.toContain('\u001b');
		expect(markdownRun(moody(2, hostile))).toContain('## Repeats\n\n- candidate, 3 repeats: ');
		expect(markdownRun(moody(2, hostile))).toContain('\\| \\*\\*bold\\*\\*0 1/3');
	});
});
