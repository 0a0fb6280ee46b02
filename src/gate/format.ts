import type { Unit } from '../model/metric.ts';

/** A value with its unit, as a sentence shows it. */
export function format(value: number, unit: Unit): string {
	if (!Number.isFinite(value)) return trim(value);
	switch (unit) {
		case 'share':
			return `${trim(value * 100)} %`;
		case 'score':
			return trim(value);
		case 'ms':
			return `${trim(value)} ms`;
		case 'usd':
			return value < 0 ? `−$${trim(-value)}` : `$${trim(value)}`;
		case 'tokens':
		case 'violations':
			return trim(value);
	}
}

/** A difference of two values: of shares in percentage points. */
export function formatDifference(value: number, unit: Unit): string {
	if (unit !== 'share') return format(value, unit);
	const points = trim(value * 100);
	return `${points} ${points === '1' ? 'point' : 'points'}`;
}

/** Four significant digits. */
export function trim(value: number): string {
	if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
	return String(Number(value.toPrecision(4))).replace('-', '−');
}
