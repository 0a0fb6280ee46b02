import { context as otelContext, propagation } from '@opentelemetry/api';
import { z } from 'zod';
import { limitedBy } from '../calls/limited.ts';
import { limitOptions } from '../calls/options.ts';
import type { Asked } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { appEnvironment } from '../telemetry/app-environment.ts';
import { beginningOf } from '../text.ts';
import { Programs } from './command/programs.ts';
import { SpansOption, spanWait, type Target, targetKind } from './target.ts';

const placeholder = /\{\{\s*(input|id)\s*\}\}/g;

const Options = strict({
	command: z
		.array(z.string())
		.min(1)
		.describe(
			'The program and its arguments, run in the suite’s folder without a shell; {{input}} and {{id}} in an argument stand for the question’s',
		),
	stdin: z
		.enum(['text', 'json', 'none'])
		.default('text')
		.describe('What the program reads: the question’s input, {id, input, attributes} as JSON, or nothing'),
	stdout: z
		.enum(['text', 'json'])
		.default('text')
		.describe('What it writes: the answer’s text, or an answer object as JSON'),
	env: z.record(z.string(), z.string()).default({}).describe('Extra environment of the program'),
	spans: SpansOption,
	...limitOptions,
}).superRefine(({ command: [program = '', ...args], stdin }, issues) => {
	if (program === '' || program.search(placeholder) !== -1) {
		issues.addIssue({
			code: 'custom',
			path: ['command', 0],
			message: 'must be a program, e.g. `python3` or `./answer.sh`; no question names it',
		});
	}
	if (stdin === 'none' && !args.some((arg) => arg.search(placeholder) !== -1)) {
		issues.addIssue({
			code: 'custom',
			path: ['command'],
			message:
				'has no {{input}} in an argument, and with `stdin: none` the question reaches the program nowhere',
		});
	}
});

/** Environment variables that carry a trace's context, by the OpenTelemetry specification of environment carriers. */
const carried = ['TRACEPARENT', 'TRACESTATE', 'BAGGAGE'];

/**
 * A program, started anew for each question: the question on stdin or in its arguments, the answer on stdout,
 * `TRACEPARENT` and `BAGGAGE` in its environment. Its start is part of the latency, as it is for whoever runs it.
 */
export const command = targetKind({
	options: Options,
	remote: true,
	spans: (options) => spanWait(options.spans),
	files({ command: [program = ''] }): Record<string, string> {
		return /^\.{1,2}\//.test(program) ? { command: program } : {};
	},
	async open(options, context): Promise<Target> {
		const { stdin, stdout, env } = options;
		const [program = '', ...args] = options.command;
		const limited = await limitedBy(options, `target "${context.name}"`);
		const programs = new Programs();
		const base: Record<string, string | undefined> = {
			...process.env,
			...appEnvironment(context.name, context.otlpEndpoint, env),
		};
		// What spangate itself was started under is not the trace of a question.
		for (const name of carried) delete base[name];
		const run = async (asked: Asked, signal: AbortSignal, handedOver: () => void) => {
			const call = {
				program,
				args: args.map((arg) => arg.replace(placeholder, (_, key: 'input' | 'id') => asked[key])),
				folder: context.folder,
				env: { ...base, ...traceVariables() },
				stdin: written(asked, stdin),
				signal,
			};
			handedOver();
			const said = decode(await programs.run(call), program);
			return stdout === 'text' ? withoutFinalNewlines(said) : parseJson(said, program);
		};
		return {
			answer(asked, given) {
				const { signal, handedOver } = given;
				return limited === undefined
					? run(asked, signal, handedOver)
					: limited((until) => run(asked, until, handedOver), given);
			},
			close: () => programs.close(),
		};
	},
});

function traceVariables(): Record<string, string> {
	const variables: Record<string, string> = {};
	propagation.inject(otelContext.active(), variables, {
		set: (carrier, key, value) => {
			carrier[key.toUpperCase()] = value;
		},
	});
	return variables;
}

function written(asked: Asked, stdin: z.output<typeof Options>['stdin']): string | undefined {
	switch (stdin) {
		case 'text':
			return asked.input;
		case 'json':
			return `${JSON.stringify(asked)}\n`;
		case 'none':
			return undefined;
	}
}

function decode(output: Buffer, program: string): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(output);
	} catch {
		throw new Error(`${program} wrote an answer that is not UTF-8`);
	}
}

/** As a shell's `$(…)` takes a program's output. */
function withoutFinalNewlines(text: string): string {
	return text.replace(/[\r\n]+$/, '');
}

function parseJson(text: string, program: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Error(`${program} wrote an answer that is not JSON: ${beginningOf(text, 200)}`);
	}
}
