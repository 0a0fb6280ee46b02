import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { startSink } from '../support/otlp-sink.ts';
import { readStoredRun, type StoredRun } from '../support/stored-run.ts';

const capitals = fixture('capitals');

async function record(env: Record<string, string>, ...args: string[]): Promise<StoredRun> {
	const workspace = new Workspace();
	const ran = await workspace.spangate(['run', capitals, '--target', 'wordy', ...args], { env });
	expect(ran.code).toBe(0);
	return readStoredRun(workspace.home, runIds(ran)[0]);
}

/** What a record says, without what is new in every run: ids and times. */
function shapeOf({ spans, trials, run }: StoredRun): unknown {
	const named = new Map(spans.map(({ spanId, name }) => [spanId, name]));
	const shown = spans.map(({ name, kind, parentSpanId, attributes, events, status, resource }) => {
		const sameRun = attributes['spangate.run.id'] === run.id;
		const parent = parentSpanId && named.get(parentSpanId);
		const fixed = { ...attributes, 'spangate.run.id': sameRun };
		return { name, kind, parent, attributes: fixed, events, status, resource };
	});
	return {
		spans: shown.map((span) => JSON.stringify(span)).sort(),
		answers: trials.map(({ questionId, answer }) => [questionId, answer.output]),
	};
}

describe('the record does not depend on the environment of the SDK', { timeout: 60_000 }, () => {
	let plain: StoredRun;

	beforeAll(async () => {
		plain = await record({}, '-j', '1');
	}, 60_000);

	test('whatever it switches off, limits or adds', async () => {
		const told = await record(
			{
				OTEL_SDK_DISABLED: 'true',
				OTEL_TRACES_SAMPLER: 'always_off',
				OTEL_TRACES_SAMPLER_ARG: '0',
				// A parent that is not sampled, and baggage that is not the question's.
				TRACEPARENT: `00-${'9'.repeat(32)}-${'8'.repeat(16)}-00`,
				TRACESTATE: 'vendor=1',
				BAGGAGE: 'spangate.question.id=forged',
				OTEL_TRACES_EXPORTER: 'console',
				OTEL_PROPAGATORS: 'none',
				OTEL_NODE_RESOURCE_DETECTORS: 'all',
				OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
				OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
				OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
				OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
				OTEL_SPAN_EVENT_COUNT_LIMIT: '1',
				OTEL_SPAN_LINK_COUNT_LIMIT: '0',
			},
			...['-j', '1'],
		);
		expect(shapeOf(told)).toEqual(shapeOf(plain));
	});

	test('an answer of 5 MB is recorded and sent whole, whatever the limits', async () => {
		const [workspace, sink] = [new Workspace(), await startSink()];
		const length = 5_000_000;
		const suite = workspace.copySuite(capitals, {
			'suite.yaml': (text) => text.replace('padding: 200000', `padding: ${length}`),
		});
		const args = ['run', suite, '--target', 'wordy', '-n', '1', '--otlp', sink.endpoint];
		const env = {
			OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
			OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
			OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
		};
		const ran = await workspace.spangate(args, { env });
		expect(ran.code).toBe(0);
		const { trials, spans, delivery } = readStoredRun(workspace.home, runIds(ran)[0]);
		const text = 'x'.repeat(length);
		// Not by a matcher: a failure would print it.
		expect(trials[0].answer.output === `The capital of france is Paris. ${text}`).toBe(true);
		for (const where of [spans, sink.taken]) {
			const written = where.filter(({ name }) => name === 'write down');
			expect(written.map(({ attributes }) => attributes.text === text)).toEqual([true]);
		}
		expect(delivery).toMatchObject({ acknowledged: spans.length, rejected: 0, outstanding: 0 });
	});

	test('OTEL_LOG_LEVEL=debug does not reach stdout', async () => {
		const workspace = new Workspace();
		const args = ['run', capitals, '--target', 'baseline', '--json'];
		const ran = await workspace.spangate(args, { env: { OTEL_LOG_LEVEL: 'debug' } });
		expect(JSON.parse(ran.stdout).run.target.name).toBe('baseline');
	});

	test('an answer of 200 kB is recorded whole, and so is what the target put on its spans', () => {
		for (const { answer } of plain.trials) expect(answer.output).toMatch(/[.] x{200000}$/);
		const written = plain.spans.filter(({ name }) => name === 'write down');
		expect(written).toHaveLength(8);
		for (const { attributes, events } of written) {
			expect(attributes.text).toBe('x'.repeat(200_000));
			expect(Object.keys(attributes)).toHaveLength(201);
			expect(events).toHaveLength(200);
		}
	});

	test('spans that the target makes outside of any question are recorded too', () => {
		const early = plain.spans.filter(({ name }) => name === 'build index');
		expect(early).toHaveLength(1);
		expect(plain.delivery).toMatchObject({ ended: plain.spans.length, recorded: plain.spans.length });
	});

	test('the command line, which may hold secrets, is not recorded', () => {
		const text = readFileSync(join(plain.folder, 'spans.jsonl'), 'utf8');
		expect(text).not.toContain('bin.js');
		expect(text).not.toContain('process.command');
	});
});
