import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboards, dashboardsFolder } from '../support/dashboards/all.ts';
import { panelQueries, type StoredDashboard, storedDashboards, variableQueries } from './panel-queries.ts';

const { datasources } = parse(
	readFileSync(new URL('../../grafana/provisioning/datasources/stack.yaml', import.meta.url), 'utf8'),
);
const uids: string[] = datasources.map(({ uid }: { uid: string }) => uid);
const stored = storedDashboards().map((dashboard) => [dashboard.uid, dashboard] as const);
const builtIn = ['row', 'table', 'stat', 'bargauge', 'timeseries', 'state-timeline'];
const values = { suite: 'support', baseline: 'a', candidate: 'b', run: 'b', scorer: 'faithfulness' };

describe('the dashboards', () => {
	it('are what the script draws today (else: npm run dashboards)', () => {
		const drawn = dashboards();
		expect(readdirSync(dashboardsFolder).toSorted()).toEqual(Object.keys(drawn).toSorted());
		for (const [name, dashboard] of Object.entries(drawn)) {
			const committed = JSON.parse(readFileSync(new URL(name, dashboardsFolder), 'utf8'));
			expect(committed, name).toEqual(JSON.parse(JSON.stringify(dashboard)));
		}
	});

	it('have the uids and the variables that links set', () => {
		const variables = Object.fromEntries(
			stored.map(([uid, { templating }]) => [uid, templating.list.map(({ name }) => name)]),
		);
		expect(variables).toEqual({
			'spangate-gate': ['suite', 'run'],
			'spangate-questions': ['suite', 'run', 'scorer'],
			'spangate-runs': ['suite', 'baseline', 'candidate'],
		});
	});

	it('link to one another, by variables that the other has', () => {
		const known = new Map(
			stored.map(([uid, { templating }]) => [uid, templating.list.map(({ name }) => name)]),
		);
		const links = stored.flatMap(([, dashboard]) => [
			...JSON.stringify(dashboard).matchAll(/"url":"\/d\/([\w-]+)\/\?([^"]*)"/g),
		]);
		expect(links.length).toBeGreaterThan(6);
		for (const [, uid = '', query = ''] of links) {
			expect([...known.keys()]).toContain(uid);
			for (const [, name] of query.matchAll(/var-(\w+)=/g)) {
				expect(known.get(uid)).toContain(name);
			}
		}
	});
});

describe.each(stored)('%s', (_, { panels, templating }: StoredDashboard) => {
	it('numbers its panels uniquely and overlaps none', () => {
		expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
		const taken = new Set<string>();
		for (const { title, gridPos } of panels) {
			expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
			for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
				for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
					expect(taken.has(`${x} ${y}`), title).toBe(false);
					taken.add(`${x} ${y}`);
				}
			}
		}
	});

	it('has a query and an existing data source in every panel, of a built-in kind', () => {
		for (const { type, title, datasource, targets = [] } of panels) {
			expect(builtIn, title).toContain(type);
			if (type === 'row') {
				continue;
			}
			expect(uids, title).toContain(datasource?.uid);
			expect(targets, title).not.toEqual([]);
			expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
			for (const target of targets) {
				expect(uids, title).toContain(target.datasource.uid);
				expect(target.expr ?? target.query, title).toMatch(/\S/);
			}
		}
	});

	it('asks for values from an existing data source', () => {
		for (const { datasource } of templating.list) {
			expect(uids).toContain(datasource.uid);
		}
	});
});

describe('the queries', () => {
	it('use no variable that their dashboard does not have', () => {
		for (const [uid, { panels, templating }] of stored) {
			const own = new Set(['__range', '__interval', ...templating.list.map(({ name }) => name)]);
			for (const { title, targets = [] } of panels) {
				for (const { expr, query } of targets) {
					for (const [, name = ''] of (expr ?? query ?? '').matchAll(/\$\{?(\w+)/g)) {
						expect(own.has(name), `${uid}, ${title}: $${name}`).toBe(true);
					}
				}
			}
		}
	});

	it('see a run that is over: every series is asked for its last value', () => {
		for (const { datasource, panel, query } of panelQueries(values)) {
			if (datasource === 'prometheus') {
				const series = query.match(/\b(spangate|gen_ai|traces)_\w+\{/g) ?? [];
				const last = query.match(/last_over_time\(/g) ?? [];
				expect(series.length, panel).toBeGreaterThan(0);
				expect(last.length, panel).toBe(series.length);
				expect(query, panel).not.toMatch(/\b(rate|increase|irate)\(/);
			}
		}
	});

	it('are about one suite or one run, so that no other suite mixes in', () => {
		for (const { datasource, panel, query } of panelQueries(values)) {
			if (datasource === 'prometheus') {
				const selectors = query.match(/\w\{[^}]*\}/g) ?? [];
				for (const selector of selectors) {
					expect(selector, panel).toContain('test_suite_name="support"');
				}
			} else {
				expect(query, panel).toContain('span.spangate.run.id = "b"');
			}
		}
	});

	it('compare no score with a number, since TraceQL does not find a score of exactly 1', () => {
		for (const { datasource, query } of panelQueries(values)) {
			if (datasource === 'tempo') {
				expect(query).not.toMatch(/score[^,}|]*[<>=]/);
			}
		}
	});

	it('let a variable offer runs of the chosen suite alone', () => {
		for (const { panel, query } of variableQueries(values)) {
			if (panel !== '$suite') {
				expect(query).toContain('test_suite_name="support"');
			}
		}
	});
});
