import { SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
import type { GateResult } from '../model/verdict.ts';
import { assertTag, type Home } from '../record/home.ts';
import type { Suite } from '../suite/suite.ts';
import type { Lane } from '../workflows/measure-options.ts';
import { untilDecided } from '../workflows/until-decided.ts';
import { backendsOf } from './backends.ts';
import { command } from './command.ts';
import { askFlags, backendFlags, gateFlag, outputFlags, suitePositional, traceFlags } from './flags.ts';
import { demandedGate } from './gate-file.ts';
import { homeOf } from './home.ts';
import { askedBy, measureWith } from './measuring.ts';
import { judgeAgain, judgeStored, judging, reportVerdict } from './outcome.ts';
import { assertOutputs, exitCodeOf, printGateResult } from './output.ts';
import { loadSuite } from './suite.ts';

/** One side of a comparison: a target to run now, or a stored run. */
type Side = { readonly lane: Lane } | { readonly stored: Run };

/** `spangate compare`: two runs, their comparison and the verdict, which is the exit code. */
export const compare = command({
	positionals: { suite: suitePositional },
	flags: {
		baseline: {
			type: 'string',
			default: 'baseline',
			describe: 'A target of the suite, or a stored run (@…)',
		},
		candidate: {
			type: 'string',
			default: 'candidate',
			describe: 'A target of the suite, or a stored run (@…)',
		},
		name: { type: 'string', describe: 'Tag the candidate’s run with this name' },
		'until-decided': {
			type: 'boolean',
			default: false,
			describe:
				'Stop asking once a critical rule fails whatever the rest says (a pass is never decided early)',
		},
		...gateFlag('Judge by this gate file instead of the suite’s'),
		...backendFlags,
		...askFlags,
		...traceFlags,
		...outputFlags,
	},
	examples: [
		['$0 compare golden/support', 'the targets `baseline` and `candidate`, interleaved'],
		['$0 compare golden/support --candidate reckless', 'another candidate'],
		['$0 compare golden/support --baseline @baseline', 'against a promoted run'],
		['$0 compare golden/support --until-decided', 'no further calls for a candidate that has failed'],
		['$0 compare golden/support -o summary.md --json', 'for CI'],
	],
	async run(args, io) {
		assertOutputs(args, io);
		if (args.name !== undefined) assertTag(args.name);
		const home = homeOf(io);
		const backends = backendsOf(args, io);
		const suite = await loadSuite(args.suite);
		const { text: gateText } = demandedGate(suite, args.gate);
		if (args.gate !== undefined)
			io.stderr.write(`Judged by ${args.gate}, which stands in for the suite’s own gate file.\n`);
		const baseline = sideOf(args.baseline, 'baseline', suite, home);
		const candidate = sideOf(args.candidate, 'candidate', suite, home);
		assertSameSuite(suite, [baseline, candidate]);
		// What was measured now is judged by the gate that its record keeps; a stored run by the suite's, as it is.
		const gateFile = 'stored' in candidate ? (args.gate ?? suite.gateFile) : undefined;
		if ('stored' in baseline && 'stored' in candidate) {
			if (args.first !== undefined || args.tag !== undefined || args.repeat !== 1) {
				throw new SpangateError(
					'usage',
					'--first, --tag and --repeat choose what is asked, and two stored runs ask nothing',
				);
			}
			if (args['until-decided']) {
				throw new SpangateError(
					'usage',
					'--until-decided stops what is asked, and two stored runs ask nothing',
				);
			}
			const request = { home, candidate: candidate.stored, baseline: baseline.stored.id, gateFile, backends };
			const result = await judgeAgain(request);
			if (args.name !== undefined) home.tag(args.name, candidate.stored.id);
			printGateResult(result, home, args, io);
			return exitCodeOf(result.verdict);
		}
		if (args.baseline === args.candidate) {
			throw new SpangateError(
				'usage',
				`--baseline and --candidate are both "${args.baseline}"; expected two different ones`,
			);
		}
		const judge = async (runs: readonly Run[]): Promise<GateResult> => {
			const run = (side: Side) =>
				'stored' in side ? side.stored : runs.find(({ role }) => role === side.lane.role);
			const judged = run(candidate);
			const against = run(baseline);
			if (judged === undefined || against === undefined) throw new Error('a measured lane has no run');
			return judgeStored({
				home,
				candidate: judged.id,
				baseline: against.id,
				gateFile,
				name: args.name,
				backends,
			});
		};
		const stored = [baseline, candidate].flatMap((side) => ('stored' in side ? [side.stored] : [])).at(0);
		const asked = {
			...askedBy(args, { suite, home, gateText }),
			...(args['until-decided'] && { watch: await untilDecided({ home, gateText, stored }) }),
		};
		const lanes = lanesOf(baseline, candidate);
		return reportVerdict(await measureWith(lanes, asked, args, io, judging(judge)), home, args, io);
	},
});

function sideOf(reference: string, role: 'baseline' | 'candidate', suite: Suite, home: Home): Side {
	if (reference.startsWith('@')) return { stored: home.resolve(reference) };
	const target = suite.targets.get(reference);
	if (target === undefined) {
		throw new SpangateError('usage', `--${role} ${reference}: the suite has no such target`, {
			hint: `Expected one of: ${[...suite.targets.keys()].join(', ')}; or a stored run, written with an @.`,
		});
	}
	return { lane: { target, role } };
}

/** A stored run of another suite, or of another version of it, can only end inconclusive: said before it costs. */
function assertSameSuite(suite: Suite, sides: readonly Side[]): void {
	for (const side of sides) {
		if (!('stored' in side) || side.stored.suite.digest === suite.digest) continue;
		const { id, suite: other } = side.stored;
		const what = other.name === suite.name ? 'another version of this suite' : `the suite "${other.name}"`;
		throw new SpangateError('config', `run @${id} was made with ${what}, so it cannot be compared`, {
			hint: 'Run it again with the suite as it is now: `spangate run <suite> --target … --name …`.',
		});
	}
}

function lanesOf(baseline: Side, candidate: Side): Lane[] {
	if ('lane' in baseline && 'lane' in candidate) return [baseline.lane, candidate.lane];
	if ('lane' in candidate)
		return [{ ...candidate.lane, ...('stored' in baseline && { partner: baseline.stored.id }) }];
	return 'lane' in baseline && 'stored' in candidate
		? [{ ...baseline.lane, partner: candidate.stored.id }]
		: [];
}
