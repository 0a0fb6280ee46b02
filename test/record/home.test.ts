import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpangateError } from '../../src/errors.ts';
import type { Run } from '../../src/model/run.ts';
import { assertTag, Home } from '../../src/record/home.ts';
import { run, tempFolder, write } from '../support/records.ts';

function homeWith(...runs: Partial<Run>[]): Home {
	const files = runs.map((parts) => [`runs/${run(parts).id}/run.json`, JSON.stringify(run(parts))]);
	return new Home(write(tempFolder(), Object.fromEntries(files)));
}

/** A run that never ended. */
function unended(startedAt: string) {
	return { ...run({ id: 'unfinished', startedAt }), endedAt: undefined };
}

function refusal(work: () => unknown): SpangateError {
	try {
		work();
	} catch (error) {
		if (error instanceof SpangateError) return error;
		throw error;
	}
	throw new Error('nothing was refused');
}

describe('Home.resolve', () => {
	it('takes @id, a bare id, @tag and a bare tag', () => {
		const home = homeWith({ id: 'one' }, { id: 'two' });
		home.tag('baseline', 'one');
		for (const reference of ['@one', 'one', '@baseline', 'baseline'])
			expect(home.resolve(reference).id).toBe('one');
		home.tag('baseline', 'two');
		expect(home.resolve('@baseline').id).toBe('two');
	});

	it('takes @latest as the run that ended last, not the one that started or sorts last', () => {
		const home = homeWith(
			{ id: 'zz-early', startedAt: '2026-11-22T12:00:00.000Z', endedAt: '2026-11-22T12:00:05.000Z' },
			{ id: 'aa-late', startedAt: '2026-11-22T11:00:00.000Z', endedAt: '2026-11-22T12:00:09.000Z' },
		);
		write(home.folder, {
			'runs/unfinished/run.json': JSON.stringify(unended('2026-11-22T10:59:59.999Z')),
		});
		expect(home.resolve('@latest').id).toBe('aa-late');
	});

	it.each([
		['with it', '2026-11-22T11:00:00.000Z'],
		['after it', '2026-11-22T11:00:00.001Z'],
		['after its end', '2026-11-22T13:00:00.000Z'],
	])(
		'refuses @latest when a run that started %s never ended, and names the last that did',
		(_, startedAt) => {
			const home = homeWith(
				{ id: 'early', startedAt: '2026-11-22T10:00:00.000Z', endedAt: '2026-11-22T10:00:05.000Z' },
				{ id: 'done', startedAt: '2026-11-22T11:00:00.000Z', endedAt: '2026-11-22T12:00:09.000Z' },
			);
			write(home.folder, { 'runs/unfinished/run.json': JSON.stringify(unended(startedAt)) });
			const error = refusal(() => home.resolve('@latest'));
			expect(error).toMatchObject({ code: 'unmeasured', exitCode: 4 });
			expect(error.message).toContain('run @unfinished never ended');
			expect(error.hint).toContain('@done');
			for (const name of ['done', 'unfinished']) expect(home.resolve(`@${name}`).id).toBe(name);
		},
	);

	it.each<[string, Record<string, string>]>([
		['is torn', { 'runs/odd/run.json': '{' }],
		['has no run.json', { 'runs/odd/trials.jsonl': '' }],
		['is of a later version', { 'runs/odd/run.json': JSON.stringify({ ...run(), schemaVersion: 9 }) }],
	])('refuses @latest when a run %s, and names the last that ended', (_, files) => {
		const home = homeWith({ id: 'done' });
		expect(home.resolve('@latest').id).toBe('done');
		write(home.folder, files);
		const error = refusal(() => home.resolve('@latest'));
		expect(error).toMatchObject({ code: 'unmeasured', exitCode: 4 });
		expect(error.message).toContain(join('runs', 'odd'));
		expect(error.hint).toContain('@done');
		expect(home.resolve('@done').id).toBe('done');
	});

	it.each([
		['cand', 'base'],
		['a', 'b'],
		['b', 'a'],
	])('takes @latest as the candidate %s after a pair with %s', (candidate, baseline) => {
		const home = homeWith(
			{ id: baseline, role: 'baseline', partner: candidate },
			{ id: candidate, role: 'candidate', partner: baseline },
		);
		expect(home.resolve('@latest').id).toBe(candidate);
		expect(home.resolve('latest').id).toBe(candidate);
	});

	it('says what is known when nothing has the name', () => {
		const home = homeWith({ id: 'one' });
		home.tag('baseline', 'one');
		const error = refusal(() => home.resolve('@two'));
		expect(error).toMatchObject({ code: 'config', exitCode: 2 });
		expect(error.message).toBe(`no stored run "@two" in ${home.folder}`);
		expect(error.hint).toContain('@latest');
		expect(error.hint).toContain('@baseline');
		expect(refusal(() => homeWith().resolve('@latest')).hint).toContain('spangate compare');
	});

	it.each(['', '@', '@@one', '@.', '@..', '@../runs/one', '@one/', '@./one', '@runs/one', 'one\\..\\one'])(
		'refuses %j, which is no name',
		(reference) => {
			const home = homeWith({ id: 'one' });
			expect(refusal(() => home.resolve(reference)).message).toContain(`no stored run "${reference}"`);
		},
	);

	it('says that a tag’s run is gone instead of taking another', () => {
		const home = homeWith({ id: 'one' });
		home.tag('baseline', 'deleted');
		expect(refusal(() => home.resolve('@baseline'))).toMatchObject({ code: 'unmeasured' });
	});
});

