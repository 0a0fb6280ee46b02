import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { install, pack } from '../package/install.ts';
import { startCountingSink } from '../support/counting-sink.ts';
import { writeNoopSuite } from './noop-suite.ts';
import { environment, sourceBin } from './processes.ts';
import { type Command, commands, median, type StartUp } from './result.ts';

/** How often each start-up is measured; one start before that, which fills the compile cache, is not counted. */
export const repetitions = 15;

const questions = 3;

/** Measures the start-up of the source tree and of the published build, installed as a stranger does, beside bare Node. */
export async function measureStartUp(folder: string, tell: (line: string) => void) {
	tell('packing and installing the published build');
	const app = join(folder, 'app');
	install(app, pack(join(folder, 'repository')));
	const bins = { source: sourceBin, published: join(app, 'node_modules/spangate/src/bin.js') };
	const suite = writeNoopSuite(join(folder, 'small'), questions);
	const gateHome = join(folder, 'gate-home');
	run([sourceBin, 'compare', suite, '--no-progress'], environment(folder, { SPANGATE_HOME: gateHome }));
	const sink = await startCountingSink('number');
	const compare = ['compare', suite, '--no-progress'];
	const args: Record<Command, readonly string[]> = {
		'--version': ['--version'],
		gate: ['gate', '@latest'],
		compare,
		'compare --otlp': [...compare, '--otlp', sink.endpoint],
	};
	const builds = ['source', 'published'] as const;
	const cases = builds.flatMap((build) =>
		commands.map((command) => ({ build, command, times: [] as number[] })),
	);
	const bare: number[] = [];
	try {
		for (let repetition = 0; repetition <= repetitions; repetition++) {
			const counts = repetition > 0;
			const bareMs = run(['-e', '0'], environment(folder));
			if (counts) bare.push(bareMs);
			for (const { build, command, times } of cases) {
				// Always an empty home, but for the gate, which reads a record.
				const home = command === 'gate' ? gateHome : mkdtempSync(join(folder, 'home-'));
				const ms = run([bins[build], ...args[command]], environment(folder, { SPANGATE_HOME: home }));
				if (counts) times.push(ms);
			}
		}
	} finally {
		await sink.close();
	}
	const bareNodeMilliseconds = median(bare);
	const startUps = cases.map(({ build, command, times }): StartUp => {
		const milliseconds = median(times);
		return { build, command, milliseconds, ratio: milliseconds / bareNodeMilliseconds };
	});
	return { bareNodeMilliseconds, startUps };
}

/** Runs this Node to its end; gives milliseconds. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): number {
	const started = performance.now();
	const { status, stderr, error } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
	const milliseconds = performance.now() - started;
	if (error !== undefined) throw error;
	if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
	return milliseconds;
}
