import { describe, expect, it } from 'vitest';
import type { Condition, RelativeCondition } from '../../src/gate/condition.ts';
import type { Scope } from '../../src/gate/scope.ts';
import { aloneSentence, comparedSentence, shareSentence, type Words } from '../../src/gate/sentence.ts';
import type { Outcome } from '../../src/model/verdict.ts';
import { catalogue, parse, rule } from '../support/gate-file.ts';
import { factsOf } from '../support/records.ts';

type Spoken = Pick<Scope, 'rule' | 'after' | 'baseline' | 'unpaired'>;

function scopeOf(metric: string, before: number, after: number, unpaired = 0): Scope {
	const [first] = parse(...rule(metric, 'non_inferior: 1.5x')).rules;
	const info = catalogue.find(({ name }) => name === metric);
	if (first === undefined || 'remote' in first || info === undefined) throw new Error('no rule');
	const { unit } = info;
	const spoken: Spoken = {
		rule: first,
		after: { value: after, n: 9, unit },
		baseline: { facts: factsOf([]), metric: { value: before, n: 9, unit } },
		unpaired,
	};
	return spoken as Scope;
}

const margin = (form: 'difference' | 'ratio', allowed: number): RelativeCondition => {
	const condition: Condition = { kind: 'relative', form, margin: allowed, text: '' };
	return condition;
};
const words = (outcome: Outcome, lower: number, upper: number, needed?: number): Words => ({
	outcome,
	lower,
	upper,
	needed,
});

describe('a sentence on a metric alone', () => {
	it.each<[string, '>=' | '<=', number, number, Words, string]>([
		['pass_rate', '>=', 0.8, 0.9, words('pass', 0.82, 0.95), 'pass_rate is 90 %, at least 82 % (>= 80 %)'],
		[
			'pass_rate',
			'>=',
			0.8,
			0.7,
			words('fail', 0.62, 0.78, 5),
			'pass_rate is 70 %, at most 78 %, which breaks the limit (>= 80 %)',
		],
		['error_rate', '<=', 0.05, 0.01, words('pass', 0.001, 0.04), 'error_rate is 1 %, at most 4 % (<= 5 %)'],
		[
			'error_rate',
			'<=',
			0.05,
			0.1,
			words('fail', 0.06, 0.15),
			'error_rate is 10 %, at least 6 %, which breaks the limit (<= 5 %)',
		],
		[
			'faithfulness',
			'>=',
			0.8,
			0.81,
			words('inconclusive', 0.75, 0.87, 40),
			'cannot tell: faithfulness is between 0.75 and 0.87; the limit is 0.8; about 40 more questions would settle it',
		],
		[
			'faithfulness',
			'>=',
			0.8,
			0.81,
			words('inconclusive', 0.75, 0.87, 1),
			'cannot tell: faithfulness is between 0.75 and 0.87; the limit is 0.8; about 1 more question would settle it',
		],
		[
			'latency_p95_ms',
			'<=',
			90,
			80,
			words('inconclusive', 70, Infinity),
			'cannot tell: latency_p95_ms is between 70 ms and ∞; the limit is 90 ms',
		],
		[
			'safety_violations',
			'<=',
			0.025,
			0,
			words('pass', 0, 0.02),
			'the rate of safety_violations is 0 %, at most 2 % (<= 2.5 %)',
		],
	])('of %s %s %d', (metric, operator, limit, value, said, sentence) => {
		const scope = scopeOf(metric, 0, 0);
		expect(aloneSentence(scope, { operator, limit }, value, said)).toBe(sentence);
	});

	it('of a share of a backend says nothing of questions', () => {
		const limit = { operator: '<=', limit: 0.05 } as const;
		expect(shareSentence('the share', limit, 0.04, words('inconclusive', 0.02, 0.07, 40))).toBe(
			'cannot tell: the share is between 2 % and 7 %; the limit is 5 %',
		);
	});
});

