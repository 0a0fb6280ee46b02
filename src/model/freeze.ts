/** Freezes a JSON-like value all the way down, so that what scorers and checks share none of them can change. */
export function deepFreeze<Value>(value: Value): Value {
	if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
		Object.freeze(value);
		for (const part of Object.values(value)) if (typeof part === 'object') deepFreeze(part);
	}
	return value;
}
