import { isClose, type Tolerance } from '../../stats/is-close.ts';

/** Whether a JSON value is the expected one: of the same type all the way down, numbers up to the tolerance. */
export function equalJson(found: unknown, expected: unknown, tolerance: Tolerance): boolean {
	if (typeof expected === 'number') {
		return typeof found === 'number' && isClose(found, expected, tolerance);
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
