import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package that a module's file belongs to. */
const packageFolder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const licenceFile = /^(licen[cs]e|notice|copying)/i;

/** The licence texts of every package that these modules are files of, each text once, below those that it covers. */
export function noticesOf(modules: readonly string[]): string {
	const folders = new Set(
		modules.flatMap((file) => packageFolder.exec(file.replaceAll('\\', '/'))?.[0] ?? []),
	);
	const packages = [...folders].map((folder) => ({ name: titleOf(folder), texts: textsOf(folder) }));
	const notices = [...Map.groupBy(packages, ({ texts }) => texts)].map(([texts, covered]) => {
		const names = new Set(covered.map(({ name }) => name).sort());
		return `${'='.repeat(80)}\n${[...names].join('\n')}\n\n${texts}\n`;
	});
	return `The files beside this one hold code of these packages.\n\n${notices.sort().join('\n')}`;
}

function titleOf(folder: string): string {
	const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	return `${name} ${version} (${license})`;
}

function textsOf(folder: string): string {
	const texts = licenceFiles(folder).map((file) => readFileSync(file, 'utf8').trim());
	if (texts.length === 0) throw new Error(`${folder} holds no licence text, so it cannot be bundled`);
	return texts.join('\n\n');
}

/** Some packages keep the licences of what they hold themselves in a folder. */
function licenceFiles(folder: string): string[] {
	return readdirSync(folder)
		.filter((name) => licenceFile.test(name))
		.map((name) => join(folder, name))
		.flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]))
		.sort();
}

function filesUnder(folder: string): string[] {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
