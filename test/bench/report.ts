import { checks, scorers, spansPerFullQuestion } from './full-suite.ts';
import { count, duration, megabytes, percent, type Reach, rate, seconds, times } from './reaches.ts';
import type { BenchResult, RunSpeed, Speed } from './result.ts';

type Row = readonly string[];

/** The result as Markdown whose tables can be read in a terminal too. */
export function markdownOf(result: BenchResult, reaches: readonly Reach[]): string {
	const { cpu, cores, memoryBytes, node, date, loadAverage } = result.machine;
	const gigabytes = Math.round(memoryBytes / 1024 ** 3);
	const parts = [
		`Measured ${date} on ${cpu}, ${cores} cores, ${gigabytes} GB, Node ${node}, load average ${loadAverage.toFixed(1)} before it began.`,
		result.speeds.length > 0 && speedPart(result),
		result.gates.length > 0 && gatePart(result),
		result.startUps.length > 0 && startUpPart(result),
		reachPart(reaches),
		result.lost.length > 0 && `**Lost:**\n\n${result.lost.map((each) => `- ${each}`).join('\n')}`,
	];
	return parts.filter(Boolean).join('\n\n');
}

function speedPart({ speeds, concurrency, spansPerRequest }: BenchResult): string {
	const head = ['questions', '', 'questions/s', 'of (b)', 'whole process', 'peak memory'];
	return `${table(head, speeds.flatMap(speedRows))}

Five spans a question, an \`async\` target and three scorers that do nothing, \`-j ${concurrency}\`. (a) a bare loop that awaits a function for each question; (b) OpenTelemetry's SDK alone, in the versions that spangate pins, makes and serializes the same spans (compared with recorded ones before each bench), ${spansPerRequest} to a request, writing nothing; (c) \`spangate run\`, from the run's start until the last span is on disk; (d) the same with \`--otlp\`, its metrics included, to a sink in another process, until it has acknowledged the last span; (f) as (c), with each of the ${scorers.length} scorers and ${checks.length} checks that ask nobody at work on an answer of 80 characters, whose app makes three spans: ${spansPerFullQuestion} spans a question; (g) as (b), the spans of (f). All in processes of their own, cold, by turns: medians of ${roundsOf(speeds)}, the shares of (b) and (g) taken round by round. The whole process is what a user waits for: start, suite, run and metrics. Peak memory is the highest resident set of the process (VmHWM; where there is no /proc, maxRSS) in any round.`;
}

function roundsOf(speeds: readonly Speed[]): string {
	return speeds.map(({ questions, rounds }) => inRounds(rounds, questions)).join(', ');
}

function inRounds(rounds: number, of: number): string {
	return `${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${count(of)}`;
}

function gatePart({ gates }: BenchResult): string {
	const rows = gates.map(({ pairs, seconds: taken, floorSeconds, ratio, peakBytes }) => [
		count(pairs),
		seconds(taken),
		seconds(floorSeconds),
		times(ratio),
		megabytes(peakBytes),
	]);
	return `${table(['pairs', '(e) gate', 'parsing', 'ratio', 'peak memory'], rows)}

(e) \`spangate gate\` on two stored runs that asked the same questions, from the start of the process to its verdict: two scorers, four checks, tags and costs, 1.3 kB a trial, judged by every kind of rule a metric can have, grouped and by tag too. Parsing is the floor: reading the same two files one after the other, line by line, and \`JSON.parse\`, in a process of its own, without the start of that; the gate reads both at once where each is larger than 64 MB. By turns: medians of ${gates.map(({ pairs, rounds }) => inRounds(rounds, pairs)).join(', ')}.`;
}

function speedRows({ questions, loop, sdk, recording, exporting, grading, fullSdk }: Speed): Row[] {
	const run = (name: string, { rate: perSecond, share, processSeconds, peakBytes }: RunSpeed, of = '') => [
		name,
		rate(perSecond),
		percent(share) + of,
		`${processSeconds.toFixed(1)} s`,
		megabytes(peakBytes),
	];
	const rows = [
		['(a) bare loop', rate(loop.rate), '', '', ''],
		['(b) OTel SDK', rate(sdk.rate), '100 %', '', ''],
		run('(c) recording', recording),
		run('(d) recording and exporting', exporting),
		...(fullSdk ? [['(g) OTel SDK, the spans of (f)', rate(fullSdk.rate), '', '', '']] : []),
		...(grading ? [run('(f) every scorer and check', grading, ' of (g)')] : []),
	];
	return rows.map((row, index) => [index === 0 ? count(questions) : '', ...row]);
}

function startUpPart({ startUps, bareNodeMilliseconds = Number.NaN, repetitions }: BenchResult): string {
	const rows = startUps.map(({ build, command, milliseconds, ratio }) => [
		`\`${command}\``,
		build,
		duration(milliseconds),
		times(ratio),
	]);
	const bare = ['`node -e 0`', '', duration(bareNodeMilliseconds), times(1)];
	return `${table(['start-up', 'build', 'time', 'of bare node'], [bare, ...rows])}

Start to end of the process, medians of ${repetitions} by turns, after one start that fills the compile cache. \`gate\` reads the record of a 3-question compare; \`compare\` asks 3 questions of two targets and records their traces, with \`--otlp\` until a sink has acknowledged them. The published build is packed and installed as a stranger does.`;
}

function reachPart(reaches: readonly Reach[]): string {
	const rows = reaches.map(({ what, figure, floor, ratio, wanted, met }) => [
		what,
		figure,
		floor,
		ratio,
		wanted,
		met === true ? 'yes' : met === false ? '**no**' : met,
	]);
	return table(['reach', 'figure', 'floor', 'ratio', 'wanted', 'met'], rows);
}

/** A Markdown table whose columns are as wide as their widest cell. */
export function table(head: Row, rows: readonly Row[]): string {
	const widths = head.map((_, column) =>
		Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: Row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
