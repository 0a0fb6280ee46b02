/*
 * Times a floor in a process of its own, as cold as a run's, and prints it as JSON.
 * node floor.ts loop <questions>
 * node floor.ts sdk <questions> <spans per request> <file of a span template>
 * node floor.ts parse <file> <file>
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { questionId } from './noop-suite.ts';
import type { SpanTemplate } from './span-template.ts';

/** What a floor took, without the start of its process. */
export interface Floor {
	readonly seconds: number;
	/** Spans that were made and serialized: only by the SDK. */
	readonly spans: number;
}

const bytesAtOnce = 256 * 1024;
const lineBreak = 0x0a;

const [kind, ...given] = process.argv.slice(2);
const [questions = 0, perRequest = 0] = given.map(Number);
const [, , templateFile = ''] = given;

async function time(work: () => Promise<number>): Promise<Floor> {
	const started = performance.now();
	const spans = await work();
	return { seconds: (performance.now() - started) / 1000, spans };
}

async function loop(): Promise<number> {
	const answer = async (id: string) => id;
	for (let index = 0; index < questions; index++) await answer(questionId(index));
	return 0;
}

async function timeSdk(): Promise<Floor> {
	// Loaded before the clock starts, as the runs have loaded theirs.
	const { makeSpans } = await import('./sdk-floor.ts');
	const template: SpanTemplate = JSON.parse(readFileSync(templateFile, 'utf8'));
	return time(async () => {
		let spans = 0;
		await makeSpans(template, { questions, perRequest }, (_, count) => {
			spans += count;
		});
		return spans;
	});
}

/** Reads files line by line and parses each as JSON, and nothing else. */
async function parse(): Promise<number> {
	const buffer = Buffer.allocUnsafe(bytesAtOnce);
	for (const path of given) {
		const file = openSync(path, 'r');
		let kept = 0;
		for (;;) {
			const read = readSync(file, buffer, kept, buffer.length - kept, null);
			if (read === 0) break;
			const end = kept + read;
			const last = buffer.lastIndexOf(lineBreak, end - 1);
			if (last < 0) throw new Error(`${path}: a line of more than ${bytesAtOnce} bytes`);
			for (const line of buffer.toString('utf8', 0, last).split('\n')) JSON.parse(line);
			buffer.copy(buffer, 0, last + 1, end);
			kept = end - last - 1;
		}
		closeSync(file);
	}
	return 0;
}

const floor = kind === 'sdk' ? await timeSdk() : await time(kind === 'parse' ? parse : loop);
process.stdout.write(JSON.stringify(floor));
