import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { scorers, spansPerQuestion, target, writeNoopSuite } from '../bench/noop-suite.ts';
import { runIds, Workspace } from '../support/cli.ts';
import { startCountingSink } from '../support/counting-sink.ts';
import { idOf, readJson, wireSpans } from '../support/stored-run.ts';

const questions = 50_000;
/** The run has a span of its own. */
const spans = questions * spansPerQuestion + 1;

interface Recorded {
	/** Every span's `traceId/spanId`, in the file's order. */
	readonly ids: readonly string[];
	readonly byName: Readonly<Record<string, number>>;
	readonly questions: ReadonlySet<unknown>;
}

/** Reads the spans file line by line: it is larger than one string may be. */
async function readRecorded(file: string): Promise<Recorded> {
	const ids: string[] = [];
	const byName: Record<string, number> = {};
	const asked = new Set<unknown>();
	for await (const line of createInterface({ input: createReadStream(file) })) {
		for (const span of wireSpans(JSON.parse(line))) {
			ids.push(idOf(span));
			byName[span.name] = (byName[span.name] ?? 0) + 1;
			if (span.name === 'question') asked.add(span.attributes['spangate.question.id']);
		}
	}
	return { ids, byName, questions: asked };
}

test('50,000 questions at full speed: a backend has every span exactly once', {
	timeout: 120_000,
}, async () => {
	const sink = await startCountingSink('ids');
	onTestFinished(() => sink.close());
	const workspace = new Workspace();
	const suite = writeNoopSuite(workspace.path('noop'), questions);
	const args = ['run', suite, '--target', target, '-j', '64', '--no-progress', '--otlp', sink.endpoint];
	const ran = await workspace.spangate(args);
	expect(ran.code, ran.stderr).toBe(0);

	const folder = join(workspace.home, 'runs', runIds(ran)[0] ?? 'no run id was told');
	expect(readJson(join(folder, 'run.json'))).toMatchObject({ planned: questions, completed: questions });
	expect(readJson(join(folder, 'export.json'))).toMatchObject({
		ended: spans,
		recorded: spans,
		acknowledged: spans,
		rejected: 0,
		outstanding: 0,
	});

	const recorded = await readRecorded(join(folder, 'spans.jsonl'));
	expect(recorded.questions.size).toBe(questions);
	expect(recorded.byName).toEqual({
		run: 1,
		question: questions,
		[`invoke_agent ${target}`]: questions,
		...Object.fromEntries(scorers.map((name) => [`evaluate ${name}`, questions])),
	});

	expect(await sink.tally()).toMatchObject({ spans, distinct: spans });
	const taken = new Set(await sink.ids());
	expect(recorded.ids).toHaveLength(spans);
	expect(recorded.ids.filter((id) => !taken.has(id))).toEqual([]);
	const kept = new Set(recorded.ids);
	expect([...taken].filter((id) => !kept.has(id))).toEqual([]);
});
