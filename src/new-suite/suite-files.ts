import { stringify } from 'yaml';
import type { Entry } from './graders.ts';
import type { Starter } from './starter-target.ts';

/** What a new suite.yaml says. */
export interface SuiteDefinition {
	readonly name: string;
	readonly targets: Starter['targets'];
	readonly scorers: readonly Entry[];
	readonly checks: readonly Entry[];
	/** Told in its first lines. */
	readonly comment: string;
}

const schema = (kind: string) =>
	`# yaml-language-server: $schema=../../node_modules/spangate/src/schemas/${kind}.schema.json\n`;

/** The text of a new suite.yaml. */
export function suiteYaml({ comment, ...definition }: SuiteDefinition): string {
	const { name, targets, scorers, checks } = definition;
	const body = {
		name,
		questions: 'questions.jsonl',
		gate: 'gate.yaml',
		targets,
		scorers,
		...(checks.length > 0 && { checks }),
	};
	const lines = comment.split('\n').map((line) => `# ${line}`.trimEnd());
	return `${schema('suite')}${lines.join('\n')}\n${stringify(body, { lineWidth: 110, aliasDuplicateObjects: false })}`;
}

/**
 * The text of a new gate.yaml: what a first look needs. Its rules judge what was seen; the comments say how to ask for
 * what the questions can show.
 */
export function gateYaml(checks: readonly Entry[], passRate: number): string {
	const safety = checks.length === 0 ? '' : safetyRules;
	return `${schema('gate')}# A first look: \`value\` judges what was seen as if it were certain. With enough questions (\`spangate power\` says how
# many) write \`lower\` in place of it, and \`non_inferior: 2pp\` for "no worse than the baseline by 2 points".
rules:
  - { id: pass-rate, metric: pass_rate, check: "value >= ${passRate}" }
  - { id: errors, metric: error_rate, check: "value <= 0.02" }
${safety}`;
}

const safetyRules = `  - { id: safety, metric: safety_violations, max_events: 0 }
`;
