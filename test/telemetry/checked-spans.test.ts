import { describe, expect, test } from 'vitest';
import { fixture, Workspace } from '../support/cli.ts';
import { startSink } from '../support/otlp-sink.ts';
import type { WireSpan } from '../support/stored-run.ts';

const everyone = ['tools', 'models', 'data_region', 'budget'];

/** What a backend was sent of each question of one target: its root's attributes and its `check …` spans. */
async function sentOf(target: string) {
	const sink = await startSink();
	const workspace = new Workspace();
	const args = ['run', fixture('policies'), '--target', target, '--otlp', sink.endpoint];
	const ran = await workspace.spangate(args);
	expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
	const roots = sink.taken.filter(({ name }) => name === 'question');
	expect(roots).toHaveLength(4);
	return Object.fromEntries(
		roots.map(({ traceId, attributes }) => {
			const own = sink.taken.filter((span) => span.traceId === traceId && span.name.startsWith('check '));
			return [`${attributes['spangate.question.id']}`, { root: attributes, checks: statuses(own) }];
		}),
	);
}

function statuses(spans: readonly WireSpan[]): Record<string, unknown> {
	return Object.fromEntries(
		spans.map(({ name, attributes }) => [
			name.replace('check ', ''),
			attributes['spangate.check.category'] ?? attributes['spangate.check.status'],
		]),
	);
}

const passed = Object.fromEntries(everyone.map((name) => [name, 'ok']));

describe('the spans that a backend is sent say which checks ran', {
	timeout: 60_000,
	concurrent: true,
}, () => {
	test.each(['here', 'there'])('also when all is well: %s', async (target) => {
		const { bare, plain, safe, leak } = await sentOf(target);
		expect(bare).toMatchObject({
			root: {
				'spangate.policy.status': 'pass',
				'spangate.policy.checks': everyone,
				'spangate.policy.violations': [],
				// None ran, which is another thing than that all was well.
				'spangate.safety.status': 'not_checked',
				'spangate.safety.checks': [],
			},
			checks: passed,
		});
		expect(plain).toMatchObject({
			root: { 'spangate.policy.checks': [...everyone, 'plain'], 'spangate.safety.status': 'not_checked' },
			checks: { ...passed, plain: 'ok' },
		});
		expect(safe).toMatchObject({
			root: { 'spangate.safety.status': 'safe', 'spangate.safety.checks': ['pii'] },
			checks: { ...passed, pii: 'ok' },
		});
		expect(leak).toMatchObject({
			root: {
				'spangate.policy.status': 'pass',
				'spangate.safety.status': 'unsafe',
				'spangate.safety.categories': ['privacy.email'],
			},
			checks: { ...passed, plain: 'ok', pii: 'privacy.email' },
		});
		expect(Object.keys(bare?.checks ?? {}).sort()).toEqual([...everyone].sort());
	});

	test('what each found, when the app went elsewhere', async () => {
		for (const { root, checks } of Object.values(await sentOf('elsewhere'))) {
			expect(root['spangate.policy.status']).toBe('violated');
			expect(root['spangate.policy.violations']).toEqual(['tools', 'models', 'data_region']);
			expect(checks).toMatchObject({
				tools: 'tool_not_allowed',
				models: 'model_not_allowed',
				data_region: 'data_left_region',
				budget: 'ok',
			});
		}
	});

	test('that they could not tell, when the app says nothing', async () => {
		for (const { root, checks } of Object.values(await sentOf('silent'))) {
			expect(root).toMatchObject({ 'spangate.policy.status': 'errored', 'spangate.passed': false });
			expect(checks).toMatchObject(Object.fromEntries(everyone.map((name) => [name, 'errored'])));
		}
	});
});
