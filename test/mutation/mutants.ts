import { parseSync } from 'rolldown/utils';

/** One fault: the text between two offsets of a source replaced by another. */
export interface Mutant {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

interface Node {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly [key: string]: unknown;
}

const operators: Record<string, readonly string[]> = {
	'<': ['<=', '>='],
	'<=': ['<', '>'],
	'>': ['>=', '<='],
	'>=': ['>', '<'],
	'===': ['!=='],
	'!==': ['==='],
	'+': ['-'],
	'-': ['+'],
	'*': ['/'],
	'/': ['*'],
	'**': ['*'],
	'&&': ['||'],
	'||': ['&&'],
	'++': ['--'],
	'--': ['++'],
	'+=': ['-='],
	'-=': ['+='],
	'*=': ['/='],
};

const swaps = new Map([
	['pass', 'fail'],
	['fail', 'inconclusive'],
	['inconclusive', 'pass'],
	...[
		['lower', 'upper'],
		['lower', 'higher'],
		['min', 'max'],
		['floor', 'ceil'],
		['every', 'some'],
		['below', 'above'],
		['before', 'after'],
		['gained', 'lost'],
		['candidate', 'baseline'],
		['least', 'most'],
	].flatMap(([one, other]) => [
		[one, other],
		[other, one],
	]),
] as [string, string][]);

/** Every fault that can be planted in a TypeScript source, in the order of the text; types are left alone. */
export function mutantsOf(source: string): Mutant[] {
	const { program, errors } = parseSync('source.ts', source);
	if (errors.length > 0) throw new Error(errors[0]?.message);
	const mutants: Mutant[] = [];
	walk(program as unknown as Node, (node) => mutants.push(...mutantsAt(node, source)));
	return mutants.sort((a, b) => a.start - b.start || a.end - b.end);
}

function walk(node: Node, visit: (node: Node) => void): void {
	if (/^(TS(?!As|NonNull|Satisfies)|Import|ExportAll)/.test(node.type)) return;
	visit(node);
	for (const child of Object.values(node).flat()) {
		if (typeof (child as Node | null)?.type === 'string') walk(child as Node, visit);
	}
}

function mutantsAt(node: Node, source: string): Mutant[] {
	const textOf = ({ start, end }: Node) => source.slice(start, end);
	const become = (...texts: string[]) => texts.map((text) => ({ start: node.start, end: node.end, text }));
	const { operator, left, right, argument, test, value, property } = node as unknown as {
		operator: string;
		value: unknown;
	} & Record<'left' | 'right' | 'argument' | 'test' | 'property', Node>;
	switch (node.type) {
		case 'BinaryExpression':
		case 'AssignmentExpression':
		case 'LogicalExpression': {
			if (operator === '??') return become(textOf(left), textOf(right));
			if ([left, right].some((side) => side.type === 'TemplateLiteral' || isText(side))) {
				if (/^\+=?$/.test(operator)) return [];
			}
			const at = left.end + source.slice(left.end, right.start).indexOf(operator);
			return (operators[operator] ?? []).map((text) => ({ start: at, end: at + operator.length, text }));
		}
		case 'UpdateExpression':
			return become(textOf(node).replace(operator, operators[operator]?.[0] ?? ''));
		case 'UnaryExpression':
			return operator === '-' || operator === '!' ? become(` ${textOf(argument)}`) : [];
		case 'ConditionalExpression':
			return [{ start: test.start, end: test.end, text: `!(${textOf(test)})` }];
		case 'IfStatement':
		case 'WhileStatement':
			return ['true', 'false'].map((text) => ({ start: test.start, end: test.end, text }));
		case 'Literal':
			if (typeof value === 'number') return become(nextTo(value));
			if (typeof value === 'boolean') return become(String(!value));
			return isText(node) && swaps.has(value as string) ? become(`'${swaps.get(value as string)}'`) : [];
		case 'MemberExpression': {
			const swapped = property.type === 'Identifier' && swaps.get(textOf(property));
			return swapped ? [{ start: property.start, end: property.end, text: swapped }] : [];
		}
		case 'SpreadElement':
			return textOf(argument).startsWith('(') ? become('...[]') : [];
		case 'ExpressionStatement':
		case 'ThrowStatement':
		case 'ContinueStatement':
			return become(';');
		case 'ReturnStatement':
			if (!argument) return become(';');
			return textOf(argument) === 'undefined' ? [] : become('return;');
		default:
			return [];
	}
}

function isText({ type, value }: Node): boolean {
	return type === 'Literal' && typeof value === 'string';
}

function nextTo(value: number): string {
	return Number.isInteger(value) ? String(value + 1) : String(value < 0.001 ? value * 1000 : value * 1.1);
}
