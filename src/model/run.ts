import { z } from 'zod';
import { ContentMode } from './content.ts';
import { CheckKind } from './trial.ts';

const name = z.string().min(1);
const text = z.string();
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** The version of every record's shape; a reader refuses any other. */
export const schemaVersion = 1;

const version = z.literal(schemaVersion);

/** Where a scorer or check of a run came from: its name, what it used, and that one's version. */
const Grader = z.strictObject({
	name,
	use: name,
	version: name,
	spends: z
		.literal(true)
		.optional()
		.describe('It asks a model, whose tokens and cost are counted apart from the target’s'),
});

/** How late this process's event loop ran during the trials, in milliseconds, and how many of them can have suffered. */
const LoopDelay = z.strictObject({
	p50Ms: z.number().min(0),
	p99Ms: z.number().min(0),
	maxMs: z.number().min(0),
	waited: z
		.int()
		.min(0)
		.describe('Trials whose answer came by the event loop: the latencies of others hold none of its delay'),
});

/** Why a run ended before all was asked: no further answer could have changed the verdict. */
const Curtailed = z.strictObject({
	rule: name.describe('The critical rule that had failed whatever the rest would have said'),
	saved: z.int().min(1).describe('Planned trials of this run that were not asked'),
});

/** One target's trials over one suite: `run.json`, written at the start and once more at the end. */
export const Run = z.strictObject({
	schemaVersion: version,
	spangate: name,
	id: name,
	role: z.enum(['single', 'baseline', 'candidate']),
	partner: name.optional(),
	tag: name.optional().describe('What `--name` tags the run with when it ends; of a pair, the candidate'),
	suite: z.strictObject({ name, digest: sha256, questions: z.int().min(1) }),
	selection: z.strictObject({ first: z.int().min(1).optional(), tag: z.array(text).optional() }),
	repeats: z.int().min(1),
	target: z.strictObject({
		name,
		use: name,
		revision: text.optional(),
		models: z.array(text),
		promptVersions: z.array(text),
	}),
	scorers: z.array(Grader),
	checks: z.array(Grader.extend({ kind: CheckKind, apply: z.enum(['all', 'listed']) })),
	configDigest: sha256,
	content: ContentMode.optional().describe(
		'How much of the content the record holds at most; absent in records from before there was a choice',
	),
	seed: z.int(),
	concurrency: z.int().min(1),
	cache: z.literal(true).optional().describe('Answers could be taken from the cache, and were kept there'),
	planned: z.int().min(0),
	completed: z.int().min(0),
	interrupted: z.boolean().describe('It ended before all was asked, and can go on'),
	down: text
		.optional()
		.describe('Which target, scorer or check counted as down, and why, when that interrupted the run'),
	traceId: z.string(),
	spanId: z.string().describe("The run's span, which every question's root links to"),
	startedAt: z.iso.datetime(),
	endedAt: z.iso.datetime().optional(),
	resumed: z.int().min(1).optional().describe('How often the run was continued after a kill or an interrupt'),
	abandoned: z
		.int()
		.min(1)
		.optional()
		.describe(
			'Traces of trials that a kill, or a target or grader that was down, ended: marked, and not counted',
		),
	curtailed: Curtailed.optional(),
	loopDelay: LoopDelay.optional(),
	vcs: z.strictObject({ revision: text.optional(), ref: text.optional() }).optional(),
	ci: z.strictObject({ pipeline: text.optional(), runId: text.optional(), url: text.optional() }).optional(),
});

/** What became of a run's spans, from ended to acknowledged: `export.json`. */
export const Delivery = z.strictObject({
	schemaVersion: version,
	ended: z.int().min(0),
	recorded: z.int().min(0),
	endpoint: text.optional(),
	metricsEndpoint: text
		.optional()
		.describe('Where metrics were sent, so that a run that is gone on with sends them there, too'),
	acknowledged: z.int().min(0),
	rejected: z.int().min(0),
	outstanding: z.int().min(0),
	acknowledgedBytes: z
		.int()
		.min(0)
		.describe('How far into spans.jsonl every span is acknowledged or rejected'),
	late: z.int().min(0).describe("An app's spans that came after their trial was over: recorded and flagged"),
	runBytes: z
		.int()
		.min(0)
		.optional()
		.describe("Where in spans.jsonl the run's own spans end and the gate's begin; absent while it goes on"),
	runRejected: z.int().min(0).describe("Rejected spans among the run's own"),
	error: text.optional(),
});

export type LoopDelay = z.infer<typeof LoopDelay>;
export type Run = z.infer<typeof Run>;
export type Delivery = z.infer<typeof Delivery>;
