/** How a place in a gate file is named: a rule by its id, a waiver by its rule's, all else by its keys. */
export function entryName(file: unknown, path: readonly PropertyKey[]): string {
	const [list, index, ...keys] = path;
	if ((list !== 'rules' && list !== 'waivers') || index === undefined) return path.map(String).join('.');
	const isRule = list === 'rules';
	const id = at(at(at(file, list), index), isRule ? 'id' : 'rule');
	const name = typeof id === 'string' && id !== '' ? JSON.stringify(id) : undefined;
	const entry = isRule
		? `rule ${name ?? nth(index)}`
		: name === undefined
			? `waiver ${nth(index)}`
			: `waiver of ${name}`;
	return keys.length === 0 ? entry : `${entry}: ${keys.map(String).join('.')}`;
}

function at(value: unknown, key: PropertyKey): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Entries without a name are counted from 1. */
function nth(index: PropertyKey): string {
	return String(Number(index) + 1);
}
