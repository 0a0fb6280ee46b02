import { join } from 'node:path';
import { SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
import { readDelivery } from '../record/delivery.ts';
import { RecordFile } from '../record/files.ts';
import { assertTag, type Home } from '../record/home.ts';
import { assertFree } from '../record/lock.ts';
import { readGateSnapshot } from '../record/reader.ts';
import { readSuiteSnapshot } from '../record/suite-snapshot.ts';
import { configDigest } from '../workflows/draft.ts';
import type { Lane } from '../workflows/measure-options.ts';
import { findUnfinished, type Unfinished } from '../workflows/unfinished.ts';
import { backendsOf } from './backends.ts';
import { command } from './command.ts';
import { backendFlags, outputFlags, traceFlags } from './flags.ts';
import { homeOf } from './home.ts';
import { type Asked, measureWith } from './measuring.ts';
import { type Judged, judgeStored, judging, reportRun, reportVerdict, summarizing } from './outcome.ts';
import { assertNoStatement, assertOutputs } from './output.ts';
import { reportEnded } from './records.ts';
import { selectQuestions } from './select.ts';
import { loadSuite } from './suite.ts';

/** `spangate resume`: goes on with a run that a kill or an interrupt ended, and with the one measured beside it. */
export const resume = command({
	positionals: {
		run: { type: 'string', describe: 'A stored run, as @<run-id>; by default the newest that is unfinished' },
	},
	flags: {
		name: {
			type: 'string',
			describe: 'Tag the run (of a pair, the candidate’s) with this name (default: the one from before)',
		},
		...traceFlags,
		otlp: {
			...traceFlags.otlp,
			describe:
				'Also send spans and metrics to this OTLP/HTTP endpoint (default: OTEL_EXPORTER_OTLP_ENDPOINT, else the one from before)',
		},
		...backendFlags,
		...outputFlags,
	},
	examples: [['$0 resume', 'the newest unfinished run, a pair as a pair']],
	async run(args, io) {
		assertOutputs(args, io);
		if (args.name !== undefined) assertTag(args.name);
		const home = homeOf(io);
		const backends = backendsOf(args, io);
		const unfinished = findUnfinished(home, args.run);
		const [first] = unfinished.runs;
		const name = args.name ?? first.tag;
		if (first.role === 'single') assertNoStatement(args);
		const record = home.runFolder(first.id);
		// Claimed later: before that a target starts, and one that another process works with must not start twice.
		for (const { id } of unfinished.runs) assertFree(home.runFolder(id));
		const { folder, timeoutMs } = readSuiteSnapshot(record);
		const suite = await loadSuite(folder);
		const { selection, repeats, concurrency } = first;
		const asked: Asked = {
			home,
			suite,
			...selectQuestions(suite.questions, selection),
			repeats,
			concurrency,
			timeoutMs,
			cache: first.cache === true,
			gateText: readGateSnapshot(record)?.text,
		};
		const lanes = await Promise.all(unfinished.runs.map((run) => laneOf(run, asked)));
		const sending = { ...args, before: readDelivery(record) };
		io.stderr.write(`Going on with ${unfinished.runs.map(({ id }) => `@${id}`).join(' and ')}\n`);
		if (first.role === 'single') {
			const outcome = await measureWith(lanes, asked, sending, io, summarizing(home));
			return reportRun(outcome, home, { ...args, name }, io);
		}
		const judged = { home, ...sidesOf(unfinished, home), name, backends };
		const judge = judging(() => judgeStored(judged));
		const outcome = await measureWith(lanes, asked, sending, io, judge);
		const code = reportVerdict(outcome, home, args, io);
		const { partner } = unfinished;
		if (partner !== undefined) reportEnded(partner, home.runFolder(partner.id), io);
		return code;
	},
});

/** The lane of an unfinished run; a suite, or a target, that is not what the run was begun with is a config error. */
async function laneOf(run: Run, asked: Asked): Promise<Lane> {
	const { suite } = asked;
	const changed = (what: string) =>
		new SpangateError(
			'config',
			`run @${run.id} cannot go on: ${what} is not what it was when the run began`,
			{
				hint: `Undo the change, or measure anew with \`spangate ${run.role === 'single' ? 'run' : 'compare'}\`.`,
			},
		);
	if (run.suite.digest !== suite.digest) throw changed(`the suite in ${suite.folder}`);
	const { name, use, revision } = run.target;
	const target = suite.targets.get(name);
	if (
		target === undefined ||
		target.use !== use ||
		target.revision !== revision ||
		(await configDigest(target, asked)) !== run.configDigest
	) {
		throw changed(`the target "${name}" in ${suite.folder}`);
	}
	return { target, role: run.role, resume: run };
}

/** Which two runs a verdict is about, and by what gate file, as `compare` would have it. */
function sidesOf(
	{ runs, partner }: Unfinished,
	home: Home,
): Pick<Judged, 'candidate' | 'baseline' | 'gateFile'> {
	const sides = partner === undefined ? runs : [...runs, partner];
	const [{ id, role }] = runs;
	const other = sides.find((run) => run.id !== id);
	if (other === undefined) throw new Error(`run ${id} is no pair`);
	if (role === 'candidate') return { candidate: id, baseline: other.id, gateFile: undefined };
	// A candidate that was stored before is judged by what was measured against it.
	const gateFile = other.partner === id ? undefined : join(home.runFolder(id), RecordFile.gate);
	return { candidate: other.id, baseline: id, gateFile };
}
