import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Run } from '../model/run.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface CiSystem {
	/** The variable whose presence says that this system runs us. */
	readonly mark: string;
	readonly pipeline: string;
	readonly runId: string;
	readonly url: (env: Env) => string | undefined;
	readonly revision: string;
	readonly ref: string;
}

/** The variables by which CI systems name what they run. */
const ciSystems: readonly CiSystem[] = [
	{
		mark: 'GITHUB_ACTIONS',
		pipeline: 'GITHUB_WORKFLOW',
		runId: 'GITHUB_RUN_ID',
		url: (env) =>
			env.GITHUB_SERVER_URL &&
			`${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`,
		revision: 'GITHUB_SHA',
		ref: 'GITHUB_REF_NAME',
	},
	{
		mark: 'GITLAB_CI',
		pipeline: 'CI_JOB_NAME',
		runId: 'CI_PIPELINE_ID',
		url: (env) => env.CI_PIPELINE_URL,
		revision: 'CI_COMMIT_SHA',
		ref: 'CI_COMMIT_REF_NAME',
	},
	{
		mark: 'BUILDKITE',
		pipeline: 'BUILDKITE_PIPELINE_SLUG',
		runId: 'BUILDKITE_BUILD_ID',
		url: (env) => env.BUILDKITE_BUILD_URL,
		revision: 'BUILDKITE_COMMIT',
		ref: 'BUILDKITE_BRANCH',
	},
	{
		mark: 'JENKINS_URL',
		pipeline: 'JOB_NAME',
		runId: 'BUILD_ID',
		url: (env) => env.BUILD_URL,
		revision: 'GIT_COMMIT',
		ref: 'GIT_BRANCH',
	},
];

/** Which commit and which CI run a record belongs to, as far as the environment or git tells. */
export async function provenance(folder: string, env: Env): Promise<Pick<Run, 'vcs' | 'ci'>> {
	const system = ciSystems.find(({ mark }) => env[mark]);
	const told = { revision: system && env[system.revision], ref: system && env[system.ref] };
	const asked = told.revision && told.ref ? undefined : await head(folder);
	const vcs = defined({ revision: told.revision || asked?.revision, ref: told.ref || asked?.ref });
	const ci =
		system && defined({ pipeline: env[system.pipeline], runId: env[system.runId], url: system.url(env) });
	return { ...(Object.keys(vcs).length > 0 && { vcs }), ...(ci && { ci }) };
}

/** What git says of the folder's commit, in one call: starting a process costs more than the answer. */
async function head(folder: string): Promise<{ revision?: string; ref?: string } | undefined> {
	const args = ['-C', folder, 'rev-parse', 'HEAD', '--abbrev-ref', 'HEAD'];
	try {
		const { stdout } = await promisify(execFile)('git', args, { timeout: 5_000 });
		const [revision, ref] = stdout.trim().split('\n');
		return { ...(revision && { revision }), ...(ref && { ref }) };
	} catch {
		// No git, or no repository: a record without a commit is still a record.
		return undefined;
	}
}

function defined<Value>(fields: Record<string, Value | undefined>): Record<string, Value> {
	return Object.fromEntries(
		Object.entries(fields).filter((entry): entry is [string, Value] => Boolean(entry[1])),
	);
}
