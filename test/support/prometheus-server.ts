import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { eventually } from './cli.ts';

/** Where Debian's package `prometheus` puts it. */
const program = '/usr/bin/prometheus';

/** true where a real Prometheus is installed. */
export const prometheusInstalled = existsSync(program);

/** A real Prometheus that scrapes, twice a second, what the test exposes; it goes with the file's tests. */
export interface RealPrometheus {
	readonly url: string;
	/** Replaces what is scraped from now on; nothing ends the scrapes' success. */
	expose(text: string | undefined): void;
	/** The number that a query gives now, or undefined. */
	number(query: string): Promise<number | undefined>;
	stop(): Promise<void>;
}

export async function startRealPrometheus(exposed: string): Promise<RealPrometheus> {
	let text: string | undefined = exposed;
	const app = createServer((_request, response) => {
		response.writeHead(text === undefined ? 503 : 200, { 'content-type': 'text/plain; version=0.0.4' });
		response.end(text);
	});
	await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
	const folder = mkdtempSync(join(tmpdir(), 'spangate-prometheus-'));
	const config = {
		global: { scrape_interval: '500ms', scrape_timeout: '400ms' },
		scrape_configs: [
			{
				job_name: 'app',
				static_configs: [{ targets: [`127.0.0.1:${(app.address() as AddressInfo).port}`] }],
			},
		],
	};
	// JSON is YAML.
	writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
	const address = `127.0.0.1:${await freePort()}`;
	const child = spawn(
		program,
		[
			`--config.file=${join(folder, 'prometheus.yml')}`,
			`--storage.tsdb.path=${join(folder, 'data')}`,
			`--web.listen-address=${address}`,
		],
		{ stdio: 'ignore' },
	);
	const url = `http://${address}`;
	const ended = new Promise<void>((resolve) => {
		child.once('close', () => resolve());
		child.once('error', () => resolve());
	});
	const stop = async () => {
		child.kill('SIGTERM');
		await ended;
	};
	afterAll(async () => {
		await stop();
		app.closeAllConnections();
		app.close();
		rmSync(folder, { recursive: true, force: true });
	});
	await eventually(() => isReady(url, child));
	return {
		url,
		expose(replacement) {
			text = replacement;
		},
		async number(query) {
			const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
			const { data } = (await answer.json()) as { data?: { result: { value: [number, string] }[] } };
			const value = data?.result[0]?.value[1];
			return value === undefined ? undefined : Number(value);
		},
		stop,
	};
}

async function isReady(url: string, child: ChildProcess): Promise<boolean> {
	if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`);
	return fetch(`${url}/-/ready`).then(
		({ ok }) => ok,
		() => false,
	);
}

/** A port that was free a moment ago: Prometheus cannot say which one it took. */
async function freePort(): Promise<number> {
	const socket = createSocket();
	await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
	const { port } = socket.address() as AddressInfo;
	await new Promise((resolve) => socket.close(resolve));
	return port;
}
