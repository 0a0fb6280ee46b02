import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withDoubleScores } from '../../src/telemetry/double-scores.ts';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

test('a run records every score as a double, those of exactly 0 and 1 too', { timeout: 60_000 }, async () => {
	const workspace = new Workspace();
	const ran = await workspace.spangate(['run', fixture('capitals'), '--target', 'baseline']);
	const { folder, trials } = readStoredRun(workspace.home, runIds(ran)[0]);
	const text = readFileSync(join(folder, 'spans.jsonl'), 'utf8');
	const scores = [...text.matchAll(/"key":"spangate\.score\.[^"]+","value":(\{[^}]*\})/g)].map(
		([, value]) => value,
	);
	expect(scores).toContain('{"doubleValue":1}');
	expect(scores).toContain('{"doubleValue":0}');
	expect(scores.filter((value) => value?.includes('intValue'))).toEqual([]);
	expect(scores).toHaveLength(
		trials.flatMap((trial: Json) => trial.scores.filter((score: Json) => score.status === 'scored')).length,
	);
	const events = [...text.matchAll(/"key":"gen_ai\.evaluation\.score\.value","value":(\{[^}]*\})/g)];
	expect(events.map(([, value]) => value).sort()).toEqual(scores.sort());
});

test('leaves every other number alone, and a text that looks like a score', () => {
	const looksSo = '"key":"spangate.score.x","value":{"intValue":1}';
	const attributes = [
		{ key: 'spangate.score.faithfulness', value: { intValue: 1 } },
		{ key: 'é spangate.score.x', value: { intValue: 1 } },
		{ key: 'spangate.score.half', value: { doubleValue: 0.5 } },
		{ key: 'spangate.score.x"', value: { stringValue: '","value":{"intValue":1}' } },
		{ key: looksSo, value: { intValue: 2 } },
		{ key: 'answer', value: { stringValue: looksSo } },
		{ key: 'gen_ai.evaluation.score.value', value: { intValue: 0 } },
		{ key: 'gen_ai.usage.input_tokens', value: { intValue: 7 } },
	];
	const changed = read(withDoubleScores(Buffer.from(JSON.stringify({ attributes }))));
	const expected: Json[] = structuredClone(attributes);
	expected[0].value = { doubleValue: 1 };
	expected[6].value = { doubleValue: 0 };
	expect(changed).toEqual({ attributes: expected });
});

function read(bytes: Uint8Array): Json {
	return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
