import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

type Service = {
	image: string;
	ports?: string[];
	volumes?: string[];
	environment?: Record<string, string>;
	command?: string[];
	healthcheck?: { test: string[] };
	depends_on?: Record<string, { condition: string }>;
	mem_limit?: string;
	restart?: string;
};

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docker-compose.yml', root), 'utf8');
const compose: { services: Record<string, Service>; volumes: Record<string, null> } = parse(text);
const services = Object.entries(compose.services);
const service = (name: string): Service => compose.services[name] as Service;

/** What a program says, or undefined where it is not installed. */
function said(program: string, args: string[]): { status: number | null; output: string } | undefined {
	const { error, status, stdout, stderr } = spawnSync(program, args, {
		cwd: fileURLToPath(root),
		encoding: 'utf8',
	});
	if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
		return undefined;
	}
	return { status, output: `${stdout}${stderr}${error ?? ''}` };
}

describe('docker-compose.yml', () => {
	it('runs Jaeger, Tempo, Prometheus and Grafana', () => {
		expect(Object.keys(compose.services).toSorted()).toEqual(['grafana', 'jaeger', 'prometheus', 'tempo']);
	});

	it.each(services)('pins the image of %s by a full version', (_, { image }) => {
		expect(image).toMatch(/^[\w-]+\/[\w-]+:v?\d+\.\d+\.\d+$/);
	});

	it('names each image once', () => {
		const named = [...text.matchAll(/^ +image: (\S+)$/gm)].map(([, image]) => image);
		expect(new Set(named).size).toBe(services.length);
		expect(named).toHaveLength(services.length);
	});

	it.each(services)('publishes the ports of %s on loopback only', (_, { ports = [] }) => {
		expect(ports).not.toEqual([]);
		for (const port of ports) {
			expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
		}
	});

	it('serves where the README and the links say', () => {
		const published = services.flatMap(([name, { ports = [] }]) =>
			ports.map((port) => `${name} ${port.split(':')[1]}`),
		);
		expect(published).toEqual(
			expect.arrayContaining([
				'jaeger 4317',
				'jaeger 4318',
				'jaeger 16686',
				'tempo 3200',
				'prometheus 9090',
				'grafana 3000',
			]),
		);
	});

	it.each(services)(
		'is ready only when %s says so, within limits',
		(_, { healthcheck, mem_limit, restart }) => {
			expect(healthcheck?.test[0]).toBe('CMD');
			expect(mem_limit).toMatch(/^\d+[mg]$/);
			expect(restart).toBe('unless-stopped');
		},
	);

	it("asks Tempo's own binary for its health, since its image has no shell", () => {
		expect(service('tempo').healthcheck?.test).toEqual(['CMD', '/tempo', '-health']);
	});

	it('waits for health wherever a service waits for another', () => {
		for (const [, { depends_on = {} }] of services) {
			for (const [name, { condition }] of Object.entries(depends_on)) {
				expect(Object.keys(compose.services)).toContain(name);
				expect(condition).toBe('service_healthy');
			}
		}
	});

	it('mounts what exists, read-only, and keeps data in declared volumes', () => {
		const kept: string[] = [];
		for (const [, { volumes = [] }] of services) {
			for (const volume of volumes) {
				const [source = '', , mode] = volume.split(':');
				if (source.startsWith('.')) {
					expect(existsSync(new URL(source, root)), source).toBe(true);
					expect(mode, source).toBe('ro');
				} else {
					kept.push(source);
				}
			}
		}
		expect(kept.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
	});

	it('holds no password, and Grafana lets a viewer in and nobody log in', () => {
		expect(text).not.toMatch(/password\S*:\s|PASSWORD|SECRET/);
		expect(service('grafana').environment).toMatchObject({
			GF_AUTH_ANONYMOUS_ENABLED: 'true',
			GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
			GF_AUTH_DISABLE_LOGIN_FORM: 'true',
			GF_AUTH_BASIC_ENABLED: 'false',
			GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
		});
	});

	it('has nothing that docker-compose 1.29 refuses', () => {
		expect(Object.keys(compose).toSorted()).toEqual(['services', 'volumes']);
		expect(JSON.stringify(compose)).not.toContain('start_interval');
	});

	it('is taken by docker-compose config', (context) => {
		const result = said('docker-compose', ['-f', 'docker-compose.yml', 'config', '--quiet']);
		if (result === undefined) {
			return context.skip('docker-compose is not installed');
		}
		expect(result).toEqual({ status: 0, output: '' });
	});
});

describe('prometheus.yaml', () => {
	it('is taken by promtool check config', (context) => {
		const result = said('promtool', ['check', 'config', 'grafana/stack/prometheus.yaml']);
		if (result === undefined) {
			return context.skip('promtool is not installed');
		}
		expect(result.output).toContain('SUCCESS');
		expect(result.status).toBe(0);
	});
});
