import type { App } from './starter-target.ts';

/** The app of an imported suite, until the user's own is connected: it says that it is none, and passes nothing. */
export const placeholder: App = {
	module: `// What spangate asks. Call your own app here, and return what it says, as a text or as
// { output, sources, model, usage: { inputTokens, outputTokens }, costUsd }.
interface Question {
	readonly id: string;
	readonly input: string;
}

/** The settings come from \`with:\` in suite.yaml, by which the baseline and the candidate differ. */
export function createTarget(_settings: { release: number }) {
	return {
		answer(_question: Question) {
			return 'No app is connected yet: see app.mts.';
		},
	};
}
`,
	openai: {},
};
