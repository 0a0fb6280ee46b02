/*
 * Times a floor in a process of its own, as cold as a run's, and prints it as JSON.
 * node floor.ts loop <questions>
 * node floor.ts sdk <questions> <spans per request>
 */
import { questionId } from './noop-suite.ts';

/** What a floor took, without the start of its process. */
export interface Floor {
	readonly seconds: number;
	/** Spans that were made and serialized: none by the bare loop. */
	readonly spans: number;
}

const [kind, questionsGiven, perRequest] = process.argv.slice(2);
const questions = Number(questionsGiven);

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
	return time(async () => {
		let spans = 0;
		await makeSpans(questions, Number(perRequest), (_, count) => {
			spans += count;
		});
		return spans;
	});
}

const floor = kind === 'sdk' ? await timeSdk() : await time(loop);
process.stdout.write(JSON.stringify(floor));
