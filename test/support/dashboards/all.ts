import { gateDashboard } from './gate.ts';
import type { Json } from './panel.ts';
import { questionsDashboard } from './questions.ts';
import { runsDashboard } from './runs.ts';

/** The folder of the committed dashboards, which Grafana reads. */
export const dashboardsFolder = new URL('../../../grafana/dashboards/', import.meta.url);

/** Every dashboard by its file name. */
export function dashboards(): Record<string, Json> {
	return {
		'gate.json': gateDashboard(),
		'questions.json': questionsDashboard(),
		'runs.json': runsDashboard(),
	};
}
