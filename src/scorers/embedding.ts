import { Endpoint } from '../judges/endpoint.ts';
import { noJudgement } from '../judges/structured.ts';
import { versionOfJudge } from '../judges/version.ts';
import { ModelOptions } from '../llm/options.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { scorerKind } from './scorer.ts';

/**
 * `use: embedding`: how close the answer's embedding is to that of `expected.answer`: the cosine of their angle, where one
 * below 0 counts as 0. A blank output is 0.
 */
export const embedding = scorerKind({
	options: strict(ModelOptions),
	create(options) {
		const endpoint = new Endpoint(options);
		return {
			version: versionOfJudge(1, [], options),
			spends: true,
			lacks,
			prepare: (start) => endpoint.prepare(start),
			async score({ question, answer }, call) {
				const wanted = question.expected?.answer;
				const lacking = lacks(question);
				if (wanted === undefined || lacking !== undefined) throw new Error(lacking);
				// An endpoint refuses to embed nothing.
				if (answer.output.trim() === '') return { value: 0, reason: 'the output is blank' };
				const [one, other] = await endpoint.embed([answer.output, wanted], call);
				const cosine = cosineOf(one, other);
				if (cosine === undefined)
					throw noJudgement('an embedding has no direction: all of it is 0, or too large');
				return { value: Math.min(1, Math.max(0, cosine)), reason: `cosine ${cosine.toFixed(4)}` };
			},
			close: () => endpoint.close(),
		};
	},
});

function cosineOf(one: Float64Array = new Float64Array(), other: Float64Array = new Float64Array()) {
	let [dot, ones, others] = [0, 0, 0];
	for (const [at, value] of one.entries()) {
		const beside = other[at] as number;
		dot += value * beside;
		ones += value * value;
		others += beside * beside;
	}
	const cosine = dot / Math.sqrt(ones * others);
	return Number.isFinite(cosine) ? cosine : undefined;
}

function lacks({ expected }: Question): string | undefined {
	return expected?.answer?.trim() ? undefined : 'expected.answer is missing';
}
