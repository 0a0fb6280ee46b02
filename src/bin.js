#!/usr/bin/env node
// Plain JavaScript that any Node can read: it only decides whether this Node can run the rest.
import { existsSync } from 'node:fs';
import module from 'node:module';

const needed = [22, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
	process.stderr.write(
		`spangate needs Node ${needed.join('.')} or newer to run TypeScript modules unbuilt; this is ${process.versions.node}\n`,
	);
	process.exitCode = 2;
} else {
	// Stripped types and compiled code are kept between runs: it halves the start.
	module.enableCompileCache?.();
	const source = new URL('./cli.ts', import.meta.url);
	const { runProcess } = await import(
		existsSync(source) ? source.href : new URL('../dist/cli.js', import.meta.url).href
	);
	await runProcess();
}
