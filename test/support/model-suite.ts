import type { Workspace } from './cli.ts';
import type { Json } from './stored-run.ts';

/** A suite's parts that a test of a model's target names; the rest is as small as can be. */
export interface ModelSuite {
	/** Targets by name; `use: openai` and the model `m-1` go without saying. */
	readonly targets: Readonly<Record<string, Json>>;
	readonly questions?: readonly Json[];
	readonly scorers?: readonly Json[];
	readonly checks?: readonly Json[];
	readonly prices?: Json;
	readonly gate?: readonly Json[];
}

/** Writes a suite whose targets are models; gives its folder. YAML is a superset of JSON. */
export function writeModelSuite(
	workspace: Workspace,
	{
		targets,
		questions = [{ id: 'q1', input: 'What is the capital of France?', expected: { terms: ['Paris'] } }],
		scorers = [{ use: 'terms' }],
		checks = [],
		prices,
		gate = [{ id: 'errors', metric: 'error_rate', check: 'value <= 0' }],
	}: ModelSuite,
): string {
	const folder = `suite-${++suites}`;
	const full = Object.entries(targets).map(([name, target]) => [
		name,
		{ use: 'openai', model: 'm-1', ...target },
	]);
	const suite = {
		...{ name: 'models', questions: 'questions.jsonl', gate: 'gate.yaml', scorers, checks },
		targets: Object.fromEntries(full),
		...(prices && { prices }),
	};
	workspace.write(`${folder}/suite.yaml`, JSON.stringify(suite));
	workspace.write(`${folder}/gate.yaml`, JSON.stringify({ rules: gate }));
	workspace.write(
		`${folder}/questions.jsonl`,
		questions.map((question) => JSON.stringify(question)).join('\n'),
	);
	return workspace.path(folder);
}

let suites = 0;
