import { describe, expect, it } from 'vitest';
import { parseGate } from '../../src/gate/rules.ts';
import type { Part } from '../../src/gate/scope.ts';
import { adjustSlices } from '../../src/gate/slices.ts';
import type { Outcome } from '../../src/model/verdict.ts';
import { catalogue } from '../support/gate-file.ts';

function ruleThat(adjust: 'holm' | 'none') {
	const line = `{ id: r, metric: pass_rate, per: tag:lang, non_inferior: 5pp, adjust: ${adjust} }`;
	const [rule] = parseGate(`rules:\n  - ${line}\n`, 'gate.yaml', catalogue).rules;
	if (rule === undefined || 'remote' in rule) throw new Error('no rule');
	return rule;
}

function part(outcome: Outcome, p?: number): Part {
	return {
		outcome,
		method: 'Tango score',
		samples: 40,
		reason: `it is ${outcome}`,
		...(p !== undefined && { pBeyond: () => p }),
	};
}

const slices = (...parts: Part[]) => parts.map((each, index) => ({ part: each, slice: `lang=${index}` }));
const shown = (given: readonly Part[], adjust: 'holm' | 'none') =>
	adjustSlices(slices(...given), ruleThat(adjust)).map(({ part: { outcome, pValue } }) => [outcome, pValue]);

describe('slices of a rule', () => {
	it('fail only where they would among as many by Holm', () => {
		const given = [part('fail', 0.03), part('pass', 0.5), part('fail', 0.01), part('inconclusive', 0.4)];
		expect(shown(given, 'holm')).toEqual([
			['inconclusive', 0.09],
			['pass', 0.8],
			['fail', 0.04],
			['inconclusive', 0.8],
		]);
	});

	it('fail at an adjusted p of α itself', () => {
		expect(shown([part('fail', 0.025), part('pass', 0.5)], 'holm')).toEqual([
			['fail', 0.05],
			['pass', 0.5],
		]);
	});

	it('are taken as they are where the rule adjusts nothing', () => {
		const given = [part('fail', 0.03), part('fail', 0.05), part('pass', 0.5)];
		expect(shown(given, 'none')).toEqual([
			['fail', 0.03],
			['fail', 0.05],
			['pass', 0.5],
		]);
	});

	it('without a p are left alone and count into no adjustment', () => {
		const given = [part('inconclusive'), part('fail', 0.03), part('fail'), part('pass', 0.5)];
		expect(shown(given, 'holm')).toEqual([
			['inconclusive', undefined],
			['inconclusive', 0.06],
			['fail', undefined],
			['pass', 0.5],
		]);
	});

	it('say that it can be chance, among how many, and keep their names and order', () => {
		const [first, second] = adjustSlices(slices(part('fail', 0.0321), part('pass', 0.5)), ruleThat('holm'));
		expect(first).toMatchObject({
			slice: 'lang=0',
			part: { reason: 'it is fail; among 2 slices that can be chance (Holm p 0.064)', samples: 40 },
		});
		expect(second).toMatchObject({ slice: 'lang=1', part: { reason: 'it is pass' } });
	});
});
