import { validityPrefix } from '../gate/validity-rule.ts';
import type { Outcome } from '../model/verdict.ts';
import type { RecordProof, RuleProof, SelfTest, Tried } from '../self-test/self-test.ts';
import { type Column, table } from './table.ts';
import { printable, type Style, type Terminal, wrap } from './terminal.ts';
import { plural } from './values.ts';

const marks: Record<Outcome, string> = { pass: '✔', inconclusive: '?', fail: '✖' };
/** How good an outcome of a record that must not pass is. */
const styles: Record<Outcome, Style> = { pass: 'bad', inconclusive: 'good', fail: 'good' };
const badness: readonly Outcome[] = ['pass', 'inconclusive', 'fail'];

const note =
	'missing: what the rule judges errored, or nobody reported it, in every trial or in one, of either run; no answers, ' +
	'no trials, no baseline (--json lists each, with what was said of it)';

/** The proofs as a table, then what is wrong, what a reader should know, and the one line that says it all. */
export function selfTestText(result: SelfTest, terminal: Terminal): string {
	const { rules, records } = result;
	const columns: Column[] = [
		{ title: 'rule' },
		{ title: 'made worse by', flexible: true },
		{ title: 'outcome' },
		{ title: 'missing' },
		{ title: 'outcome' },
	];
	const rows = rules.map((rule) => ruleRow(rule, terminal));
	const sound = records.filter(({ problems }) => problems.length === 0);
	if (sound.length > 0) rows.push(soundRow(sound, terminal));
	for (const record of records) if (!sound.includes(record)) rows.push(recordRow(record, terminal));
	const problems = [...rules, ...records].flatMap((proof) =>
		proof.problems.map((each) => noted('✖', 'bad', proof, each, terminal)),
	);
	const warnings = rules.flatMap((rule) =>
		rule.warnings.map((each) => noted('!', 'unsure', rule, each, terminal)),
	);
	return [
		headline(result),
		'',
		table(columns, rows, terminal),
		'',
		terminal.paint('dim', wrap(note, terminal)),
		...(problems.length + warnings.length > 0 ? ['', ...problems, ...warnings] : []),
		'',
		wrap(conclusion(result, terminal), terminal),
	].join('\n');
}

/** The one object that `--self-test --json` prints, with a line break at its end. */
export function jsonSelfTest(result: SelfTest): string {
	return `${JSON.stringify(result, undefined, '\t')}\n`;
}

function headline({ suite, questions, repeats }: SelfTest): string {
	const asked = repeats === 1 ? '' : `, each asked ${repeats} times`;
	return printable(
		`Self-test of the gate of ${suite.name}, on made-up records of ${plural(questions, 'question')}${asked}`,
	);
}

function ruleRow({ id, tier, worse, missing }: RuleProof, terminal: Terminal): string[] {
	const failed = worse.outcome === 'fail';
	return [
		printable(tier === 'advisory' ? `${id} (advisory)` : id),
		printable(worse.by),
		terminal.paint(failed ? 'good' : 'bad', mark(worse.outcome)),
		waysOf(missing),
		least(missing, terminal),
	];
}

function soundRow(records: readonly RecordProof[], terminal: Terminal): string[] {
	const names = records.map(({ id }) => id.slice(validityPrefix.length)).join(', ');
	const tried = records.flatMap((record) => record.tried);
	return ['records', names, '', waysOf(tried), least(tried, terminal)];
}

function recordRow({ id, tried }: RecordProof, terminal: Terminal): string[] {
	return [id, tried.map(({ by }) => by).join(', '), '', waysOf(tried), least(tried, terminal)];
}

function waysOf(tried: readonly Tried[]): string {
	return plural(tried.length, 'way');
}

/** The outcome that is nearest to a pass. */
function least(tried: readonly Tried[], terminal: Terminal): string {
	const outcome = badness.find((each) => tried.some((one) => one.outcome === each)) ?? 'inconclusive';
	return terminal.paint(styles[outcome], mark(outcome));
}

function mark(outcome: Outcome): string {
	return `${marks[outcome]} ${outcome}`;
}

function noted(
	sign: string,
	style: Style,
	{ id }: Pick<RuleProof, 'id'>,
	text: string,
	terminal: Terminal,
): string {
	return wrap(`${terminal.paint(style, sign)} ${printable(`${id}: ${text}`)}`, terminal);
}

function conclusion({ holds, rules, records }: SelfTest, terminal: Terminal): string {
	if (holds) return terminal.paint('good', 'Every critical rule can go red; nothing missing passes.');
	const broken = [...rules.filter(({ tier }) => tier === 'critical'), ...records].filter(
		({ problems }) => problems.length > 0,
	);
	const names = broken.map(({ id }) => id).join(', ');
	return terminal.paint('bad', printable(`This gate cannot be relied on: ${names}.`));
}
