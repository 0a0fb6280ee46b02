import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { chatSpan, evidence, span, toolSpan } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const called = (...names: string[]): EvidenceSpan[] =>
	names.map((name, index) => ({ ...toolSpan(name), spanId: `${index}`.padStart(16, 'a') }));
const outcome = async (options: object, spans: readonly EvidenceSpan[]): Promise<string> => {
	const judgement = await judge('tools', options, evidence('Done.', { spans }));
	return judgement.status === 'violated' ? judgement.category : judgement.status;
};

describe('tools', () => {
	it.each<[string, object, string[], string]>([
		['an allowed one', { allow: ['search', 'get_*'] }, ['search', 'get_order'], 'ok'],
		['one that is not allowed', { allow: ['search'] }, ['search', 'Search'], 'tool_not_allowed'],
		['a denied one', { deny: ['delete_*'] }, ['search', 'delete_account'], 'denied_tool'],
		['one allowed and denied', { allow: ['*'], deny: ['refund'] }, ['refund'], 'denied_tool'],
		['one that a glob does not reach', { deny: ['delete_*'] }, ['undelete_account'], 'ok'],
		['as many as may be', { maxCalls: 2 }, ['a', 'b'], 'ok'],
		['too many', { maxCalls: 2 }, ['a', 'b', 'a'], 'too_many_calls'],
		['one where none may be', { maxCalls: 0 }, ['a'], 'too_many_calls'],
		['one too often', { maxCallsOf: { send: 1 } }, ['send', 'send', 'a'], 'too_many_calls'],
		['one not too often', { maxCallsOf: { send: 2, a: 1 } }, ['send', 'send', 'a'], 'ok'],
	])('judges %s', async (_, options, names, category) => {
		expect(await outcome(options, called(...names))).toBe(category);
	});

	it('reads OpenInference, and counts a call that failed', async () => {
		const tool = span({ 'openinference.span.kind': 'TOOL', 'tool.name': 'refund' }, { status: 'error' });
		expect(await outcome({ deny: ['refund'] }, [tool])).toBe('denied_tool');
	});

	it('reads what a model asked for when no tool is traced', async () => {
		const message = { role: 'assistant', parts: [{ type: 'tool_call', name: 'refund', arguments: '{}' }] };
		const chat = chatSpan({ 'gen_ai.output.messages': JSON.stringify([message]) });
		expect(await outcome({ deny: ['refund'] }, [chat])).toBe('denied_tool');
	});

	it('says every fault, and each name once', async () => {
		const options = { allow: ['a'], deny: ['x'], maxCalls: 3, maxCallsOf: { a: 1 }, severity: 'critical' };
		expect(await judge('tools', options, evidence('', { spans: called('x', 'b', 'a', 'x', 'a') }))).toEqual({
			status: 'violated',
			category: 'denied_tool',
			severity: 'critical',
			reason: 'denied: x; not allowed: b; 5 calls of at most 3; 2 calls of a, of at most 1',
		});
	});

	it('throws when nothing tells of tools, unless that means that none was called', async () => {
		await expect(outcome({ deny: ['x'] }, [chatSpan()])).rejects.toThrow(/no_calls_recorded/);
		expect(await outcome({ deny: ['x'], no_calls_recorded: 'none' }, [chatSpan()])).toBe('ok');
		await expect(outcome({ deny: ['x'], no_calls_recorded: 'none' }, [])).rejects.toThrow(/no span/);
	});

	it.each<[object, RegExp]>([
		[{}, /judge nothing/],
		[{ severity: 'low' }, /judge nothing/],
		[{ allow: [] }, /./],
		[{ maxCalls: -1 }, /./],
		[{ maxCalls: 1.5 }, /./],
	])('refuses the options %j', (options, message) => {
		expect(refusals(checkKinds, 'tools', options).join()).toMatch(message);
	});
});
