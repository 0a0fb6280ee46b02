import { readdirSync, readFileSync } from 'node:fs';
import { dashboardsFolder } from '../support/dashboards/all.ts';

type Target = {
	refId: string;
	datasource: { uid: string };
	expr?: string;
	query?: string;
	instant?: boolean;
};
export type StoredPanel = {
	id: number;
	type: string;
	title: string;
	datasource?: { uid: string };
	gridPos: { x: number; y: number; w: number; h: number };
	targets?: Target[];
};
type Variable = { name: string; datasource: { uid: string }; definition: string };
export type StoredDashboard = {
	uid: string;
	title: string;
	panels: StoredPanel[];
	templating: { list: Variable[] };
	links: { url: string }[];
};

/** A query of a panel or variable, as it is after Grafana put the variables' values in. */
export type PanelQuery = {
	dashboard: string;
	panel: string;
	refId: string;
	/** The uid of the data source: `prometheus` or `tempo`. */
	datasource: string;
	/** PromQL or TraceQL. */
	query: string;
	/** Asked at one time; else over a range. */
	instant: boolean;
};

/** The committed dashboards, as Grafana reads them. */
export function storedDashboards(): StoredDashboard[] {
	return readdirSync(dashboardsFolder)
		.filter((name) => name.endsWith('.json'))
		.map((name) => JSON.parse(readFileSync(new URL(name, dashboardsFolder), 'utf8')));
}

/** A query with every `$name` and `${name}` replaced; a name without a value is an error. */
function filled(query: string, values: Record<string, string>): string {
	return query.replaceAll(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (text, braced, bare) => {
		const value = values[braced ?? bare];
		if (value === undefined) {
			throw new Error(`${text} has no value, in: ${query}`);
		}
		return value;
	});
}

/** Every query of every panel with these values of the dashboards' variables (`suite`, `baseline`, `candidate`,
 * `run`, `scorer`); `$__range` and `$__interval` by default are an hour and 15 seconds. */
export function panelQueries(values: Record<string, string>): PanelQuery[] {
	const all = { __range: '1h', __interval: '15s', ...values };
	return storedDashboards().flatMap(({ uid, panels }) =>
		panels.flatMap(({ title, targets = [] }) =>
			targets.map(({ refId, datasource, expr, query, instant }) => ({
				dashboard: uid,
				panel: title,
				refId,
				datasource: datasource.uid,
				query: filled(expr ?? query ?? '', all),
				instant: instant ?? false,
			})),
		),
	);
}

/** The series selector of every variable, from `label_values(selector, label)`. */
export function variableQueries(values: Record<string, string>): PanelQuery[] {
	return storedDashboards().flatMap(({ uid, templating }) =>
		templating.list.map(({ name, datasource, definition }) => ({
			dashboard: uid,
			panel: `$${name}`,
			refId: 'values',
			datasource: datasource.uid,
			query: filled(definition.replace(/^label_values\((.*), \w+\)$/, '$1'), values),
			instant: true,
		})),
	);
}
