import { BaseSequencer, type TestSpecification } from 'vitest/node';

const order = (process.env.MUTATION_TESTS ?? '').split(',');

class InOrder extends BaseSequencer {
	override async sort(files: TestSpecification[]) {
		const place = ({ moduleId }: TestSpecification) =>
			order.findIndex((name) => name !== '' && moduleId.endsWith(name));
		return files.sort((a, b) => place(a) - place(b));
	}
}

/** One thread in which the test files run one after another, those first that are most likely to see the fault. */
export default {
	test: {
		include: ['test/{stats,compare,gate}/*.test.ts'],
		pool: 'threads',
		isolate: false,
		maxWorkers: 1,
		// A slow machine is no fault found; what hangs, the caller kills.
		testTimeout: 600_000,
		sequence: { sequencer: InOrder },
	},
};
