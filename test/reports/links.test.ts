import { describe, expect, it } from 'vitest';
import { jsonGateResult, jsonRun } from '../../src/reports/json.ts';
import { gateLinks, jaegerDiff, jaegerTrace, runLinks } from '../../src/reports/links.ts';
import { markdownGateResult, markdownRun } from '../../src/reports/markdown.ts';
import { widthOf } from '../../src/reports/terminal.ts';
import { textGateResult, textRun } from '../../src/reports/text.ts';
import { factsOf, trial } from '../support/records.ts';
import { bare, resultSaying } from './hostile.ts';

const uis = { jaeger: 'http://localhost:16686', grafana: 'http://localhost:3000' };
const result = resultSaying('why', '-1');
const links = gateLinks(result, uis, true);
const unsafe = trial({ question: 'unsafe-1' }).traceId;
const urlsIn = (text: string) => text.match(/https?:\/\/[^\s)]+/g) ?? [];

describe('deep links', () => {
	it('lead to a trace, and to two side by side with the baseline on the left', () => {
		expect(jaegerTrace(uis.jaeger, 'ab')).toBe('http://localhost:16686/trace/ab');
		expect(jaegerDiff(uis.jaeger, 'ab', 'cd')).toBe('http://localhost:16686/trace/ab...cd');
	});

	it('of a comparison are those of its lost questions, then of other violations', () => {
		const lost = result.regressions.map(({ questionId }) => questionId);
		expect(links.questions.map(({ questionId }) => questionId)).toEqual(lost);
		const [change] = result.regressions;
		expect(links.questions[0]).toMatchObject({
			questionId: change?.questionId,
			traceId: change?.traceId,
			jaeger: `http://localhost:16686/trace/${change?.traceId}`,
			diff: `http://localhost:16686/trace/${change?.baselineTraceId}...${change?.traceId}`,
		});
		const gained = gateLinks({ ...result, regressions: [] }, uis, true);
		expect(gained.questions).toEqual([expect.objectContaining({ questionId: 'unsafe-1', traceId: unsafe })]);
		expect(gained.questions[0]?.diff).toBeUndefined();
	});

	it('show no two traces where the baseline’s is not', () => {
		for (const each of gateLinks(result, uis, false).questions) {
			expect(each.diff).toBeUndefined();
			expect(each.jaeger).toContain(each.traceId);
		}
	});

	it('open Grafana Explore at the trace, around the runs’ time', () => {
		const url = new URL(links.questions[0]?.explore ?? '');
		expect(url.origin + url.pathname).toBe('http://localhost:3000/explore');
		expect(url.searchParams.get('schemaVersion')).toBe('1');
		const [pane] = Object.values(JSON.parse(url.searchParams.get('panes') ?? '')) as never[];
		const query = { refId: 'A', queryType: 'traceql', query: links.questions[0]?.traceId };
		expect(pane).toEqual({
			datasource: 'tempo',
			queries: [{ ...query, datasource: { type: 'tempo', uid: 'tempo' } }],
			range: {
				from: String(Date.parse('2026-11-22T11:59:00Z')),
				to: String(Date.parse('2026-11-22T12:05:01Z')),
			},
		});
	});

	it('open the Runs dashboard with both runs, and the Questions dashboard with a single one', () => {
		const runs = new URL(links.dashboard ?? '');
		expect(runs.pathname).toBe('/d/spangate-runs/');
		expect(Object.fromEntries(runs.searchParams)).toEqual({
			'var-suite': 'unit',
			'var-baseline': 'run-1',
			'var-candidate': 'run-1',
			from: String(Date.parse('2026-11-22T11:59:00Z')),
			to: String(Date.parse('2026-11-22T12:05:01Z')),
		});
		const suite = { name: 'a b&(c)', digest: `sha256:${'a'.repeat(64)}`, questions: 1 };
		const { dashboard = '' } = runLinks(factsOf([trial()], { suite }).summary(), uis);
		expect(dashboard).not.toMatch(/[() ]/);
		expect(new URL(dashboard).pathname).toBe('/d/spangate-questions/');
		expect(new URL(dashboard).searchParams.get('var-suite')).toBe('a b&(c)');
		expect(new URL(dashboard).searchParams.get('var-run')).toBe('run-1');
	});

	it('span both runs, and end somewhere for one that never ended', () => {
		const baseline = factsOf([trial()], { id: 'old', startedAt: '2026-11-20T12:00:00.000Z' }).summary();
		const { endedAt: _, ...run } = result.candidate.run;
		const { dashboard = '' } = gateLinks(
			{ ...result, baseline, candidate: { ...result.candidate, run } },
			uis,
			true,
		);
		const { searchParams } = new URL(dashboard);
		expect(searchParams.get('from')).toBe(String(Date.parse('2026-11-20T11:59:00Z')));
		expect(searchParams.get('to')).toBe(String(Date.parse('2026-11-22T12:05:01Z')));
	});

	it('are only those of the UIs that are known', () => {
		const only = gateLinks(result, { jaeger: uis.jaeger }, true);
		expect(only.dashboard).toBeUndefined();
		expect(only.questions.every(({ explore }) => explore === undefined)).toBe(true);
		const grafana = gateLinks(result, { grafana: uis.grafana }, true);
		expect(grafana.questions.every(({ jaeger, diff }) => jaeger === undefined && diff === undefined)).toBe(
			true,
		);
		const [shown] = urlsIn(textGateResult(result, bare(80), grafana));
		expect(shown).toBe(grafana.questions[0]?.explore);
	});
});

