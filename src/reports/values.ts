import type { Metric, Unit } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Delta, GateResult, Offence, RuleResult, RunSummary, Verdict } from '../model/verdict.ts';

const shownFlaky = 10;

/** Which metrics are shown as a percentage, a count, …: a value with its unit, for a reader. */
function formatValue(value: number, unit: Unit): string {
	switch (unit) {
		case 'share':
			return `${(value * 100).toFixed(1)} %`;
		case 'score':
			return value.toFixed(3);
		case 'ms':
			return `${digits(value)} ms`;
		case 'usd':
			return `$${digits(value)}`;
		case 'tokens':
		case 'violations':
			return digits(value);
	}
}

/** A metric's value with its unit, or a dash when it is missing. */
export function formatMetric(metric: Metric | undefined): string {
	return metric === undefined || 'missing' in metric ? '–' : formatValue(metric.value, metric.unit);
}

/** A delta with its sign, in the unit's own terms (percentage points for shares). */
export function formatDelta({ delta, candidate }: Delta): string {
	if (typeof delta !== 'number' || 'missing' in candidate) return '–';
	const sign = delta > 0 ? '+' : delta < 0 ? '−' : '';
	const size = Math.abs(delta);
	switch (candidate.unit) {
		case 'share':
			return `${sign}${(size * 100).toFixed(1)} pp`;
		case 'score':
			return `${sign}${size.toFixed(3)}`;
		case 'usd':
			return `${sign}$${digits(size)}`;
		case 'ms':
			return `${sign}${digits(size)} ms`;
		case 'tokens':
		case 'violations':
			return `${sign}${digits(size)}`;
	}
}

/** The 95 % interval of a delta, in the delta’s own terms, without its unit; empty where there is none. */
export function formatInterval({ interval, candidate }: Delta): string {
	if (interval === undefined || 'missing' in candidate) return '';
	const signed = (value: number) => {
		const size = candidate.unit === 'share' ? (Math.abs(value) * 100).toFixed(1) : Math.abs(value).toFixed(3);
		return `${value > 0 ? '+' : value < 0 ? '−' : ''}${size}`;
	};
	return `${signed(interval.lower)} to ${signed(interval.upper)}`;
}

/** Four significant digits, whole numbers whole. */
function digits(value: number): string {
	if (Number.isInteger(value)) return String(value);
	const size = Math.abs(value);
	if (size >= 1000) return value.toFixed(0);
	// Below a millionth JavaScript writes powers of ten, which no price is read in.
	if (size < 1e-6) return value.toFixed(Math.min(100, 3 - Math.floor(Math.log10(size)))).replace(/0+$/, '');
	return String(Number(value.toPrecision(4)));
}

/** `1 question`, `2 questions`. */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How many trials a run has: `164 trials`, or `48 of 164 trials` when it was stopped early. */
export function trialsOf({ planned, completed, curtailed }: Run): string {
	return `${curtailed === undefined ? '' : `${completed} of `}${plural(planned, 'trial')}`;
}

/** What to think of numbers of runs that were stopped early; nothing when none was. */
export function stoppedNote({ candidate, baseline }: GateResult): string | undefined {
	const runs = ['run' in baseline ? baseline.run : undefined, candidate.run];
	const stopped = runs.find((run) => run?.curtailed !== undefined);
	if (stopped === undefined) return undefined;
	return `stopped early by rule ${stopped.curtailed?.rule}: the numbers are of the questions that were asked until then, and no estimate for the suite`;
}

/** Offences, the gravest first. */
export function gravestFirst(offences: readonly Offence[]): Offence[] {
	const grave = ['critical', 'high', 'medium', 'low'];
	return offences.toSorted((a, b) => grave.indexOf(a.severity) - grave.indexOf(b.severity));
}

/** `39 violations in 26 questions (2 critical, 33 high, 4 medium)`. */
export function countOffences(offences: readonly Offence[]): string {
	const questions = new Set(offences.map(({ questionId }) => questionId)).size;
	const counts = new Map<string, number>();
	for (const { severity } of gravestFirst(offences)) counts.set(severity, (counts.get(severity) ?? 0) + 1);
	const parts = [...counts].map(([severity, count]) => `${count} ${severity}`).join(', ');
	return `${plural(offences.length, 'violation')} in ${plural(questions, 'question')} (${parts})`;
}

