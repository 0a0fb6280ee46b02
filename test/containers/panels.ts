import { type PanelQuery, panelQueries, variableQueries } from '../stack/panel-queries.ts';
import type { ComparedPair } from './support-pair.ts';

/** Every query of every dashboard, of its panels and its variables, as it is asked when a compared pair is chosen. */
export function queriesFor({ suite, baseline, candidate }: ComparedPair): PanelQuery[] {
	// A scrape and a search may come a while after the numbers were sent.
	const values = { suite, baseline, candidate, run: candidate, scorer: 'faithfulness', __interval: '30s' };
	return [...panelQueries(values), ...variableQueries(values)];
}

/** A query's name in a message. */
export function nameOf({ dashboard, panel, refId, query }: PanelQuery): string {
	return `${dashboard}: ${panel}: ${refId}: ${query}`;
}