describe('links in the terminal', () => {
	it.each([80, 120])('stand whole before the verdict, at %d columns', (columns) => {
		const shown = textGateResult(result, bare(columns), links);
		const plain = textGateResult(result, bare(columns));
		const block = shown.slice(shown.indexOf('Look at the traces'), shown.lastIndexOf('\n\n'));
		expect(shown.replace(`${block}\n\n`, '')).toBe(plain);
		expect(urlsIn(block)).toEqual([...links.questions.map(({ diff }) => diff), links.dashboard]);
		for (const line of block.split('\n')) {
			if (!line.includes('http')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
		}
		expect(block.split('\n')).toHaveLength(columns === 120 ? 6 : 9);
	});

	it('are five questions’ at most', () => {
		const many = Array.from({ length: 9 }, (_, index) => ({
			questionId: `q${index}`,
			traceId: 'x',
			jaeger: jaegerTrace(uis.jaeger, 'x'),
		}));
		const block = textGateResult(result, bare(120), { questions: many });
		expect(urlsIn(block)).toHaveLength(5);
	});

	it('are the dashboard alone where nothing was lost, and none where there is none', () => {
		expect(urlsIn(textGateResult(result, bare(80), { ...links, questions: [] }))).toEqual([links.dashboard]);
		expect(textGateResult(result, bare(80), { questions: [] })).toBe(textGateResult(result, bare(80)));
		const passed = factsOf([trial()]).summary();
		const { dashboard } = runLinks(passed, uis);
		expect(urlsIn(textRun(passed, bare(80), runLinks(passed, uis)))).toEqual([dashboard]);
	});

	it('of a single run lead to what did not pass', () => {
		const summary = factsOf([trial({ question: 'q9', scores: { faithfulness: 0 } })]).summary();
		const [shown, dashboard] = urlsIn(textRun(summary, bare(120), runLinks(summary, uis)));
		expect(shown).toBe(`http://localhost:16686/trace/${summary.notPassed[0]?.traceId}`);
		expect(dashboard).toContain('/d/spangate-questions/');
	});

	it('let no control character of an id through', () => {
		const shown = textGateResult(result, bare(80), {
			questions: [{ questionId: 'a\u001b[2Jb\u202e', traceId: 'x', jaeger: 'http://h/trace/x' }],
		});
		expect(shown).toContain('  a [2Jb   http://h/trace/x');
	});
});

describe('links in files', () => {
	it('the summary links traces, pairs and the dashboard', () => {
		const summary = markdownGateResult(result, links);
		expect(summary).toContain(`\n\n[Dashboard](${links.dashboard})\n\n`);
		for (const { traceId, diff, jaeger } of links.questions) {
			expect(summary).toContain(`| [\`${traceId}\`](${jaeger}) |`);
			expect(summary).toContain(`| [side by side](${diff}) |`);
		}
		expect(summary).toContain(`(trace [\`${unsafe}\`](http://localhost:16686/trace/${unsafe}))`);
		const unlinked = summary
			.replace(/\[Dashboard\].*\n\n/, '')
			.replace(/\[(`[0-9a-f]{32}`)\]\([^)]*\)/g, '$1')
			.replace(/ \| \[side by side\]\([^)]*\)/g, '')
			.replace(' | both | why |', ' | why |')
			.replace('| --- | --- | --- | --- | --- | --- |', '| --- | --- | --- | --- | --- |');
		expect(unlinked).toBe(markdownGateResult(result));
	});

	it('the summary of a single run links its traces', () => {
		const summary = factsOf([trial({ question: 'q9', scores: { faithfulness: 0 } })]).summary();
		const [{ traceId } = { traceId: '' }] = summary.notPassed;
		expect(markdownRun(summary, runLinks(summary, uis))).toContain(
			`[\`${traceId}\`](http://localhost:16686/trace/${traceId})`,
		);
	});

	it('the JSON has them last, beside what is made again from records', () => {
		const { links: printed, ...rest } = JSON.parse(jsonGateResult(result, links));
		expect(printed).toEqual(links);
		expect(rest).toEqual(JSON.parse(jsonGateResult(result)));
		expect(JSON.parse(jsonGateResult(result))).not.toHaveProperty('links');
		const summary = result.candidate;
		const own = runLinks(summary, uis);
		expect(JSON.parse(jsonRun(summary, own))).toEqual({ ...JSON.parse(jsonRun(summary)), links: own });
	});
});
