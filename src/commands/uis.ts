import { SpangateError } from '../errors.ts';
import type { Links, Uis } from '../model/links.ts';
import type { Delivery, Run } from '../model/run.ts';
import type { GateResult, RunSummary } from '../model/verdict.ts';
import { readDelivery } from '../record/delivery.ts';
import type { Home } from '../record/home.ts';
import { gateLinks, runLinks } from '../reports/links.ts';
import type { Io } from './io.ts';

/** Where docker-compose.yml has the UIs of what takes OTLP on this port of loopback. */
const stack = {
	otlpPort: '4318',
	jaeger: 'http://localhost:16686',
	grafana: 'http://localhost:3000',
} as const;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Refuses UIs that the environment names and no link can be made with, before anything runs. */
export function assertUis(env: Io['env']): void {
	for (const name of ['SPANGATE_JAEGER', 'SPANGATE_GRAFANA']) uiFrom(env, name);
}

/**
 * The deep links of a comparison, when its candidate's spans are somewhere: with the UIs that SPANGATE_JAEGER and
 * SPANGATE_GRAFANA name, by default those of the stack when they went there.
 */
export function linksOfGate(result: GateResult, home: Home, env: Io['env']): Links | undefined {
	const { baseline, candidate } = result;
	const sent = sentOf(candidate.run, home);
	const uis = uisOf(sent, env);
	if (uis === undefined) return undefined;
	const before = 'missing' in baseline ? undefined : sentOf(baseline.run, home);
	return gateLinks(result, uis, before?.endpoint === sent?.endpoint);
}

/** The deep links of a single run, likewise. */
export function linksOfRun(summary: RunSummary, home: Home, env: Io['env']): Links | undefined {
	const uis = uisOf(sentOf(summary.run, home), env);
	return uis && runLinks(summary, uis);
}

function uisOf(sent: Delivery | undefined, env: Io['env']): Uis | undefined {
	if (sent?.endpoint === undefined) return undefined;
	const { hostname, port } = new URL(sent.endpoint);
	const isStack = loopback.has(hostname) && port === stack.otlpPort;
	const jaeger = uiFrom(env, 'SPANGATE_JAEGER') ?? (isStack ? stack.jaeger : undefined);
	const grafana = uiFrom(env, 'SPANGATE_GRAFANA') ?? (isStack ? stack.grafana : undefined);
	if (jaeger === undefined && grafana === undefined) return undefined;
	return { ...(jaeger && { jaeger }), ...(grafana && { grafana }) };
}

/** What is known of a run's spans at a backend that has some; what `export.json` cannot tell is no reason to fail. */
function sentOf({ id }: Run, home: Home): Delivery | undefined {
	try {
		const delivery = readDelivery(home.runFolder(id));
		const { endpoint, acknowledged } = delivery ?? {};
		return endpoint !== undefined && URL.canParse(endpoint) && acknowledged ? delivery : undefined;
	} catch (error) {
		if (error instanceof SpangateError) return undefined;
		throw error;
	}
}

function uiFrom(env: Io['env'], name: string): string | undefined {
	const base = env[name];
	if (!base) return undefined;
	if (!/^https?:\/\//.test(base) || !URL.canParse(base)) {
		throw new SpangateError('usage', `${name}: expected a URL such as ${stack.grafana}`);
	}
	const url = new URL(base);
	// A link is shown and stored: it bears no credentials.
	url.username = url.password = url.search = url.hash = '';
	return url.href.replace(/\/+$/, '');
}
