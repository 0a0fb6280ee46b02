/** One vote of a judge: a value in [0, 1], what it is called, and what decided it. */
export interface Vote {
	readonly value: number;
	readonly label: string;
	readonly explanation: string;
}

/** How several votes become one value. */
export type Combine = 'mean' | 'median' | 'majority';

/**
 * One value of an odd number of votes: their mean, their median, or the value that most of them gave, which is the median
 * where no value has more votes than every other.
 */
export function combined(votes: readonly Vote[], how: Combine): number {
	const values = votes.map(({ value }) => value).sort((a, b) => a - b);
	const median = values[(values.length - 1) / 2] as number;
	switch (how) {
		case 'mean':
			// A sum of equal values need not be a multiple of them.
			return values[0] === values.at(-1)
				? median
				: values.reduce((sum, each) => sum + each, 0) / values.length;
		case 'median':
			return median;
		case 'majority':
			return mostVoted(values) ?? median;
	}
}

function mostVoted(values: readonly number[]): number | undefined {
	const [first, second] = [...Map.groupBy(values, (value) => value).values()].sort(
		(a, b) => b.length - a.length,
	);
	return first !== undefined && first.length > (second?.length ?? 0) ? first[0] : undefined;
}

/** What was voted and why, with every view that differs: `2 of 3 votes: pass (…); 1: fail (…)`. */
export function reasonOf(votes: readonly Vote[]): string {
	const [only] = votes;
	if (only !== undefined && votes.length === 1) return `${only.label}: ${only.explanation}`;
	const byLabel = [...Map.groupBy(votes, ({ label }) => label).values()].sort((a, b) => b.length - a.length);
	const told = byLabel.map(([first, ...rest], index) => {
		const count = index === 0 ? `${rest.length + 1} of ${votes.length} votes` : `${rest.length + 1}`;
		return `${count}: ${first?.label} (${first?.explanation})`;
	});
	return byLabel.length === 1 ? told.join('') : `the votes differ: ${told.join('; ')}`;
}
