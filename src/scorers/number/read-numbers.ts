/** One number of a text, with what stands right before and after it. */
export interface FoundNumber {
	/** Infinite when it is beyond the range of numbers. */
	readonly value: number;
	/** As it is written, for a reason. */
	readonly text: string;
	/** A currency sign before it, or the word or sign after it; empty when neither is there. */
	readonly unit: string;
}

/** The character before the digits after the point. */
export type DecimalMark = '.' | ',';

/**
 * A run of digits and of what may separate them, by the mark that may begin it. It begins neither inside a word
 * (`kb-1`, `v2`, `gpt-4`) nor inside a number. A minus belongs to it unless it stands between two things, as in a range.
 */
const runs = {
	'.': runOf('.'),
	',': runOf(','),
} as const;

function runOf(decimal: DecimalMark): RegExp {
	const sign = String.raw`(?<![\p{L}\p{M}\p{N}\p{Sc}_%)\]\-−])[-−+]`;
	const digits = String.raw`[${decimal}]?\d(?:\d|['’_.,\u00a0\u2009\u202f](?=\d))*`;
	return new RegExp(
		String.raw`(?<![\p{L}\p{M}_][-‐‑]?|\p{N}[.,]?)(${sign})?(?:(\p{Sc})[ \u00a0\u202f]?([-−])?)?(${digits})`,
		'gu',
	);
}

/** `e-3`, `× 10^-3`, `*10³`. */
const exponent =
	/(?:e([+-]?\d+)(?![\p{L}\p{N}])|\s?[×x*]\s?10(?:\^\(?([+\-−]?\d+)\)?|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)))/iuy;

/** The unit after a number: a percent or other sign, or a word. */
const unitAfter = /[ \u00a0\u2009\u202f]?(%|‰|°\p{L}?|\p{Sc}|[\p{L}µ]+(?:[/·^]?[\p{L}\d²³]+)*)/uy;

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * Every number of a text, in its order. The mark that is not the decimal one separates groups of three digits
 * (`1,234.5`), as do apostrophes, underscores and no-break or thin spaces; where it does not, it separates numbers
 * (`3,4` are two). What has more points than a number, such as `1.2.3` or a date, is none.
 */
export function readNumbers(given: string, decimal: DecimalMark): FoundNumber[] {
	const text = withPlainDigits(given);
	const found: FoundNumber[] = [];
	const run = new RegExp(runs[decimal]);
	for (let match = run.exec(text); match !== null; match = run.exec(text)) {
		const [whole, sign, currency = '', innerSign, digits = ''] = match;
		const power = matchAt(exponent, text, run.lastIndex);
		// The ten of `× 10^3` is no number of its own.
		run.lastIndex += power?.[0].length ?? 0;
		const after = matchAt(unitAfter, text, run.lastIndex)?.[1] ?? '';
		const pieces = piecesOf(digits, decimal);
		const last = pieces.length - 1;
		for (const [place, piece] of pieces.entries()) {
			const isNegative = place === 0 && [sign, innerSign].some((mark) => mark === '-' || mark === '−');
			const raised = place === last && power !== undefined ? powerOf(power) : 0;
			found.push({
				value: Number(`${isNegative ? '-' : ''}${piece.plain}e${raised}`),
				text: last === 0 ? `${whole}${power?.[0] ?? ''}` : piece.text,
				unit: (place === 0 && currency) || (place === last ? after : ''),
			});
		}
	}
	return found;
}

interface Piece {
	readonly text: string;
	/** With a point, and without separators. */
	readonly plain: string;
}

/** The numbers that a run of digits stands for: one, or several when its marks only separate them. */
function piecesOf(run: string, decimal: DecimalMark): readonly Piece[] {
	const whole = pieceOf(run, decimal);
	if (whole !== undefined) return [whole];
	const parts = run.split(decimal === '.' ? ',' : '.').map((part) => pieceOf(part, decimal));
	return parts.every((part) => part !== undefined) ? parts : [];
}

function pieceOf(text: string, decimal: DecimalMark): Piece | undefined {
	const form = plain(text, decimal);
	return form === undefined ? undefined : { text, plain: form };
}

function plain(run: string, decimal: DecimalMark): string | undefined {
	const [whole = '', fraction, ...more] = run.split(decimal);
	if (more.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return undefined;
	const group = decimal === '.' ? ',' : '.';
	const grouped = /^\d{1,3}(?:([.,'’_\u00a0\u2009\u202f])\d{3})(?:\1\d{3})*$/.exec(whole);
	if (grouped !== null && grouped[1] !== decimal) {
		return `${whole.replace(/\D/g, '')}.${fraction ?? 0}`;
	}
	if (whole.includes(group) || !/^\d*$/.test(whole)) return undefined;
	return `${whole || 0}.${fraction ?? 0}`;
}

function powerOf([, letter, caret, raised]: RegExpExecArray): number {
	if (raised === undefined) return Number((letter ?? caret ?? '').replace('−', '-'));
	const digits = [...raised].map((sign) =>
		sign === '⁻' ? '-' : sign === '⁺' ? '' : superscripts.indexOf(sign),
	);
	return Number(digits.join(''));
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
	expression.lastIndex = at;
	return expression.exec(text) ?? undefined;
}

/** Full-width digits and signs as plain ones; superscripts stay, which NFKC would turn into digits of the number. */
function withPlainDigits(text: string): string {
	return text.replace(/[０-９．，％－＋]/g, (sign) => sign.normalize('NFKC'));
}