describe('Home.runs', () => {
	it('lists what can be read, oldest first, and reports what cannot, with the reason', () => {
		const home = homeWith(
			{ id: 'a-second', startedAt: '2026-11-22T12:00:00.000Z' },
			{ id: 'z-first', startedAt: '2026-11-22T11:00:00.000Z' },
		);
		mkdirSync(join(home.folder, 'runs', 'empty'));
		write(home.folder, {
			'runs/torn/run.json': '{',
			'runs/later/run.json': JSON.stringify({ ...run(), schemaVersion: 9 }),
			'runs/stray-file': 'x',
		});
		const { runs, unreadable } = home.runs();
		expect(runs.map(({ id }) => id)).toEqual(['z-first', 'a-second']);
		// A file among the runs' folders (.DS_Store, say) is no run.
		expect(unreadable).toHaveLength(3);
		for (const name of ['empty', 'torn', 'later']) {
			expect(unreadable.filter((reason) => reason.includes(join('runs', name)))).toHaveLength(1);
		}
		expect(refusal(() => home.resolve('@latest')).hint).toContain('@a-second');
	});

	it('of a home that is not there yet is empty', () => {
		const home = new Home(join(tempFolder(), 'none'));
		expect(home.runs()).toEqual({ runs: [], unreadable: [] });
		expect(home.tags()).toEqual(new Map());
	});
});

describe('tags', () => {
	it.each([
		'latest',
		'',
		'.',
		'..',
		'../x',
		'a/b',
		'a\\b',
		'@x',
		' x',
		'x y',
		'-x',
		'.hidden',
		'x\n',
		'/etc/passwd',
	])('%j is refused and nothing is written', (name) => {
		const home = homeWith({ id: 'one' });
		expect(refusal(() => home.tag(name, 'one'))).toMatchObject({ code: 'usage', exitCode: 2 });
		expect(readdirSync(home.folder)).toEqual(['runs']);
	});

	it('of letters, digits, "_", "-" and "." are files that hold the run’s id', () => {
		const home = homeWith({ id: 'one' });
		for (const name of ['v1.2', 'büro_3', '7', 'a-b']) home.tag(name, 'one');
		expect([...home.tags().keys()].sort()).toEqual(['7', 'a-b', 'büro_3', 'v1.2'].sort());
		expect(readFileSync(join(home.folder, 'tags', 'v1.2'), 'utf8')).toBe('one\n');
	});

	it('are written by a draft that is gone then and takes no other tag’s place', () => {
		const home = homeWith({ id: 'one' }, { id: 'two' });
		home.tag('v1.tmp', 'two');
		home.tag('v1', 'one');
		expect(readdirSync(join(home.folder, 'tags')).sort()).toEqual(['v1', 'v1.tmp']);
		expect(home.tags()).toEqual(
			new Map([
				['v1', 'one'],
				['v1.tmp', 'two'],
			]),
		);
	});

	it('are none of the files that a tag cannot be named as, such as a draft that a kill left', () => {
		const home = homeWith({ id: 'one' });
		home.tag('baseline', 'one');
		const stray = ['.baseline.123', '.DS_Store', 'old copy', '-x'];
		write(join(home.folder, 'tags'), Object.fromEntries(stray.map((name) => [name, 'one\n'])));
		expect(home.tags()).toEqual(new Map([['baseline', 'one']]));
		for (const name of stray) {
			const { message, hint } = refusal(() => home.resolve(`@${name}`));
			expect(message).toContain(`no stored run "@${name}"`);
			expect(hint).not.toContain(`@${name}`);
		}
	});

	it('that are taken never hold a separator or stand for a parent folder', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'ab1.-_/\\@ \n') }), (name) => {
				try {
					assertTag(name);
				} catch {
					return;
				}
				expect(name).toMatch(/^[ab1][ab1._-]*$/);
			}),
		);
	});
});
