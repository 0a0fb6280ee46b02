/** A data source by its provisioned uid. */
export const prometheus = { type: 'prometheus', uid: 'prometheus' };
export const tempo = { type: 'tempo', uid: 'tempo' };

export type Json = Record<string, unknown>;
export type Box = { w: number; h: number };
export type Panel = Json & { title: string; box: Box; targets: Json[] };

/** A panel's queries by refId, in PromQL, each answered by one row for each set of labels, at the end of the range. */
export function rows(queries: Record<string, string>): Json[] {
	return Object.entries(queries).map(([refId, expr]) => ({
		refId,
		datasource: prometheus,
		expr,
		format: 'table',
		instant: true,
		range: false,
	}));
}

/** One number for each set of labels, at the end of the range. */
export function numbers(expr: string, legend: string): Json[] {
	return [{ refId: 'A', datasource: prometheus, expr, legendFormat: legend, instant: true, range: false }];
}

/** A line for each set of labels over the range. */
export function lines(expr: string, legend: string, extra: Json = {}): Json[] {
	return [
		{ refId: 'A', datasource: prometheus, expr, legendFormat: legend, instant: false, range: true, ...extra },
	];
}

/** A cumulative histogram summed by `le`, as one bar a bucket. */
export function buckets(expr: string): Json[] {
	return [
		{
			refId: 'A',
			datasource: prometheus,
			expr,
			legendFormat: '{{le}}',
			format: 'heatmap',
			instant: true,
			range: false,
		},
	];
}

/** A TraceQL search, one row a span. Grafana shows strings and numbers; a flag that is false or a list of several
 * values is an empty cell. */
export function spans(query: string): Json[] {
	return [
		{
			refId: 'A',
			datasource: tempo,
			queryType: 'traceql',
			query,
			filters: [],
			tableType: 'spans',
			// Each question is a trace; 20 by default.
			limit: 1000,
			spss: 10,
		},
	];
}

type TableOptions = {
	/** The columns, in their order, by the name Grafana gives them: its title. */
	columns: Record<string, string>;
	/** Columns that nobody wants to read. */
	hidden?: string[];
	sortBy?: { column: string; descending?: boolean };
	/** Field configuration of one column, by its title. */
	fields?: Record<string, Json>;
};

/** A table of instant queries, whose rows of the same labels become one row; or of found spans. */
export function table(title: string, box: Box, targets: Json[], options: TableOptions): Panel {
	const { columns, hidden = [], sortBy, fields = {} } = options;
	return {
		title,
		box,
		type: 'table',
		targets,
		transformations: [
			...(targets.length > 1 ? [{ id: 'merge', options: {} }] : []),
			{
				id: 'organize',
				options: {
					excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
					indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
					renameByName: columns,
				},
			},
		],
		options: {
			showHeader: true,
			cellHeight: 'sm',
			...(sortBy && { sortBy: [{ displayName: sortBy.column, desc: sortBy.descending ?? false }] }),
		},
		fieldConfig: {
			defaults: { custom: { align: 'auto', filterable: true } },
			overrides: Object.entries(fields).map(([column, properties]) => ({
				matcher: { id: 'byName', options: column },
				properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
			})),
		},
	};
}

/** Any other built-in panel. */
export function panel(type: string, title: string, box: Box, targets: Json[], rest: Json = {}): Panel {
	return { title, box, type, targets, fieldConfig: { defaults: {}, overrides: [] }, options: {}, ...rest };
}