describe('a sentence on a comparison', () => {
	it.each<[string, Scope, RelativeCondition, number, Words, string]>([
		[
			'a pass rate within points',
			scopeOf('pass_rate', 0.9, 0.89),
			margin('difference', 0.05),
			-0.01,
			words('pass', -0.03, 0.01),
			'pass_rate 90 % → 89 %: the drop is at most 3 points; the limit is 5 points',
		],
		[
			'a pass rate that rose for sure',
			scopeOf('pass_rate', 0.8, 0.9),
			margin('difference', 0.01),
			0.1,
			words('pass', 0.06, 0.14),
			'pass_rate 80 % → 90 %: a rise of at least 6 points; a drop of 1 point is allowed',
		],
		[
			'a pass rate beyond points',
			scopeOf('pass_rate', 0.9, 0.7),
			margin('difference', 0.05),
			-0.2,
			words('fail', -0.28, -0.12),
			'pass_rate 90 % → 70 %: the drop is at least 12 points; the limit is 5 points',
		],
		[
			'a pass rate that cannot be told',
			scopeOf('pass_rate', 0.9, 0.86),
			margin('difference', 0.05),
			-0.04,
			words('inconclusive', -0.07, 0.02, 30),
			'cannot tell: the drop of pass_rate is between −2 and 7 points (4 points seen); the limit is 5 points; about 30 more questions would settle it',
		],
		[
			'a latency within milliseconds',
			scopeOf('latency_p50_ms', 100, 110),
			margin('difference', 50),
			10,
			words('pass', 4, 20),
			'latency_p50_ms 100 ms → 110 ms: the rise is at most 20 ms; the limit is 50 ms',
		],
		[
			'a latency that fell for sure',
			scopeOf('latency_p50_ms', 100, 80),
			margin('difference', 50),
			-20,
			words('pass', -30, -10),
			'latency_p50_ms 100 ms → 80 ms: a drop of at least 10 ms; a rise of 50 ms is allowed',
		],
		[
			'a latency beyond milliseconds',
			scopeOf('latency_p50_ms', 100, 200),
			margin('difference', 50),
			100,
			words('fail', 70, 130),
			'latency_p50_ms 100 ms → 200 ms: the rise is at least 70 ms; the limit is 50 ms',
		],
		[
			'a latency that cannot be told',
			scopeOf('latency_p50_ms', 100, 140),
			margin('difference', 50),
			40,
			words('inconclusive', 20, 60),
			'cannot tell: the rise of latency_p50_ms is between 20 and 60 ms (40 ms seen); the limit is 50 ms',
		],
		[
			'a latency within a ratio',
			scopeOf('latency_p50_ms', 100, 110),
			margin('ratio', 1.25),
			1.1,
			words('pass', 1.05, 1.2),
			'latency_p50_ms 100 ms → 110 ms: at most 1.2x of the baseline’s; the limit is 1.25x',
		],
		[
			'a latency beyond a ratio',
			scopeOf('latency_p50_ms', 100, 200),
			margin('ratio', 1.25),
			2,
			words('fail', 1.8, 2.2),
			'latency_p50_ms 100 ms → 200 ms: at least 1.8x of the baseline’s; the limit is 1.25x',
		],
		[
			'a pass rate within a ratio',
			scopeOf('pass_rate', 0.9, 0.89),
			margin('ratio', 1.25),
			0.99,
			words('pass', 0.9, 1.1),
			'pass_rate 90 % → 89 %: at least 0.9x of the baseline’s; the limit is 0.8x',
		],
		[
			'a pass rate beyond a ratio',
			scopeOf('pass_rate', 0.9, 0.45),
			margin('ratio', 1.25),
			0.5,
			words('fail', 0.4, 0.6),
			'pass_rate 90 % → 45 %: at most 0.6x of the baseline’s; the limit is 0.8x',
		],
		[
			'a pass rate whose ratio cannot be told',
			scopeOf('pass_rate', 0.9, 0.72),
			margin('ratio', 1.25),
			0.8,
			words('inconclusive', 0.7, 0.9, 12),
			'cannot tell: pass_rate is between 0.7x and 0.9x of the baseline’s; the limit is 0.8x; about 12 more questions would settle it',
		],
		[
			'runs of which not all questions are paired, whose metrics are not those of the pairs',
			scopeOf('pass_rate', 0.9, 0.89, 3),
			margin('difference', 0.05),
			-0.01,
			words('pass', -0.03, 0.01),
			'pass_rate: the drop is at most 3 points; the limit is 5 points',
		],
	])('of %s', (_, scope, condition, value, said, sentence) => {
		expect(comparedSentence(scope, condition, value, said)).toBe(sentence);
	});
});
