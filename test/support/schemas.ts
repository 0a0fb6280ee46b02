import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas, schemasFolder } from './json-schemas.ts';

// `npm run schemas`: writes src/schemas/ anew; Biome, next in the npm script, gives them their form.
mkdirSync(schemasFolder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
	writeFileSync(new URL(name, schemasFolder), JSON.stringify(schema));
}
