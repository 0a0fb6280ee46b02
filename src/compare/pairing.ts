import type { Questions } from '../metrics/questions.ts';

/** The questions that two runs share, each by its number in both, and those that only one of them asked. */
export interface Pairing {
	readonly before: Uint32Array<ArrayBuffer>;
	readonly after: Uint32Array<ArrayBuffer>;
	readonly onlyBaseline: readonly string[];
	readonly onlyCandidate: readonly string[];
}

/** Pairs the questions of two runs by id, in the candidate’s order. */
export function pairQuestions(before: Questions, after: Questions): Pairing {
	const most = Math.min(before.size, after.size);
	const [befores, afters] = [new Uint32Array(most), new Uint32Array(most)];
	const onlyCandidate: string[] = [];
	let paired = 0;
	for (let index = 0; index < after.size; index++) {
		const id = after.ids.at(index);
		const old = before.ids.indexOf(id);
		if (old < 0) onlyCandidate.push(id);
		else {
			befores[paired] = old;
			afters[paired++] = index;
		}
	}
	return {
		before: befores.subarray(0, paired),
		after: afters.subarray(0, paired),
		onlyBaseline: paired === before.size ? [] : onlyIn(before, after),
		onlyCandidate,
	};
}

function onlyIn(these: Questions, others: Questions): string[] {
	const only: string[] = [];
	for (const id of these.ids) if (others.ids.indexOf(id) < 0) only.push(id);
	return only;
}
