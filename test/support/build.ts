import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm run build`: src/ as JavaScript in a clean dist/, where src/bin.js finds it once published.
const root = fileURLToPath(new URL('../../', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(
	process.execPath,
	[`${root}node_modules/typescript/bin/tsc`, '-p', 'test/support/tsconfig.build.json'],
	{
		cwd: root,
		stdio: 'inherit',
	},
);
