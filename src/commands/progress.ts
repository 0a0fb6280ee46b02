import type { Io } from './io.ts';

/** What a command tells of its progress; `done` is called once for each finished trial. */
export interface Progress {
	done(failed: boolean): void;
	/** Counts trials that an earlier process finished. */
	skip(trials: number): void;
	stop(): void;
}

const plainEvery = 0.1;

/** A bar with rate and time left on a terminal, a line every tenth elsewhere, nothing when switched off. */
export async function startProgress(total: number, shown: boolean, io: Io): Promise<Progress> {
	if (!shown) return { done() {}, skip() {}, stop() {} };
	return io.stderr.isTTY ? barProgress(total, io) : plainProgress(total, io);
}

async function barProgress(total: number, io: Io): Promise<Progress> {
	const { Presets, SingleBar } = await import('cli-progress');
	const started = performance.now();
	let finished = 0;
	let before = 0;
	let failures = 0;
	const bar = new SingleBar(
		{
			stream: io.stderr,
			format: '{bar} {value}/{total} trials  {rate}/s  {eta_formatted} left  {failures} failed',
			clearOnComplete: true,
			hideCursor: true,
			barsize: 24,
		},
		Presets.shades_classic,
	);
	bar.start(total, 0, { rate: '–', failures });
	return {
		done(failed) {
			// A bar that was stopped would draw over what was said since.
			if (!bar.isActive) return;
			finished++;
			if (failed) failures++;
			const rate = (finished / ((performance.now() - started) / 1_000)).toFixed(finished < 10 ? 1 : 0);
			bar.update(before + finished, { rate, failures });
		},
		skip(trials) {
			before = trials;
			bar.update(before);
		},
		stop: () => bar.stop(),
	};
}

function plainProgress(total: number, io: Io): Progress {
	let finished = 0;
	let failures = 0;
	let next = plainEvery;
	return {
		done(failed) {
			finished++;
			if (failed) failures++;
			if (finished / total < next) return;
			while (next <= finished / total) next += plainEvery;
			io.stderr.write(`${finished}/${total} trials, ${failures} failed\n`);
		},
		skip(trials) {
			finished += trials;
			while (next <= finished / total) next += plainEvery;
			io.stderr.write(`${trials}/${total} trials were finished before\n`);
		},
		stop() {},
	};
}
