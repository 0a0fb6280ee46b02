import { expect, test } from 'vitest';
import type { PanelQuery } from '../stack/panel-queries.ts';
import { eventually } from '../support/cli.ts';
import type { Json } from '../support/stored-run.ts';
import { nameOf, queriesFor } from './panels.ts';
import type { Sent } from './trace-tests.ts';

/** What must hold of a Grafana over a compared pair; `present` tells the panels whose data source has something to give. */
export function grafanaTests(
	sent: () => Sent,
	url: () => string,
	present: (query: PanelQuery) => boolean,
): void {
	test.each(['spangate-runs', 'spangate-questions', 'spangate-gate'])('has the dashboard %s', async (uid) => {
		const { dashboard } = await json(`${url()}/api/dashboards/uid/${uid}`);
		expect(dashboard).toMatchObject({ uid });
		expect(dashboard.panels.length).toBeGreaterThan(0);
	});

	test('gives data for the query of every panel', async () => {
		let missing = queriesFor(sent().pair).filter(present);
		expect(missing.length).toBeGreaterThan(0);
		// Numbers are scraped, and traces are searched, a while after they came.
		const end = Date.now() + 60_000;
		await eventually(async () => {
			const left: PanelQuery[] = [];
			for (const query of missing) if (!(await hasData(url(), query))) left.push(query);
			missing = left;
			return missing.length === 0 || Date.now() > end;
		});
		expect(missing.map(nameOf)).toEqual([]);
	});
}

/** How the panels ask for a table of spans; a metrics query does not mind. */
const spans = { tableType: 'spans', limit: 1_000, spss: 10 };

async function hasData(url: string, each: PanelQuery): Promise<boolean> {
	const [from, to] = [Date.now() - 3_600_000, Date.now()];
	const { datasource: uid, query, instant } = each;
	const target =
		uid === 'tempo'
			? { query, queryType: 'traceql', metricsQueryType: instant ? 'instant' : 'range', ...spans }
			: { expr: query, instant, range: !instant };
	const asked = { ...target, refId: 'A', datasource: { uid }, intervalMs: 30_000, maxDataPoints: 120 };
	const { results } = await json(`${url}/api/ds/query`, {
		from: String(from),
		to: String(to),
		queries: [asked],
	});
	const { frames, error } = results.A;
	if (error !== undefined) throw new Error(`${nameOf(each)}: ${error}`);
	return frames.some(({ data }: Json) => data.values.some((column: unknown[]) => column.length > 0));
}

async function json(url: string, body?: Json): Promise<Json> {
	const post = body && {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	};
	const response = await fetch(url, post);
	const text = await response.text();
	if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
	return JSON.parse(text);
}
