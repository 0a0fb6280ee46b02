import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { messageOf } from '../errors.ts';
import type { Locate, Problems } from './problems.ts';

/** A YAML or JSON file's value, and where each of its keys stands. */
export interface YamlFile {
	readonly value: unknown;
	readonly locate: Locate;
}

/** Parses YAML 1.2 (and so JSON); syntax errors and duplicate keys become problems with their line. */
export function parseYaml(text: string, file: string, problems: Problems): YamlFile {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { lineCounter, uniqueKeys: true, prettyErrors: false });
	for (const error of document.errors) {
		problems.add(file, lineCounter.linePos(error.pos[0]).line, `not valid YAML: ${error.message}`);
	}
	const locate: Locate = (path, key) => {
		for (let depth = path.length; depth >= 0; depth--) {
			const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
			if (!isNode(node)) continue;
			const offset =
				(depth === path.length && key !== undefined ? keyOffset(node, key) : undefined) ?? node.range?.[0];
			if (offset !== undefined) return lineCounter.linePos(offset).line;
		}
		return undefined;
	};
	return { value: document.errors.length > 0 ? undefined : toValue(document, file, problems), locate };
}

function toValue(document: Document, file: string, problems: Problems): unknown {
	try {
		return document.toJS();
	} catch (error) {
		// An alias that stands before its anchor, or too many of them, shows only here.
		problems.add(file, undefined, `not valid YAML: ${messageOf(error)}`);
		return undefined;
	}
}

function keyOffset(node: unknown, key: string): number | undefined {
	if (!isMap(node)) return undefined;
	const pair = node.items.find(
		(item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key,
	);
	return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
