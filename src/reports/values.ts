import type { Metric, Unit } from '../model/metric.ts';
import type { Delta, GateResult } from '../model/verdict.ts';

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
	const sign = delta > 0 ? '+' : delta < 0 ? '−' : '±';
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

/** The 95 % interval of a delta, in the delta’s own terms, without its unit; a dash where there is none. */
export function formatInterval({ interval, candidate }: Delta): string {
	if (interval === undefined || 'missing' in candidate) return '–';
	const signed = (value: number) => {
		const size = candidate.unit === 'share' ? (Math.abs(value) * 100).toFixed(1) : Math.abs(value).toFixed(3);
		return `${value > 0 ? '+' : value < 0 ? '−' : '±'}${size}`;
	};
	return `${signed(interval.lower)} to ${signed(interval.upper)}`;
}

/** Four significant digits, whole numbers whole. */
function digits(value: number): string {
	if (Number.isInteger(value)) return String(value);
	return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

/** `1 question`, `2 questions`. */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
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
