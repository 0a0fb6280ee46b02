import { expect, it } from 'vitest';
import { targetKinds } from '../../src/targets/index.ts';
import { recordedContract } from './recorded.contract.ts';
import { targetContract } from './target.contract.ts';

/** Those that hand a question over to somebody. */
const kinds: Readonly<Record<string, { readonly remote: boolean }>> = {
	module: { remote: false },
	http: { remote: true },
	command: { remote: true },
};

for (const [use, kind] of Object.entries(kinds)) targetContract(use, kind);
recordedContract();

it('every registered target is under the contract', () => {
	expect(Object.keys(targetKinds).toSorted()).toEqual([...Object.keys(kinds), 'recorded'].toSorted());
});
