/** A violation as someone might write it, and the same thing as it should be written. */
export interface Plant {
	readonly what: string;
	readonly rule: string;
	readonly file: string;
	readonly bad: string;
	/** It must stay green. */
	readonly good: string;
	/** Where the good version stands, when the place is the point. */
	readonly goodFile?: string;
	/** Other files that both need. */
	readonly beside?: Readonly<Record<string, string>>;
}

const restricted = 'noRestrictedImports';
/** One of each kind that the configuration refuses; a rule that no longer fires leaves one of them green. */
export const plants: readonly Plant[] = [
	{
		what: 'a Node module in the gate',
		rule: restricted,
		file: 'src/gate/a.ts',
		bad: "export { join } from 'node:path';",
		good: "export { join } from 'node:path';",
		goodFile: 'src/record/a.ts',
	},
	{
		what: 'a Node module without its prefix',
		rule: restricted,
		file: 'src/reports/a.ts',
		bad: "export { join } from 'path';",
		good: "export { default as width } from 'string-width';",
	},
	{
		what: 'the OpenTelemetry SDK outside of telemetry',
		rule: restricted,
		file: 'src/runner/a.ts',
		bad: "export { BasicTracerProvider } from '@opentelemetry/sdk-trace';",
		good: "export { BasicTracerProvider } from '@opentelemetry/sdk-trace';",
		goodFile: 'src/telemetry/a.ts',
	},
	{
		what: 'the OpenTelemetry API in a scorer',
		rule: restricted,
		file: 'src/scorers/a.ts',
		bad: "export { trace } from '@opentelemetry/api';",
		good: "export { trace } from '@opentelemetry/api';",
		goodFile: 'src/targets/a.ts',
	},
	{
		what: 'the client library of models outside of llm',
		rule: restricted,
		file: 'src/targets/c.ts',
		bad: "export type { OpenAI } from 'openai';",
		good: "export type { OpenAI } from 'openai';",
		goodFile: 'src/llm/a.ts',
	},
	{
		what: 'the distributions outside of stats',
		rule: restricted,
		file: 'src/gate/a.ts',
		bad: "export { jStat } from 'jstat';",
		good: "export { jStat } from 'jstat';",
		goodFile: 'src/stats/a.ts',
	},
	{
		what: 'the retry library outside of calls',
		rule: restricted,
		file: 'src/targets/a.ts',
		bad: "export { retry } from 'cockatiel';",
		good: "export { retry } from 'cockatiel';",
		goodFile: 'src/calls/a.ts',
	},
	{
		what: 'yargs outside of the command line',
		rule: restricted,
		file: 'src/workflows/a.ts',
		bad: "export type { Argv } from 'yargs';",
		good: "export type { Argv } from 'yargs';",
		goodFile: 'src/commands/a.ts',
	},
	...['targets', 'scorers', 'checks', 'backends'].map((folder) => ({
		what: `a sibling in ${folder}`,
		rule: restricted,
		file: `src/${folder}/a.ts`,
		bad: "export { b } from './b.ts';",
		good: `export { b } from './${folder.slice(0, -1)}.ts';`,
	})),
	{
		what: 'a sibling in reports',
		rule: restricted,
		file: 'src/reports/b.ts',
		bad: "export { text } from './text.ts';",
		good: "export { table } from './terminal.ts';\nexport { plural } from './values.ts';",
	},
	{
		what: 'an index that is more than a registry',
		rule: restricted,
		file: 'src/checks/index.ts',
		bad: "export { Question } from '../model/question.ts';",
		good: "export { pii } from './pii.ts';",
	},
	{
		what: 'the private subfolder of another folder',
		rule: restricted,
		file: 'src/suite/a.ts',
		bad: "export { find } from '../checks/pii/find.ts';",
		good: "export { find } from './pii/find.ts';",
		goodFile: 'src/checks/pii.ts',
	},
	{
		what: 'the private subfolder of another folder, far right',
		rule: restricted,
		file: 'src/commands/b.ts',
		bad: "export { find } from '../checks/pii/find.ts';",
		good: "export { checkKinds } from '../checks/index.ts';",
	},
	{
		what: 'a type from the right',
		rule: restricted,
		file: 'src/gate/c.ts',
		bad: "export type { Suite } from '../suite/suite.ts';",
		good: "export type { Run } from '../model/run.ts';",
	},
	{
		what: 'a lazy import from the right',
		rule: restricted,
		file: 'src/record/c.ts',
		bad: "export const later = () => import('../telemetry/sdk.ts');",
		good: "export const later = () => import('../model/run.ts');",
	},
	{
		what: 'a folder that the configuration does not know',
		rule: restricted,
		file: 'src/novelty/a.ts',
		bad: "export { Run } from '../model/run.ts';",
		good: 'export const novelty = 1;',
	},
	{
		what: 'a cycle',
		rule: 'noImportCycles',
		file: 'src/record/cycle.ts',
		bad: "import { there } from './there.ts';\nexport const here = () => there;",
		good: "import type { There } from './erased.ts';\nexport type Here = There;",
		beside: {
			'src/record/there.ts': "import { here } from './cycle.ts';\nexport const there = () => here;",
			'src/record/erased.ts':
				"import type { Here } from './good-cycle.ts';\nexport type There = { here?: Here };",
		},
	},
	{
		what: 'a floating promise of another module',
		rule: 'noFloatingPromises',
		file: 'src/record/float.ts',
		bad: "import { append } from './append.ts';\nexport function write() {\n\tappend('x');\n}",
		good: "import { append } from './append.ts';\nexport async function write() {\n\tawait append('x');\n}",
		beside: {
			'src/record/append.ts':
				'export async function append(text: string): Promise<string> {\n\treturn text;\n}',
		},
	},
	{
		what: 'a floating promise of a method',
		rule: 'noFloatingPromises',
		file: 'src/record/method.ts',
		bad: 'export class Log {\n\tasync append() {}\n\twrite() {\n\t\tthis.append();\n\t}\n}',
		good: 'export class Log {\n\tasync append() {}\n\twrite() {\n\t\tvoid this.append();\n\t}\n}',
	},
	{
		what: 'a promise as a condition',
		rule: 'noMisusedPromises',
		file: 'src/record/misuse.ts',
		bad: 'export function has(found: Promise<boolean>) {\n\treturn found ? 1 : 0;\n}',
		good: 'export async function has(found: Promise<boolean>) {\n\treturn (await found) ? 1 : 0;\n}',
	},
	{
		what: 'a switch that leaves a case out',
		rule: 'useExhaustiveSwitchCases',
		file: 'src/gate/switch.ts',
		bad: "import type { Outcome } from './outcome.ts';\nexport function f(outcome: Outcome) {\n\tswitch (outcome) {\n\t\tcase 'pass':\n\t\t\treturn 0;\n\t\tcase 'fail':\n\t\t\treturn 1;\n\t}\n}",
		good: "import type { Outcome } from './outcome.ts';\nexport function f(outcome: Outcome) {\n\tswitch (outcome) {\n\t\tcase 'pass':\n\t\t\treturn 0;\n\t\tcase 'fail':\n\t\t\treturn 1;\n\t\tcase 'inconclusive':\n\t\t\treturn 2;\n\t}\n}",
		beside: { 'src/gate/outcome.ts': "export type Outcome = 'pass' | 'fail' | 'inconclusive';" },
	},
	{
		what: 'the clock in a pure folder',
		rule: 'noJsRestrictedProperties',
		file: 'src/gate/clock.ts',
		bad: 'export const now = () => Date.now();',
		good: 'export const now = () => Date.now();',
		goodFile: 'src/runner/clock.ts',
	},
	{
		what: 'unseeded randomness in a pure folder',
		rule: 'noJsRestrictedProperties',
		file: 'src/stats/random.ts',
		bad: 'export const draw = () => Math.random();',
		good: 'export const draw = () => Math.sqrt(2);',
	},
	{
		what: 'the process in a pure folder',
		rule: 'noRestrictedGlobals',
		file: 'src/metrics/env.ts',
		bad: 'export const home = process.env.HOME;',
		good: 'export const home = (env: { HOME?: string }) => env.HOME;',
	},
	{
		what: 'the console in src',
		rule: 'noConsole',
		file: 'src/commands/console.ts',
		bad: "export const say = () => console.log('x');",
		good: "export const say = () => process.stdout.write('x');",
	},
	{
		what: 'a default export in src',
		rule: 'noDefaultExport',
		file: 'src/stats/default.ts',
		bad: 'const one = 1;\nexport default one;',
		good: 'export const one = 1;',
	},
	{
		what: 'an unused import',
		rule: 'noUnusedImports',
		file: 'src/suite/unused.ts',
		bad: "import { z } from 'zod';\nexport const one = 1;",
		good: "import { z } from 'zod';\nexport const one = z.literal(1);",
	},
	{
		what: 'an unused variable',
		rule: 'noUnusedVariables',
		file: 'src/suite/variable.ts',
		bad: 'const unused = 1;\nexport const one = 1;',
		good: 'export const one = 1;',
	},
	{
		what: 'a type imported as a value',
		rule: 'useImportType',
		file: 'src/suite/type.ts',
		bad: "import { Run } from '../model/run.ts';\nexport type Two = [Run, Run];",
		good: "import type { Run } from '../model/run.ts';\nexport type Two = [Run, Run];",
	},
];
