import { validityPrefix } from '../gate/validity-rule.ts';
import type { Offence, RuleResult, Verdict } from '../model/verdict.ts';
import { table } from './table.ts';
import { printable, type Style, type Terminal, wrap } from './terminal.ts';
import { blockingRules, countOffences, gravestFirst, plural } from './values.ts';

const shownQuestions = 10;
const marks = { pass: '✔', inconclusive: '?', fail: '✖' } as const;
const styles = { pass: 'good', inconclusive: 'unsure', fail: 'bad' } as const satisfies Record<string, Style>;
const verdictStyles = { DEPLOY: 'good', INCONCLUSIVE: 'unsure', 'NO-DEPLOY': 'bad' } as const;

/** The rules of a verdict as a table, what belongs together in one row, and how sure its words are. */
export function rulesTable(rules: readonly RuleResult[], terminal: Terminal): string {
	// What every gate checks of the records is one line as long as all is well with them.
	const sound = rules.filter(({ id, outcome }) => id.startsWith(validityPrefix) && outcome === 'pass');
	const cell = (outcome: RuleResult['outcome']) =>
		terminal.paint(styles[outcome], `${marks[outcome]} ${outcome}`);
	const slices = slicesOf(rules);
	const unjudged = rules.filter(({ method }) => method === 'not judged');
	const rows: string[][] = [];
	for (const rule of rules) {
		const { outcome, id, tier, reason } = rule;
		if (sound.includes(rule)) continue;
		if (unjudged.includes(rule)) {
			if (unjudged[0] !== rule) continue;
			const ids = unjudged.map((each) => each.id).join(', ');
			rows.push([cell(outcome), plural(unjudged.length, 'rule'), printable(`${reason}: ${ids}`)]);
			continue;
		}
		const together = slices.get(rule);
		if (together !== undefined && outcome !== 'fail') {
			if (together[0] !== rule) continue;
			const names = together.map(({ slice = '' }) => slice.slice(slice.indexOf('=') + 1)).join(', ');
			rows.push([
				cell(outcome),
				printable(named(id.slice(0, id.lastIndexOf(' (')), tier)),
				printable(`${plural(together.length, 'slice')} (--explain shows each): ${names}`),
			]);
			continue;
		}
		rows.push([cell(outcome), printable(named(id, tier)), printable(reason)]);
	}
	if (sound.length > 0) {
		const names = sound.map(({ id }) => id.slice(validityPrefix.length)).join(', ');
		rows.push([cell('pass'), 'records', names]);
	}
	const columns = [{ title: 'outcome' }, { title: 'rule' }, { title: 'reason', flexible: true }];
	return [table(columns, rows, terminal), ...boundsNote(rules, terminal)].join('\n');
}

function named(id: string, tier: RuleResult['tier']): string {
	return tier === 'advisory' ? `${id} (advisory)` : id;
}

/** For each rule on a slice, those of the same rule and outcome, in their order. */
function slicesOf(rules: readonly RuleResult[]): ReadonlyMap<RuleResult, readonly RuleResult[]> {
	const byKind = new Map<string, RuleResult[]>();
	const groups = new Map<RuleResult, readonly RuleResult[]>();
	for (const rule of rules) {
		if (rule.slice === undefined) continue;
		const key = `${rule.outcome} ${rule.id.slice(0, rule.id.length - rule.slice.length)}`;
		const group = byKind.get(key) ?? [];
		group.push(rule);
		byKind.set(key, group);
		groups.set(rule, group);
	}
	return groups;
}

/** How sure "at least" and "at most" are, where a rule says them. */
function boundsNote(rules: readonly RuleResult[], terminal: Terminal): string[] {
	const levels = new Set(
		rules.flatMap(({ alpha }) => (alpha === undefined ? [] : [Number(((1 - alpha) * 100).toPrecision(6))])),
	);
	if (levels.size === 0) return [];
	const shown = [...levels].sort((a, b) => a - b).map((level) => `${level} %`);
	const note = `“at least” and “at most” are one-sided bounds of ${shown.join(' or ')}, “between” is both of them: of questions like these, as far as the golden set is a sample of them`;
	return ['', terminal.paint('dim', wrap(note, terminal))];
}

/** The answers that broke each rule on violations, the gravest first. */
export function offences(rules: readonly RuleResult[], terminal: Terminal): string[] {
	const told = new Set<string>();
	return rules.flatMap(({ id, metric, offences: found }) => {
		// Several conditions on one metric were broken by the same answers.
		if (found === undefined || told.has(metric)) return [];
		told.add(metric);
		const shown = gravestFirst(found)
			.slice(0, shownQuestions)
			.map((offence) => offenceLine(offence, terminal));
		const more = found.length - shown.length;
		const rest = more > 0 ? [`  and ${more} more (--json lists all)`] : [];
		return [
			[
				wrap(`${terminal.paint('bad', '✖')} ${printable(id)}: ${countOffences(found)}`, terminal),
				...shown,
				...rest,
			].join('\n'),
		];
	});
}

function offenceLine(
	{ questionId, traceId, check, category, severity, reason }: Offence,
	terminal: Terminal,
): string {
	const first = wrap(`${printable(questionId)}  ${terminal.paint('dim', traceId)}`, terminal, '  ');
	return `${first}\n${wrap(printable(`${severity} ${check}/${category}: ${reason}`), terminal, '    ')}`;
}

/** The verdict in one sentence: what decides it, and what else stands in the way. */
export function verdictLine(verdict: Verdict, terminal: Terminal): string {
	const word = terminal.paint(verdictStyles[verdict.outcome], terminal.paint('bold', verdict.outcome));
	return wrap(`${word}  ${printable(sentenceOf(verdict))}`, terminal);
}

function sentenceOf(verdict: Verdict): string {
	const { failed, unsure } = blockingRules(verdict);
	const ids = (rules: readonly RuleResult[]) => rules.map(({ id }) => id).join(', ');
	const [first] = failed.length > 0 ? failed : mostWanting(unsure);
	if (first === undefined) {
		const waived = verdict.rules.filter(({ waiver }) => waiver?.used);
		return `every critical rule passed${waived.length === 0 ? '' : `, ${waived.length} of them only by a waiver: ${ids(waived)}`}`;
	}
	const also = (rules: readonly RuleResult[], what: string) => {
		const others = rules.filter((rule) => rule !== first);
		return others.length === 0 ? [] : [`${what}: ${ids(others)}`];
	};
	const rest = [...also(failed, 'failed too'), ...also(unsure, 'cannot tell')];
	return `${first.id}: ${first.reason}${rest.length === 0 ? '' : ` (${rest.join('; ')})`}`;
}

/** What wants the most questions before it can be told comes first. */
function mostWanting(rules: readonly RuleResult[]): RuleResult[] {
	return rules.toSorted((a, b) => (b.needed ?? 0) - (a.needed ?? 0));
}
