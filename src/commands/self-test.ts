import { ExitCode } from '../errors.ts';
import { decide } from '../gate/gate.ts';
import { jsonSelfTest, selfTestText } from '../reports/self-test.ts';
import type { Subject } from '../self-test/made-up-run.ts';
import { selfTest } from '../self-test/self-test.ts';
import { gradersOf, type Suite } from '../suite/suite.ts';
import { wholeNumber } from './command.ts';
import { demandedGate } from './gate-file.ts';
import { type Io, terminalOf } from './io.ts';
import { loadSuite } from './suite.ts';

/** The flags that a self-test takes, as yargs gives them. */
export interface SelfTestArgs {
	readonly gate?: string | undefined;
	readonly repeat?: number | undefined;
	readonly json: boolean;
}

/** Tries a suite's gate on made-up records; exit 2 when a critical rule cannot go red, or something missing passes. */
export async function runSelfTest(suiteFolder: string, args: SelfTestArgs, io: Io): Promise<number> {
	const repeats = wholeNumber('repeat', args.repeat ?? 1, 1);
	const suite = await loadSuite(suiteFolder);
	const gate = demandedGate(suite, args.gate);
	const result = selfTest({
		gate,
		subject: subjectOf(suite, repeats),
		evaluatedAt: new Date().toISOString(),
		decide,
	});
	io.stdout.write(args.json ? jsonSelfTest(result) : `${selfTestText(result, terminalOf(io))}\n`);
	return result.holds ? ExitCode.ok : ExitCode.usage;
}

function subjectOf(suite: Suite, repeats: number): Subject {
	return {
		suite: { name: suite.name, digest: suite.digest },
		questions: Array.from(suite.questions, ({ id, tags, cluster, skip, policies }) => ({
			id,
			tags,
			cluster,
			skip,
			policies,
		})),
		...gradersOf(suite),
		repeats,
	};
}
