import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { targetKinds } from '../../src/targets/index.ts';
import { echo, sendSpan } from '../fixtures/cli/echo/echo.ts';
import { startOpenAi } from '../support/openai-server.ts';
import { recordedContract } from './recorded.contract.ts';
import { type TargetUnderContract, targetContract } from './target.contract.ts';

/** Those that hand a question over to somebody. */
const kinds: Readonly<Record<string, TargetUnderContract>> = {
	module: { remote: false },
	http: { remote: true },
	command: { remote: true },
	openai: { remote: true, client: 'chat echo', start: startEchoModel },
};

for (const [use, kind] of Object.entries(kinds)) targetContract(use, kind);
recordedContract();

it('every registered target is under the contract', () => {
	expect(Object.keys(targetKinds).toSorted()).toEqual([...Object.keys(kinds), 'recorded'].toSorted());
});

/** The same app behind a chat endpoint: the question's parts come by the suite's templates. */
async function startEchoModel(letGoLog: string) {
	const port = await freePort();
	process.env.LET_GO_LOG = letGoLog;
	process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `http://127.0.0.1:${port}/v1/traces`;
	const server = await startOpenAi(async ({ body, headers, gone }) => {
		const [system, user] = body.messages;
		const [, attributes = '', input = ''] = /^(\{.*?\}) (.*)$/s.exec(user.content) ?? [];
		const asked = {
			id: system.content,
			input,
			...(attributes !== '{}' && { attributes: JSON.parse(attributes) }),
		};
		const { traceparent, baggage } = headers;
		const { output } = await echo(asked, { traceparent, baggage }, gone);
		if (!gone.aborted) await sendSpan(traceparent?.toString());
		return output;
	});
	afterAll(server.close);
	const edit = (yaml: string) => yaml.replace('http://127.0.0.1:1/v1', server.baseUrl);
	return { args: ['--receive', String(port)], edit };
}

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}
