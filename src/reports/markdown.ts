import { validityPrefix } from '../gate/validity-rule.ts';
import type { Links, QuestionLinks } from '../model/links.ts';
import type {
	Change,
	GateResult,
	NotPassed,
	Offence,
	RuleResult,
	RunSummary,
	Verdict,
} from '../model/verdict.ts';
import {
	blockingRules,
	formatDelta,
	formatInterval,
	formatMetric,
	gravestFirst,
	missingNotes,
	repeatsSentence,
	stoppedNote,
	trialsOf,
	unjudgedViolations,
} from './values.ts';

/** The readiness summary: verdict, what is missing before it could ship, deltas, rules, violations, regressions. */
export function markdownGateResult(result: GateResult, links?: Links): string {
	const seen = linksByTrace(links);
	const { verdict, candidate, baseline, suite, regressions, gains } = result;
	const against =
		'missing' in baseline ? 'no baseline' : `\`${baseline.run.target.name}\` (\`@${baseline.run.id}\`)`;
	return `${[
		`# ${verdict.outcome}: ${suite.name}, ${candidate.run.target.name}`,
		`Candidate \`${candidate.run.target.name}\` (\`@${candidate.run.id}\`) against ${against}, ` +
			`${trialsOf(candidate.run)}, evaluated at ${verdict.evaluatedAt}.`,
		...provenance(candidate),
		...dashboard(links),
		...whatIsMissing(verdict),
		'## Metrics',
		...notes(stoppedNote(result)),
		...metrics(result),
		'## Gate',
		rules(verdict.rules),
		...notes(...unjudgedViolations(result)),
		...violations(candidate, verdict.rules, seen),
		...passRateByTag(result),
		...repeats({ ...('run' in baseline && { baseline }), candidate }),
		'## Questions',
		'missing' in baseline
			? 'There is no baseline to compare with.'
			: `${gains.length} gained, ${regressions.length} lost.`,
		...(regressions.length > 0 ? [regressed(regressions, seen)] : []),
	].join('\n\n')}\n`;
}

function provenance({ run }: RunSummary): string[] {
	const facts = [
		run.target.models.length > 0 && `model ${run.target.models.join(', ')}`,
		run.target.promptVersions.length > 0 && `prompt ${run.target.promptVersions.join(', ')}`,
		run.target.revision !== undefined && `revision ${run.target.revision}`,
		run.vcs?.revision !== undefined && `commit ${run.vcs.revision.slice(0, 12)}`,
		run.ci?.url ?? false,
	].filter((fact) => fact !== false);
	return facts.length === 0 ? [] : [escapeCell(facts.join(' · '))];
}

function whatIsMissing(verdict: Verdict): string[] {
	const { failed, unsure } = blockingRules(verdict);
	const line = ({ id, outcome, reason }: RuleResult) =>
		`- **${escapeCell(id)}** (${outcome}): ${escapeCell(reason)}`;
	const waived = verdict.rules.filter(({ waiver }) => waiver?.used);
	const advisory = verdict.rules.filter(({ tier, outcome }) => tier === 'advisory' && outcome === 'fail');
	const unjudged = unsure.filter(({ method }) => method === 'not judged');
	const blocking = [...failed, ...unsure.filter((rule) => !unjudged.includes(rule))].map(line);
	if (unjudged.length > 0)
		blocking.push(
			`- ${unjudged.length} more rules were not judged: ${escapeCell(unjudged[0]?.reason ?? '')}`,
		);
	return [
		...(blocking.length > 0
			? ['## What is missing before it could ship', blocking.join('\n')]
			: [
					waived.length > 0
						? 'Every critical rule passed, some only by a waiver.'
						: 'Every critical rule passed; nothing is missing before it can ship.',
				]),
		...(waived.length > 0 ? ['## Waivers that this rests on', waived.map(line).join('\n')] : []),
		...(advisory.length > 0 ? ['## Advisory rules that failed', advisory.map(line).join('\n')] : []),
	];
}

function metrics({ comparison, baseline }: GateResult): string[] {
	const shown = comparison.filter(({ metric }) => !metric.includes('.'));
	const rows = shown.map((delta) => [
		code(delta.metric),
		formatMetric(delta.baseline),
		formatMetric(delta.candidate),
		formatDelta(delta),
		formatInterval(delta),
	]);
	const dashes = missingNotes(shown, 'run' in baseline).map((note) => `- ${escapeCell(note)}`);
	return [
		table(['metric', 'baseline', 'candidate', 'delta', '95 % interval'], rows, [1, 2, 3, 4]),
		...(dashes.length > 0 ? [`No value (–):\n\n${dashes.join('\n')}`] : []),
	];
}

function notes(...found: readonly (string | undefined)[]): string[] {
	return found.filter((note) => note !== undefined).map((note) => `**Note:** ${escapeCell(note)}.`);
}

function rules(all: readonly RuleResult[]): string {
	// What every gate checks of the records is one line as long as all is well with them.
	const sound = all.filter(({ id, outcome }) => id.startsWith(validityPrefix) && outcome === 'pass');
	const rows = all
		.filter((rule) => !sound.includes(rule))
		.map(({ id, metric, check, outcome, tier, samples, reason, waiver }) => [
			outcome === 'pass' ? 'pass' : `**${outcome}**`,
			escapeCell(tier === 'advisory' ? `${id} (advisory)` : id),
			`${code(metric)} ${escapeCell(waiver?.used ? `${check}, waived to ${waiver.limit}` : check)}`,
			String(samples),
			escapeCell(reason),
		]);
	if (sound.length > 0) {
		const names = sound.map(({ id }) => escapeCell(id.slice(validityPrefix.length))).join(', ');
		rows.push(['pass', 'records', '', '', names]);
	}
	return table(['outcome', 'rule', 'threshold', 'samples', 'reason'], rows, [3]);
}

/** Where a candidate is better or worse: each tag value's pass rate in both runs, the greatest fall first. */
function passRateByTag({ baseline, candidate }: GateResult): string[] {
	const before = 'missing' in baseline ? {} : baseline.byTag;
	const rows = Object.entries(candidate.byTag).map(([tag, { pass_rate: after }]) => {
		const old = before[tag]?.pass_rate;
		const both = old !== undefined && after !== undefined && 'value' in old && 'value' in after;
		const delta = both ? after.value - old.value : { missing: 'one of the runs has none' };
		return { tag, old, after, delta };
	});
	if (rows.length === 0) return [];
	const fall = ({ delta }: (typeof rows)[number]) => (typeof delta === 'number' ? delta : Infinity);
	const cells = rows
		.toSorted((a, b) => fall(a) - fall(b))
		.map(({ tag, old, after, delta }) => [
			code(tag),
			formatMetric(old),
			formatMetric(after),
			after === undefined || old === undefined
				? '–'
				: formatDelta({ metric: 'pass_rate', baseline: old, candidate: after, delta }),
			after === undefined || 'missing' in after ? '–' : String(after.n),
		]);
	return [
		'## Pass rate by tag',
		table(['tag', 'baseline', 'candidate', 'delta', 'trials'], cells, [1, 2, 3, 4]),
		'Parts of few trials differ by chance alone; a rule with `per: tag:…` says what they show.',
	];
}

/** What the repeats of each of these runs show, a line each. */
function repeats(runs: Readonly<Record<string, RunSummary>>): string[] {
	const lines = Object.entries(runs).flatMap(([side, summary]) => {
		const sentence = repeatsSentence(summary, escapeCell);
		return sentence === undefined ? [] : [`- ${escapeCell(side)}, ${sentence}`];
	});
	return lines.length === 0 ? [] : ['## Repeats', lines.join('\n')];
}

function violations(
	{ violations: counts }: RunSummary,
	all: readonly RuleResult[],
	links: LinksByTrace,
): string[] {
	const rows = Object.entries(counts).map(([what, count]) => [code(what), String(count)]);
	if (rows.length === 0) return ['## Violations', 'None of the candidate’s answers violated a check.'];
	const offences = new Map(
		all.flatMap(({ offences: found }) => found ?? []).map((each) => [offenceKey(each), each]),
	);
	const lines = gravestFirst([...offences.values()]).map(
		({ questionId, traceId, check, category, severity, reason }) =>
			`- ${code(questionId)} (trace ${trace(traceId, links)}): ${severity} ${word(`${check}/${category}`)}, ${escapeCell(reason)}`,
	);
	return [
		'## Violations',
		table(['check/category', 'violations'], rows, [1]),
		...(lines.length > 0 ? [lines.join('\n')] : []),
	];
}

function offenceKey({ traceId, check, category }: Offence): string {
	return `${traceId} ${check} ${category}`;
}

function regressed(changes: readonly Change[], links: LinksByTrace): string {
	const pairs = changes.some(({ traceId }) => links.get(traceId)?.diff !== undefined);
	const rows = changes.map(({ questionId, input, traceId, baselineTraceId, reasons }) => {
		const diff = links.get(traceId)?.diff;
		return [
			code(questionId),
			escapeCell(input),
			trace(traceId, links),
			`\`${baselineTraceId}\``,
			...(pairs ? [diff === undefined ? '–' : `[side by side](${diff})`] : []),
			escapeCell(reasons.join('; ')),
		];
	});
	const head = ['question', 'input', 'candidate trace', 'baseline trace', ...(pairs ? ['both'] : []), 'why'];
	return table(head, rows, []);
}

