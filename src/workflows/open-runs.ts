import { SpangateError } from '../errors.ts';
import { type ContentMode, strictest } from '../model/content.ts';
import { readRedactionKey } from '../record/redaction-key.ts';
import { newRedactionKey } from '../redaction/placeholders.ts';
import { Redactor } from '../redaction/redactor.ts';
import { AnswerCache } from '../runner/answer-cache.ts';
import { draftRun, newRunId, snapshotsOf } from './draft.ts';
import type { LaneRun } from './lane.ts';
import type { Lane, MeasureOptions } from './measure-options.ts';
import { type LaneOptions, openLane, resumeLane } from './open-lane.ts';

/** What all lanes are recorded with: equal values are equal in both runs of a pair, too. */
export function redaction(
	lanes: readonly Lane[],
	{ content, credentials, home }: MeasureOptions,
): { redactor: Redactor; redactionKey: Buffer } {
	const resumed = lanes.flatMap(({ resume }) => resume ?? []);
	const [first] = resumed;
	const redactionKey = (first && readRedactionKey(home.runFolder(first.id))) ?? newRedactionKey();
	// What a record says that it holds at most must stay true when it is gone on with.
	const modes: ContentMode[] = [content, ...resumed.map((run) => run.content ?? 'full')];
	return { redactor: new Redactor(strictest(modes), credentials, redactionKey), redactionKey };
}

/** Questions that are looked at for what the detectors will be needed for. */
const glancedAt = 100;

/** Loads the detectors before the first trial when its texts will need them, so that no answer's latency pays for it. */
export function loadDetectors({ questions }: Pick<MeasureOptions, 'questions'>, redactor: Redactor): void {
	let glanced = 0;
	for (const { input } of questions) {
		redactor.text(input);
		if (++glanced === glancedAt) return;
	}
}

/** Opens each lane's run into `runs`, so that those that were opened are let go of when a later one cannot be. */
export async function openRuns(
	lanes: readonly Lane[],
	options: MeasureOptions,
	shared: LaneOptions,
	runs: LaneRun[],
): Promise<void> {
	const startedAt = new Date();
	const ids = lanes.map(({ target, resume }) => resume?.id ?? newRunId(startedAt, target.name));
	for (const [index, lane] of lanes.entries()) {
		const id = ids[index] as string;
		const folder = options.home.runFolder(id);
		if (lane.resume !== undefined) {
			runs.push(await resumeLane(folder, lane.resume, { ...shared, onTorn: options.onTorn }));
			continue;
		}
		const partner = lane.partner ?? ids.find((other) => other !== id);
		const draft = {
			...(await draftRun(lane, { ...options, content: shared.redactor.mode })),
			id,
			startedAt: startedAt.toISOString(),
			...(partner && { partner }),
		};
		runs.push(await openLane(folder, draft, snapshotsOf(options, shared.redactor), shared));
	}
}

/** The answers that were kept of each lane's target; none where they are not asked for. */
export async function openCaches(
	lanes: readonly Lane[],
	{ cache, home, suite, content }: MeasureOptions,
): Promise<AnswerCache[]> {
	if (!cache) return [];
	if (content === 'none') {
		throw new SpangateError('usage', '--cache keeps answers on disk, which content `none` forbids');
	}
	const open = ({ target }: Lane) => AnswerCache.open(home.answersFolder, target, suite.folder);
	return Promise.all(lanes.map(open));
}
