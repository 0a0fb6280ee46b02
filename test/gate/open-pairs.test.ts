import { describe, expect, it } from 'vitest';
import { OpenPairs, openPairs } from '../../src/gate/open-pairs.ts';
import { run } from '../support/records.ts';

describe('pairs of which some are open', () => {
	it('are completed as is best for the candidate', () => {
		const pairs = new OpenPairs(4);
		expect(pairs.best()).toEqual({ gained: 4, lost: 0, n: 4 });
		pairs.add('baseline', 'a', true);
		expect(pairs.best()).toEqual({ gained: 3, lost: 0, n: 4 });
		pairs.add('candidate', 'a', false);
		expect(pairs.best()).toEqual({ gained: 3, lost: 1, n: 4 });
		pairs.add('candidate', 'b', false);
		expect(pairs.best()).toEqual({ gained: 2, lost: 1, n: 4 });
		pairs.add('baseline', 'b', true);
		expect(pairs.best()).toEqual({ gained: 2, lost: 2, n: 4 });
		pairs.add('candidate', 'c', true);
		pairs.add('baseline', 'd', false);
		expect(pairs.best()).toEqual({ gained: 2, lost: 2, n: 4 });
	});

	it('count a trial that is there twice once, and questions that were not planned', () => {
		const pairs = new OpenPairs(1);
		for (const _ of [1, 2]) {
			pairs.add('baseline', 'a', true);
			pairs.add('candidate', 'a', false);
		}
		pairs.add('candidate', 'b', true);
		expect(pairs.best()).toEqual({ gained: 1, lost: 1, n: 2 });
	});

	it('are those of runs that ask the same questions once each', () => {
		expect(openPairs(run(), run())).toBeDefined();
		for (const other of [{ repeats: 2 }, { planned: 2 }, { selection: { first: 1 } }] as const) {
			expect(openPairs(run(other), run())).toBeUndefined();
			expect(openPairs(run(other), run(other)) === undefined).toBe('repeats' in other);
		}
	});
});