function failed(all: readonly NotPassed[], links: LinksByTrace): string {
	const rows = all.map(({ questionId, traceId, reasons }) => [
		code(questionId),
		trace(traceId, links),
		escapeCell(reasons.join('; ')),
	]);
	return table(['question', 'trace', 'why'], rows, []);
}

type LinksByTrace = ReadonlyMap<string, QuestionLinks>;

function linksByTrace(links: Links | undefined): LinksByTrace {
	return new Map((links?.questions ?? []).map((each) => [each.traceId, each]));
}

function trace(traceId: string, links: LinksByTrace): string {
	const { jaeger, explore } = links.get(traceId) ?? {};
	const link = jaeger ?? explore;
	return link === undefined ? `\`${traceId}\`` : `[\`${traceId}\`](${link})`;
}

function dashboard(links: Links | undefined): string[] {
	return links?.dashboard === undefined ? [] : [`[Dashboard](${links.dashboard})`];
}

function table(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	right: readonly number[],
): string {
	const rule = head.map((_, index) => (right.includes(index) ? '---:' : '---'));
	return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A question or a reason may hold anything; in a table cell it must stay one cell. */
function escapeCell(text: string): string {
	return text.replace(/[\\|`*_~&<>[\]]/g, '\\$&').replace(/[\s\p{Cc}]+/gu, ' ');
}

/** A name in running text: as it is when it is one word, escaped when a module put more into it. */
function word(text: string): string {
	return /^[\w./-]+$/.test(text) ? text : escapeCell(text);
}

/** An id or a name as code; one that a code span or a table could not hold is escaped instead. */
function code(text: string): string {
	return /[`|\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ? escapeCell(text) : `\`${text}\``;
}

/** One run's metrics and violations. */
export function markdownRun(summary: RunSummary, links?: Links): string {
	const seen = linksByTrace(links);
	const { run, metrics: all } = summary;
	const rows = Object.entries(all).map(([name, metric]) => [
		code(name),
		formatMetric(metric),
		'missing' in metric ? escapeCell(metric.missing) : String(metric.n),
	]);
	return `${[
		`# ${run.suite.name}: ${run.target.name}`,
		`Run \`@${run.id}\`, ${trialsOf(run)}.`,
		...provenance(summary),
		...dashboard(links),
		table(['metric', 'value', 'samples'], rows, [1, 2]),
		...repeats({ [run.target.name]: summary }),
		...violations(summary, [], seen),
		...(summary.notPassed.length > 0 ? ['## Not passed', failed(summary.notPassed, seen)] : []),
	].join('\n\n')}\n`;
}
