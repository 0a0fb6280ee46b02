import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finished, fixture, type RunningCommand, Workspace } from './cli.ts';
import { type Json, readJson, readLines } from './stored-run.ts';
import { runFolders } from './whole-record.ts';

/** The suite whose target `waiting` answers only when it is released. */
export const paces = fixture('paces');

/** A command that measures the target `waiting`, in the middle of its questions. */
export interface Waiting {
	readonly workspace: Workspace;
	readonly command: RunningCommand;
	/** What lets the target answer, for this command and those that follow it. */
	readonly env: Readonly<Record<string, string>>;
	/** The ids of the questions that the target was asked, by all commands, in their order. */
	asked(): string[];
	/** Lets the target answer; with a number, the questions up to that one alone. */
	release(last?: number): void;
}

/** Starts a command that measures `waiting`, once some questions of it are under way. */
export async function startWaiting(
	args: readonly string[],
	workspace = new Workspace(),
	env: Readonly<Record<string, string>> = {},
): Promise<Waiting> {
	const log = workspace.path('asked');
	const release = workspace.path('release');
	const all = { PACES_LOG: log, PACES_RELEASE: release, ...env };
	const command = workspace.start([...args, '-j', '4'], { env: all });
	const asked = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []);
	await command.until(() => asked().length >= 2);
	return { workspace, command, env: all, asked, release: (last) => move(last, release) };
}

/** Whole from the first look at it. */
function move(last: number | undefined, file: string): void {
	writeFileSync(`${file}.tmp`, String(last ?? ''));
	renameSync(`${file}.tmp`, file);
}

/** Kills a waiting command, and lets the target answer from then on. */
export async function killWaiting({ command, release }: Waiting): Promise<void> {
	command.signal('SIGKILL');
	await command.finished;
	release();
}

/** The folder of the home's only run whose target has this name. */
export function folderOf(workspace: Workspace, target: string): string {
	const folders = runFolders(workspace.home).map((id) => join(workspace.home, 'runs', id));
	const found = folders.filter((folder) => readJson(join(folder, 'run.json')).target.name === target);
	const [folder] = found;
	if (folder === undefined || found.length > 1) throw new Error(`${found.length} runs of ${target}`);
	return folder;
}

/** Changes a run.json by hand. */
export function editRun(folder: string, edit: (run: Json) => void): void {
	const file = join(folder, 'run.json');
	const run = readJson(file);
	edit(run);
	writeFileSync(file, JSON.stringify(run));
}

/** Makes an ended run's record what a kill leaves that comes when its spans are written and its end is not. */
export function takeBackEnd(folder: string): void {
	editRun(folder, (run) => {
		delete run.endedAt;
		delete run.loopDelay;
		run.completed = 0;
		run.target.models = [];
	});
	rmSync(join(folder, 'export.json'));
}

/** Puts a run's folder back to what it was when it was copied. */
export function restore(copy: string, folder: string): void {
	rmSync(folder, { recursive: true, force: true });
	cpSync(copy, folder, { recursive: true });
}

/** The command that a message says goes on with the run, without its program. */
export function resumeCommand({ stderr }: Pick<Finished, 'stderr'>): string[] {
	return (/go on with: spangate (.*)/.exec(stderr)?.[1] ?? 'none was told').split(' ');
}

/** How many trials a run has on disk. */
export function trialsIn(folder: string): number {
	return readLines(join(folder, 'trials.jsonl')).length;
}
