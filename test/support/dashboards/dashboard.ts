import { type Json, type Panel, prometheus } from './panel.ts';

export type Row = { title: string; panels: Panel[] };

const width = 24;

/** A variable whose values are those of a label in Prometheus over the dashboard's time range, the last first. */
export function labelVariable(name: string, label: string, values: string, description: string): Json {
	const query = `label_values(${values})`;
	return {
		name,
		label,
		description,
		type: 'query',
		datasource: prometheus,
		definition: query,
		query: { qryType: 1, query, refId: 'values' },
		refresh: 2,
		sort: 2,
		multi: false,
		includeAll: false,
		options: [],
		current: {},
	};
}

/** The suites that have sent metrics. */
export const suiteVariable = labelVariable(
	'suite',
	'Suite',
	'spangate_run_started_seconds, test_suite_name',
	'The suite, by its name',
);

/** A link to another dashboard of spangate that sets its variables, each to one of this dashboard's. */
export function dashboardLink(title: string, uid: string, variables: Record<string, string>): Json {
	const query = Object.entries(variables)
		.map(([theirs, ours]) => `var-${theirs}=\${${ours}:percentencode}`)
		.join('&');
	return {
		title,
		type: 'link',
		icon: 'dashboard',
		url: `/d/${uid}/?${query}`,
		keepTime: true,
		includeVars: false,
		targetBlank: false,
		asDropdown: false,
		tags: [],
		tooltip: '',
	};
}

/** Where a panel that is `w` wide comes to lie, above what columns of these heights leave free. */
function highestPlace(heights: number[], w: number): { x: number; y: number } {
	const places = Array.from({ length: width - w + 1 }, (_, x) => ({
		x,
		y: Math.max(...heights.slice(x, x + w)),
	}));
	return places.reduce((best, place) => (place.y < best.y ? place : best));
}

type Parts = {
	uid: string;
	title: string;
	description: string;
	variables: Json[];
	links: Json[];
	rows: Row[];
};

/** A dashboard as Grafana's file provisioning reads it: panels laid out from the top left, numbered in their order. */
export function dashboard({ uid, title, description, variables, links, rows }: Parts): Json {
	const panels: Json[] = [];
	let top = 0;
	for (const row of rows) {
		panels.push({
			id: panels.length + 1,
			type: 'row',
			title: row.title,
			collapsed: false,
			gridPos: { x: 0, y: top, w: width, h: 1 },
			panels: [],
		});
		top += 1;
		const heights = Array.from({ length: width }, () => top);
		for (const { box, ...panel } of row.panels) {
			const { x, y } = highestPlace(heights, box.w);
			heights.fill(y + box.h, x, x + box.w);
			const [target] = panel.targets;
			panels.push({
				id: panels.length + 1,
				...panel,
				datasource: target?.datasource,
				gridPos: { x, y, ...box },
			});
		}
		top = Math.max(...heights);
	}
	return {
		uid,
		title,
		description,
		tags: ['spangate'],
		schemaVersion: 41,
		version: 1,
		editable: false,
		graphTooltip: 1,
		time: { from: 'now-24h', to: 'now' },
		refresh: '10s',
		timepicker: { refresh_intervals: ['2s', '10s', '1m', '5m'] },
		templating: { list: variables },
		links,
		annotations: { list: [] },
		panels,
	};
}
