import { SpangateError } from '../errors.ts';
import type { Question } from '../model/question.ts';
import type { Run } from '../model/run.ts';
import { wholeNumber } from './command.ts';

/** The questions that `--tag key=value` and `--first N` leave; none at all is a usage error. */
export function selectQuestions(
	questions: readonly Question[],
	{ tag, first }: { tag?: readonly string[] | undefined; first?: number | undefined },
): { questions: readonly Question[]; selection: Run['selection'] } {
	const wanted = new Map<string, string[]>();
	for (const given of tag ?? []) {
		const [key = '', ...rest] = given.split('=');
		if (key === '' || rest.length === 0) {
			throw new SpangateError('usage', `--tag ${given}: expected key=value, e.g. --tag lang=en`);
		}
		wanted.set(key, [...(wanted.get(key) ?? []), rest.join('=')]);
	}
	const tagged = questions.filter(({ tags }) =>
		[...wanted].every(([key, values]) =>
			values.some((value) => Object.hasOwn(tags, key) && tags[key] === value),
		),
	);
	const limit = first === undefined ? tagged.length : wholeNumber('first', first, 1);
	const selected = tagged.slice(0, limit);
	if (selected.length === 0) {
		const known = [
			...new Set(questions.flatMap(({ tags }) => Object.entries(tags).map((pair) => pair.join('=')))),
		];
		throw new SpangateError(
			'usage',
			`no question has ${(tag ?? []).map((each) => `--tag ${each}`).join(' and ')}`,
			{
				hint: `Known tags: ${known.sort().join(', ') || 'none'}.`,
			},
		);
	}
	return {
		questions: selected,
		selection: { ...(tag && { tag: [...tag] }), ...(first !== undefined && { first }) },
	};
}
