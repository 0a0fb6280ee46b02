import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { blockOf, withBlock, writeBlock } from '../support/marked-block.ts';

const page = 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n';

/** A page on disk, removed with the test. */
function onDisk(text: string): URL {
	const folder = mkdtempSync(join(tmpdir(), 'spangate-page-'));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	writeFileSync(join(folder, 'README.md'), text);
	return pathToFileURL(join(folder, 'README.md'));
}

describe('the marked block', () => {
	it('is what stands between its markers', () => {
		expect(blockOf(page, 'bench')).toBe('old');
	});

	it('is replaced between its markers and nothing else', () => {
		expect(withBlock(page, 'bench', 'new')).toBe('before\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\nafter\n');
	});

	it('is written into the page on disk', () => {
		const file = onDisk(page);
		writeBlock(file, 'bench', 'new');
		expect(readFileSync(file, 'utf8')).toBe(withBlock(page, 'bench', 'new'));
	});

	it.each([
		'no marker',
		'<!-- bench -->',
		'<!-- /bench --> <!-- bench -->',
		'<!-- bench --> <!-- /bench --> <!-- bench --> <!-- /bench -->',
	])('is an error in: %s', (text) => {
		expect(() => withBlock(text, 'bench', 'new')).toThrow('<!-- bench -->');
		expect(() => blockOf(text, 'bench')).toThrow('<!-- bench -->');
		const file = onDisk(text);
		expect(() => writeBlock(file, 'bench', 'new')).toThrow('README.md: expected one <!-- bench -->');
		expect(readFileSync(file, 'utf8')).toBe(text);
	});
});
