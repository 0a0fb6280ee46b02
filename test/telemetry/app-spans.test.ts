import { beforeAll, describe, expect, test } from 'vitest';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { type Sink, startSink } from '../support/otlp-sink.ts';
import { idOf, type Json, readStoredRun, type StoredRun, type WireSpan } from '../support/stored-run.ts';

const apps = fixture('apps');
const server = 2;

/** One run of a target of the suite, with a backend to send to. */
class Measured {
	readonly workspace = new Workspace();
	sink: Sink;
	ran: Finished;
	stored: StoredRun;

	private constructor(sink: Sink, workspace: Workspace, ran: Finished) {
		this.sink = sink;
		this.workspace = workspace;
		this.ran = ran;
		this.stored = readStoredRun(workspace.home, runIds(ran)[0]);
	}

	static async of(target: string, ...args: string[]): Promise<Measured> {
		const [sink, workspace] = [await startSink(), new Workspace()];
		const asked = ['run', apps, '--target', target, '--otlp', sink.endpoint, ...args];
		const ran = await workspace.spangate(asked);
		expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
		return new Measured(sink, workspace, ran);
	}

	trial(id: string): Json {
		return this.stored.trials.find(({ questionId }) => questionId === id);
	}

	/** The spans that the app made in the trace of a question, in the record's order. */
	appSpans(id: string): WireSpan[] {
		const { traceId } = this.trial(id);
		return this.stored.spans.filter(
			(span) => span.traceId === traceId && span.resource['service.name'] !== 'spangate',
		);
	}

	scores(id: string): Json[] {
		return this.trial(id).scores;
	}
}

const reached = [
	{ scorer: 'tools', status: 'scored', value: 1, passed: true },
	{ scorer: 'spans', status: 'scored', value: 1, passed: true },
];
const isLate = ({ attributes }: WireSpan) => attributes['spangate.late'] === true;
const namesOf = (spans: readonly WireSpan[]) => spans.map(({ name }) => name).sort();

describe('an app in another process with stock OpenTelemetry', { timeout: 60_000, concurrent: true }, () => {
	test.each([
		['an HTTP app, over http/protobuf', 'protobuf', 'found, told over http/protobuf'],
		['an HTTP app, over http/json', 'json', 'found, told over http/json'],
		['a program', 'program', 'found'],
	])('%s: its spans stand in the trace, are scored and reach the backend', async (_, target, output) => {
		const measured = await Measured.of(target, '--tag', 'spans=plain');
		const { stored, sink } = measured;
		expect(stored.trials).toHaveLength(2);
		for (const { questionId, traceId, answer, passed } of stored.trials) {
			expect({ output: answer.output, passed }).toEqual({ output, passed: true });
			expect(measured.scores(questionId)).toMatchObject(reached);
			const trace = stored.spans.filter((span) => span.traceId === traceId);
			const [question] = trace.filter(({ name }) => name === 'question');
			const [call] = trace.filter(({ name }) => name === `invoke_agent ${target}`);
			const [root] = trace.filter(({ name }) => name === 'POST /answer');
			const [tool] = trace.filter(({ name }) => name === 'execute_tool search');
			expect(trace).toHaveLength(6);
			expect(question?.parentSpanId).toBeUndefined();
			expect(call?.parentSpanId).toBe(question?.spanId);
			expect(root).toMatchObject({ parentSpanId: call?.spanId, kind: server });
			expect(root?.resource['service.name']).toBe(target);
			expect(tool?.parentSpanId).toBe(root?.spanId);
		}
		expect([...sink.counts().keys()].sort()).toEqual(stored.spans.map(idOf).sort());
		expect([...sink.counts().values()].every((count) => count === 1)).toBe(true);
		const sent = new Map(sink.taken.map((span) => [idOf(span), span]));
		for (const span of stored.spans) expect(sent.get(idOf(span))).toEqual(span);
		expect(stored.delivery).toMatchObject({
			...{ ended: stored.spans.length, recorded: stored.spans.length, late: 0 },
			...{ acknowledged: stored.spans.length, outstanding: 0 },
		});
	});
});

