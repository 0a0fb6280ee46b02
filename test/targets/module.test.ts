import { describe, expect, test } from 'vitest';
import { module } from '../../src/targets/module.ts';
import type { ModuleOptions } from '../../src/user-module.ts';
import { fixture, Workspace } from '../support/cli.ts';

const workspace = new Workspace();
let modules = 0;

function open(source: string, settings?: ModuleOptions['with'], name?: string) {
	modules += 1;
	const path = name ?? `module-${modules}.ts`;
	workspace.write(path, source);
	return module.open(
		{ path, ...(settings && { with: settings }) },
		{
			name: 'mine',
			folder: workspace.folder,
			otlpEndpoint: undefined,
			signal: new AbortController().signal,
		},
	);
}

const asked = { id: 'q1', input: 'Where?' };
const context = { signal: new AbortController().signal, handedOver: () => {}, repeat: 0, took: () => {} };

describe('the module target', () => {
	test('is the function `answer` of unbuilt TypeScript', async () => {
		const target = await open("export const answer = ({ id }: { id: string }): string => 'to ' + id;");
		expect(await target.answer(asked, context)).toBe('to q1');
	});

	test('is what `createTarget` makes of the settings, methods and all', async () => {
		const target = await open(
			`export class Echo {
				#greeting;
				closed = false;
				constructor(greeting) { this.#greeting = greeting; }
				answer({ input }) { return this.#greeting + input; }
				close() { this.closed = true; }
			}
			export const createTarget = async ({ greeting }, { name }) => new Echo(greeting + name + ': ');`,
			{ greeting: 'I am ' },
		);
		expect(await target.answer(asked, context)).toBe('I am mine: Where?');
		await target.close?.();
		expect(target).toHaveProperty('closed', true);
	});

	test.each([
		['export const reply = () => "";', undefined, 'it exports reply'],
		['export default () => "";', undefined, 'it exports default'],
		['', undefined, 'it exports nothing'],
		['export const answer = "yes";', undefined, 'it exports answer'],
		['export const createTarget = () => ({ reply() {} });', undefined, 'it exports createTarget'],
		['export const createTarget = () => null;', undefined, 'it exports createTarget'],
		['export const answer = () => "";', { k: 1 }, 'exports no `createTarget` that could take them'],
		['export const answer = ;', undefined, 'cannot load the module'],
		['import "./nowhere.ts";', undefined, 'cannot load the module'],
		['throw undefined;', undefined, 'cannot load the module'],
	])('refuses %j', async (source, settings, says) => {
		const refused = expect(open(source, settings)).rejects;
		await refused.toMatchObject({ code: 'config', message: expect.stringContaining(says) });
	});

	test('inside node_modules, where Node strips no types, says what to do', { timeout: 60_000 }, async () => {
		workspace.write('deps/node_modules/app/index.ts', 'export const answer = (): string => "yes";');
		const target = 'packed: { use: module, path: ../deps/node_modules/app/index.ts }';
		const suite = workspace.copySuite(fixture('capitals'), {
			'suite.yaml': (yaml) => yaml.replace('targets:', `targets:\n  ${target}`),
		});
		const ran = await workspace.spangate(['run', suite, '--target', 'packed']);
		expect(ran).toMatchObject({ code: 2, stdout: '' });
		expect(ran.stderr).toContain('keep suites outside of it, or ship plain JavaScript');
	});
});
