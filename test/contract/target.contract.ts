import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun, type StoredRun, type WireSpan } from '../support/stored-run.ts';

const suite = fixture('echo');
const questions: readonly Json[] = readFileSync(`${suite}/questions.jsonl`, 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line));
const answered = questions.filter(({ id }) => id !== 'hangs');
const internal = 1;
const client = 3;

/** What a target needs to be under the contract. */
export interface TargetUnderContract {
	readonly remote: boolean;
	/** The span that calls the app, when it stands below spangate's own. */
	readonly client?: string;
	/** Starts the app, when spangate does not; gives more arguments of the run and edits of its suite. */
	start?(letGoLog: string): Promise<{ args: readonly string[]; edit: (suiteYaml: string) => string }>;
}

/** What every target promises whoever is behind it, shown by one app that answers with what it was handed. */
export function targetContract(
	use: string,
	{ remote, client: clientSpan, start }: TargetUnderContract,
): void {
	describe(`target ${use}`, { timeout: 60_000 }, () => {
		const workspace = new Workspace();
		const letGoLog = workspace.path('let-go.log');
		let ran: Finished;
		let stored: StoredRun;
		beforeAll(async () => {
			workspace.write('let-go.log', '');
			// Started under a trace of its own, as a CI job that is traced does; it is not the question's.
			const env = { LET_GO_LOG: letGoLog, TRACEPARENT: `00-${'9'.repeat(32)}-${'8'.repeat(16)}-00` };
			const app = await start?.(letGoLog);
			const copy = workspace.copySuite(suite, { 'suite.yaml': app?.edit ?? ((yaml) => yaml) });
			const args = ['run', copy, '--target', use, '--timeout', '4', ...(app?.args ?? [])];
			ran = await workspace.spangate(args, { env });
			expect(ran).toMatchObject({ code: 0, signal: null });
			stored = readStoredRun(workspace.home, runIds(ran)[0]);
		}, 60_000);

		const trialOf = (id: string): Json => stored.trials.find(({ questionId }) => questionId === id);
		const echoed = (id: string): Json => JSON.parse(trialOf(id).answer.output);
		const callOf = (id: string): WireSpan => {
			const { traceId } = trialOf(id);
			const calls = stored.spans.filter(
				(span) => span.traceId === traceId && /^invoke_agent/.test(span.name),
			);
			expect(calls).toHaveLength(1);
			return calls[0] as WireSpan;
		};

		/** The span whose context the app is handed. */
		const callerOf = (id: string): WireSpan => {
			const call = callOf(id);
			if (clientSpan === undefined) return call;
			const below = stored.spans.filter(
				({ name, parentSpanId }) => name === clientSpan && parentSpanId === call.spanId,
			);
			expect(below).toMatchObject([{ kind: client }]);
			return below[0] as WireSpan;
		};

		it.each(answered)('is handed the question $id as it stands', ({ id, input, attributes }) => {
			expect(trialOf(id)).toMatchObject({ result: 'answered', passed: true });
			expect(echoed(id).asked).toEqual({ id, input, ...(attributes && { attributes }) });
		});

		it.each(answered)('runs inside the trace of $id, with its baggage', ({ id }) => {
			const { handed } = echoed(id);
			const call = callOf(id);
			expect(call).toMatchObject({ name: `invoke_agent ${use}`, kind: remote ? client : internal });
			expect(handed.traceparent).toBe(`00-${call.traceId}-${callerOf(id).spanId}-01`);
			const members = handed.baggage.split(',').map((member: string) => member.split('='));
			expect(Object.fromEntries(members.map((pair: string[]) => pair.map(decodeURIComponent)))).toEqual({
				'spangate.run.id': stored.run.id,
				'spangate.question.id': id,
			});
		});

		it.each(answered)('has its own span below the call of $id', ({ id }) => {
			const { traceId, spanId } = callerOf(id);
			const own = stored.spans.filter((span) => span.traceId === traceId && span.name === 'work');
			expect(own).toMatchObject([{ parentSpanId: spanId }]);
		});

		it('is told to let go when the time is up, which is a failed trial', () => {
			expect(trialOf('hangs')).toMatchObject({ result: 'failed', error: { type: 'TimeoutError' } });
			expect(readFileSync(letGoLog, 'utf8')).toBe('let go\n');
		});
	});
}