describe('an app whose spans do not come as they should', { timeout: 60_000 }, () => {
	let measured: Measured;
	beforeAll(async () => {
		measured = await Measured.of('protobuf', '-j', '1', '--timeout', '1.5');
	}, 60_000);

	test('that sends its root long after the rest is waited for until then', () => {
		expect(measured.scores('apart')).toMatchObject(reached);
		const [tool, root] = measured.appSpans('apart') as [WireSpan, WireSpan];
		expect([tool.name, root.name]).toEqual(['execute_tool search', 'POST /answer']);
		// They came in batches of their own, further apart than the quiet time.
		expect(Number(root.endNs - tool.endNs) / 1e6).toBeGreaterThan(150);
	});

	test.each(['silent', 'stranger'])('that sends none of its trace (%s) is errored, never a pass', (id) => {
		const told = expect.stringMatching(/needs the spans of the target, and none came/);
		expect(measured.trial(id)).toMatchObject({ result: 'answered', passed: false });
		expect(measured.scores(id)).toMatchObject([
			{ scorer: 'tools', status: 'errored', error: told },
			{ scorer: 'spans', status: 'errored', error: told },
		]);
		expect(measured.appSpans(id)).toEqual([]);
		expect(measured.ran.stderr).toContain('2 of 7 answers of "protobuf" brought no spans');
	});

	test('holds no other trial up, though one is asked at a time', () => {
		// A failure counts once it is known not to be the target's being down.
		const answered = measured.stored.trials.filter(({ result }) => result === 'answered');
		const order = answered.map(({ questionId }) => questionId);
		// The two that were asked first wait for 4 s.
		expect(order.slice(-2).sort()).toEqual(['silent', 'stranger']);
	});

	test('that sends a batch twice has it recorded once, in time or late', () => {
		expect(measured.scores('twice')).toMatchObject(reached);
		const spans = measured.appSpans('twice');
		expect(namesOf(spans.filter((span) => !isLate(span)))).toEqual(['POST /answer', 'execute_tool search']);
		expect(namesOf(spans.filter(isLate))).toEqual(['execute_tool search', 'late POST']);
	});

	test.each([
		['an answered trial', 'straggles', ['straggler']],
		['a failed trial', 'fails', ['POST /answer']],
		['a trial that timed out', 'hangs', ['POST /answer']],
	])('that sends a span after %s has it recorded, sent and flagged', (_, id, names) => {
		const late = measured.appSpans(id).filter(isLate);
		expect(namesOf(late)).toEqual(names);
		for (const span of late) expect(measured.sink.counts().get(idOf(span))).toBe(1);
	});

	test('that sends late spans does so to no evidence', () => {
		expect(measured.scores('straggles')).toMatchObject(reached);
		expect(measured.scores('twice')).toMatchObject([{ reason: 'called: search({"q":"Find twice."})' }, {}]);
	});

	test('has its late spans counted', () => {
		const { stored, ran, sink } = measured;
		expect(stored.spans.filter(isLate)).toHaveLength(5);
		const { length } = stored.spans;
		expect(stored.delivery).toMatchObject({ ended: length, recorded: length, acknowledged: length, late: 5 });
		expect(ran.stderr).toContain(
			`spans: ${length} ended, ${length} recorded (5 late), ${length} acknowledged`,
		);
		expect([...sink.counts().keys()].sort()).toEqual(stored.spans.map(idOf).sort());
		expect(sink.taken).toHaveLength(length);
	});

	test('has spans of traces that nobody knows counted, told and not kept', () => {
		const { stored, ran } = measured;
		expect(ran.stderr).toContain('2 span(s) belong to no trial of ours');
		const known = new Set([...stored.trials.map(({ traceId }) => traceId), stored.run.traceId]);
		for (const { traceId } of stored.spans) expect(known).toContain(traceId);
	});
});
