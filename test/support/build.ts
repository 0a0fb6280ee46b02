import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { noticesOf } from './notices.ts';

// `npm run build`: src/ as JavaScript in a clean dist/, where src/bin.js finds it once published. A start reads
// some 80 files with what it needs of the packages in them, where it would look up and read 800 modules.
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Left to node_modules: the API that a user's module shares with us, and what few suites ask for. */
const external =
	/^(@opentelemetry\/api|@secretlint\/secretlint-rule-preset-recommend|libphonenumber-js|openai|undici|validator)(\/|$)/;

rmSync(`${root}dist`, { recursive: true, force: true });
const bundle = await rolldown({ cwd: root, input: 'src/cli.ts', platform: 'node', external });
const { output } = await bundle.write({ dir: `${root}dist`, format: 'esm' });
const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
writeFileSync(`${root}dist/THIRD-PARTY-NOTICES.txt`, noticesOf(modules));
