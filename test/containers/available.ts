import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers';
import { describe } from 'vitest';
import { parse } from 'yaml';
import { root } from '../support/cli.ts';

const pullWithinMs = 10_000;
const reaperImage = 'testcontainers/ryuk:0.14.0';
/** Made by `.ci/prometheus-image` where no registry is reachable. */
const debianPrometheus = 'spangate/prometheus-debian:2.42';

/** A service of docker-compose.yml. */
export type Service = 'jaeger' | 'tempo' | 'prometheus' | 'grafana';

/** The images to start, by service; `missing` says why one of them, or the engine, cannot be had here. */
export interface Available {
	readonly images: Readonly<Record<Service, string>>;
	readonly missing: string | undefined;
}

/** docker-compose.yml, as far as the tests read it. */
interface ComposeFile {
	readonly services: Readonly<Record<Service, ComposeService>>;
}

interface ComposeService {
	readonly image: string;
	readonly command?: readonly string[];
	readonly environment?: Readonly<Record<string, string>>;
	readonly volumes?: readonly string[];
	readonly ports: readonly string[];
}

/** The stack as it is described in docker-compose.yml. */
export const composeFile: ComposeFile = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'));

/** Asks whether these services' images are on this machine or can be pulled within seconds, as docker-compose.yml names them. */
export async function available(...wanted: readonly Service[]): Promise<Available> {
	return find(wanted, { prometheus: [debianPrometheus] });
}

/** Asks for what the whole compose file needs: every image just as it is named there, and Compose itself. */
export async function availableStack(): Promise<Available> {
	const found = await find(Object.keys(composeFile.services) as Service[], {});
	if (found.missing !== undefined) return found;
	try {
		await promisify(execFile)('docker', ['compose', 'version']);
		return found;
	} catch {
		return { ...found, missing: '"docker compose" is not installed' };
	}
}

/** Groups tests that need containers; where those cannot be had, the group's name says why its tests are skipped. */
export function describeWith(
	what: string,
	{ images, missing }: Available,
	tests: (images: Images) => void,
): void {
	const name = missing === undefined ? what : `${what} (skipped: ${missing})`;
	describe.skipIf(missing !== undefined)(name, { timeout: 240_000 }, () => tests(images));
}

type Images = Available['images'];

async function find(
	wanted: readonly Service[],
	standIns: { readonly [service in Service]?: readonly string[] },
): Promise<Available> {
	const images = Object.fromEntries(
		Object.entries(composeFile.services).map(([service, { image }]) => [service, image]),
	) as Record<Service, string>;
	let client: ContainerRuntimeClient;
	try {
		client = await getContainerRuntimeClient();
	} catch {
		return { images, missing: 'no Docker engine answers' };
	}
	// It would be pulled for the first container; without it, containers end with their tests all the same.
	if (!(await isLocal(client, reaperImage))) process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
	const reasons = await Promise.all(
		wanted.map(async (service) => {
			for (const image of [images[service], ...(standIns[service] ?? [])]) {
				if (await isLocal(client, image)) {
					images[service] = image;
					return undefined;
				}
			}
			return pull(client, images[service]);
		}),
	);
	return { images, missing: reasons.find((reason) => reason !== undefined) };
}

function isLocal(client: ContainerRuntimeClient, image: string): Promise<boolean> {
	return client.image.exists(ImageName.fromString(image));
}

/** Gives why an image cannot be pulled, or nothing when it is here now. */
async function pull(
	{ container: { dockerode } }: ContainerRuntimeClient,
	image: string,
): Promise<string | undefined> {
	const abortSignal = AbortSignal.timeout(pullWithinMs);
	try {
		const progress = await dockerode.pull(image, { abortSignal });
		await new Promise<void>((resolve, reject) => {
			abortSignal.addEventListener('abort', () => reject(abortSignal.reason));
			dockerode.modem.followProgress(progress, (error: Error | null) => (error ? reject(error) : resolve()));
		});
		return undefined;
	} catch {
		return `no image ${image} here, nor to be pulled within ${pullWithinMs / 1000} s`;
	}
}