/** Every critical rule that keeps a verdict from DEPLOY, by what it came to. */
export function blockingRules({ rules }: Verdict): Record<'failed' | 'unsure', RuleResult[]> {
	const blocking = rules.filter(({ tier }) => tier === 'critical');
	return {
		failed: blocking.filter(({ outcome }) => outcome === 'fail'),
		unsure: blocking.filter(({ outcome }) => outcome === 'inconclusive'),
	};
}

/** A note for each kind of violation that the candidate's answers hold and no rule judges. */
export function unjudgedViolations({ candidate, verdict }: GateResult): string[] {
	const judged = new Set(verdict.rules.map(({ metric }) => metric));
	return (['safety', 'policy'] as const).flatMap((kind) => {
		const names = candidate.run.checks.filter((check) => check.kind === kind).map(({ name }) => `.${name}`);
		const isJudged = (check: string) =>
			judged.has(`${kind}_violations${check}`) || judged.has(`${kind}_violation_rate${check}`);
		if (isJudged('')) return [];
		const counts = names
			.filter((name) => !isJudged(name))
			.map((name) => seen(candidate.metrics[`${kind}_violations${name}`]));
		const count = counts.reduce((sum, each) => sum + each, 0);
		return count === 0
			? []
			: [`${plural(count, `${kind} violation`)} that no rule judges (${kind}_violations)`];
	});
}

function seen(metric: Metric | undefined): number {
	if (metric === undefined) return 0;
	return 'missing' in metric ? (metric.atLeast ?? 0) : metric.value;
}

/**
 * What a run's repeats show, in one sentence: how much of the variance is within questions, and the first flaky
 * ones; nothing of a run without repeats. `name` makes a name that is not ours fit to be shown.
 */
export function repeatsSentence(
	{ run, repeats }: RunSummary,
	name: (text: string) => string,
): string | undefined {
	if (repeats === undefined) return undefined;
	const shares: string[] = [];
	const others: string[] = [];
	for (const [metric, variance] of Object.entries(repeats.variance)) {
		if ('missing' in variance) {
			others.push(`how ${name(metric)} varies is not known (${name(variance.missing)})`);
		} else if (variance.withinShare === undefined) {
			others.push(`${name(metric)} does not vary`);
		} else {
			const percent = `${Math.round(variance.withinShare * 100)} %`;
			shares.push(
				shares.length === 0
					? `${percent} of the variance of ${name(metric)} is within questions`
					: `${percent} of that of ${name(metric)}`,
			);
		}
	}
	const { flaky } = repeats;
	const shown = flaky
		.slice(0, shownFlaky)
		.map(({ questionId, passes, trials }) => `${name(questionId)} ${passes}/${trials}`);
	const more = flaky.length - shown.length;
	const rest = more > 0 ? ` and ${more} more (--json lists all)` : '';
	const found =
		flaky.length === 0
			? 'no flaky question'
			: `${plural(flaky.length, 'flaky question')}: ${shown.join(', ')}${rest}`;
	return `${run.repeats} repeats: ${[...(shares.length > 0 ? [shares.join(', ')] : []), ...others, found].join('; ')}`;
}

/** Why the metrics that show a dash have no value, a line for each reason; the baseline's own only where it differs. */
export function missingNotes(deltas: readonly Delta[], hasBaseline: boolean): string[] {
	const byReason = new Map<string, string[]>();
	const add = (reason: string, metric: string) => {
		const metrics = byReason.get(reason);
		if (metrics === undefined) byReason.set(reason, [metric]);
		else metrics.push(metric);
	};
	for (const { metric, baseline, candidate } of deltas) {
		const why = 'missing' in candidate ? candidate.missing : undefined;
		if (why !== undefined) add(why, metric);
		if (hasBaseline && 'missing' in baseline && baseline.missing !== why) {
			add(`of the baseline: ${baseline.missing}`, metric);
		}
	}
	return [...byReason].map(([reason, metrics]) => `${metrics.join(', ')}: ${reason}`);
}
