import { describe, expect, test } from 'vitest';
import { type AppOptions, startApp } from '../../src/targets/http/app-process.ts';
import { eventually, fixture, Workspace } from '../support/cli.ts';

const workspace = new Workspace();

function start(source: string, options: Partial<AppOptions> = {}) {
	const script = workspace.write(`app-${crypto.randomUUID()}.js`, source);
	return startApp({
		name: 'app',
		folder: workspace.folder,
		command: [process.execPath, script],
		env: {},
		readyPath: '/',
		readyTimeoutMs: 20_000,
		signal: new AbortController().signal,
		...options,
	});
}

const listen = (body: string) =>
	`require('node:http').createServer((request, response) => { ${body} }).listen(process.env.PORT, '127.0.0.1');`;

/** Polls until nothing answers at the port any more. */
function gone(port: number): Promise<void> {
	return eventually(() =>
		fetch(`http://127.0.0.1:${port}`).then(
			() => false,
			() => true,
		),
	);
}

describe('an app that spangate starts', { timeout: 30_000, concurrent: true }, () => {
	test('listens on a free port, in its folder, with the environment of the suite', async () => {
		const app = await start(listen("response.end(process.cwd() + '|' + process.env.COLOUR)"), {
			env: { COLOUR: 'blue' },
			folder: fixture('capitals'),
		});
		const answer = await fetch(`http://127.0.0.1:${app.port}`);
		expect(await answer.text()).toBe(`${fixture('capitals')}|blue`);
		await app.stop();
		await gone(app.port);
	});

	test('is waited for until its readiness path answers 2xx', async () => {
		const app = await start(
			`let asked = 0; ${listen("response.statusCode = request.url === '/ready' && ++asked > 3 ? 200 : 503; response.end(String(asked))")}`,
			{ readyPath: '/ready' },
		);
		const answer = await fetch(`http://127.0.0.1:${app.port}`);
		expect(await answer.text()).toBe('4');
		await app.stop();
	});

	test('that ends by itself is told with its code and its last words', async () => {
		const ended = start('console.error("no database"); process.exitCode = 3;');
		await expect(ended).rejects.toMatchObject({
			code: 'unmeasured',
			message: expect.stringMatching(/it exited with code 3; it printed:\nno database$/),
		});
	});

	test('whose program does not exist is told', async () => {
		await expect(start('', { command: ['no-such-program'] })).rejects.toThrow(/no-such-program ENOENT/);
	});

	test('that is never ready is stopped and told with what it last answered', async () => {
		const ended = start(listen('response.statusCode = 500; response.end()'), { readyTimeoutMs: 1_500 });
		await expect(ended).rejects.toThrow(/did not answer 2xx within 1500 ms \(last: HTTP 500\)/);
	});

	test('is not waited for after an interrupt', async () => {
		const interrupt = new AbortController();
		const ended = start('setInterval(() => {}, 1000);', { signal: interrupt.signal });
		interrupt.abort();
		await expect(ended).rejects.toMatchObject({ code: 'interrupted' });
	});

	test('is stopped with the shell that it was started by', async () => {
		const script = workspace.write('behind.js', listen('response.end()'));
		const command = ['sh', '-c', `"${process.execPath}" "${script}" & wait`];
		const app = await start('', { command });
		await app.stop();
		await gone(app.port);
	});

	test('is stopped though the shell that it was started by ended first', async () => {
		const script = workspace.write('left.js', `process.on('SIGTERM', () => {}); ${listen('response.end()')}`);
		const command = ['sh', '-c', `"${process.execPath}" "${script}" & wait`];
		const app = await start('', { command });
		await app.stop();
		await gone(app.port);
	});

	test('is stopped even if it does not want to be', async () => {
		const stubborn = `process.on('SIGTERM', () => {}); ${listen('response.end()')}`;
		const app = await start(stubborn);
		await app.stop();
		await gone(app.port);
	});
});
