import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/cli.ts';
import { type Json, readJson } from '../support/stored-run.ts';
import type { ComparedPair } from './support-pair.ts';

/** One query of a dashboard's panel, with every variable's value in its place. */
export interface PanelQuery {
	/** Dashboard, panel and query, for a message. */
	readonly name: string;
	readonly source: 'prometheus' | 'tempo' | 'jaeger';
	/** As Grafana's `/api/ds/query` takes it. */
	readonly target: Json;
}

const folder = join(root, 'grafana/dashboards');

/** Every query of every dashboard, as it is asked for a compared pair when the last hour is looked at. */
export function panelQueries({ suite, baseline, candidate }: ComparedPair): PanelQuery[] {
	const values: Readonly<Record<string, string>> = {
		suite,
		baseline,
		candidate,
		run: candidate,
		scorer: 'faithfulness',
		__range: '1h',
		__interval: '30s',
		__rate_interval: '1m',
	};
	return readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.flatMap((file) => {
			const dashboard = readJson(join(folder, file));
			return queriesOf(dashboard.panels).map(({ panel, target }) => ({
				name: `${dashboard.title}: ${panel.title}: ${target.refId}`,
				source: (target.datasource ?? panel.datasource).uid,
				target: substitute(target, values),
			}));
		});
}

function queriesOf(panels: readonly Json[]): { panel: Json; target: Json }[] {
	return panels.flatMap((panel) => [
		...(panel.targets ?? []).map((target: Json) => ({ panel, target })),
		...queriesOf(panel.panels ?? []),
	]);
}

function substitute(target: Json, values: Readonly<Record<string, string>>): Json {
	const filled = JSON.stringify(target).replaceAll(/\$\{?(\w+)(?::\w+)?\}?/g, (text, name) => {
		const value = values[name];
		if (value === undefined) throw new Error(`no value for the variable ${text}`);
		return value;
	});
	return JSON.parse(filled);
}

/** true for what Jaeger counts of the spans that it takes, which is nothing of spangate's own. */
export function isSpanMetric({ target }: PanelQuery): boolean {
	return target.expr?.includes('traces_span_metrics_') === true;
}
