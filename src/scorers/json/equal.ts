/** How far a number may be off: absolutely, or as a share of the expected one. */
export interface NumberTolerance {
	readonly absolute: number;
	readonly relative: number;
}

/** Whether a JSON value is the expected one: of the same type all the way down, numbers up to the tolerance. */
export function equalJson(found: unknown, expected: unknown, tolerance: NumberTolerance): boolean {
	if (typeof expected === 'number') {
		if (typeof found !== 'number') return false;
		const allowed = Math.max(tolerance.absolute, tolerance.relative * Math.abs(expected));
		return found === expected || Math.abs(found - expected) <= allowed;
	}
	if (Array.isArray(expected)) {
		return (
			Array.isArray(found) &&
			found.length === expected.length &&
			expected.every((item, index) => equalJson(found[index], item, tolerance))
		);
	}
	if (!isObject(expected)) return found === expected;
	if (!isObject(found) || Array.isArray(found)) return false;
	const keys = Object.keys(expected);
	return (
		Object.keys(found).length === keys.length &&
		keys.every((key) => Object.hasOwn(found, key) && equalJson(found[key], expected[key], tolerance))
	);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}
