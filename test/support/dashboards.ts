import { mkdirSync, writeFileSync } from 'node:fs';
import { dashboards, dashboardsFolder } from './dashboards/all.ts';

// `npm run dashboards`: writes grafana/dashboards/ anew; Biome, next in the npm script, gives them their form.
mkdirSync(dashboardsFolder, { recursive: true });
for (const [name, dashboard] of Object.entries(dashboards())) {
	writeFileSync(new URL(name, dashboardsFolder), JSON.stringify(dashboard));
}
