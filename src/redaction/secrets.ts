import { spaceApart } from './fold.ts';
import { loadSecretRules, type RuleContext } from './load.ts';

/** A credential found in a text: which rule's, and where. */
export interface Secret {
	readonly category: string;
	readonly from: number;
	readonly to: number;
}

const ruleOptions: Readonly<Record<string, object>> = {
	'@secretlint/secretlint-rule-aws': { enableIDScanRule: true },
};
/** An account id is no secret, and its pattern takes any `account: 123456789012` for one. */
const noSecret = new Set(['AWSAccountID']);
/** Lets a text switch the other rules off by a comment: an answer must not judge itself. */
const commentRule = '@secretlint/secretlint-rule-filter-comments';

/** One of these, and nothing else, begins or surrounds whatever a rule of the preset finds. */
const secretMark =
	/A3T|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA|secret|-----BEGIN|x-oauth-basic|_authToken|npm_|xox[bpaor]-|xapp-|hooks\.slack|:\/\/|sk-|gsk_|hf_|lin_api_|ntn_|SG\.|shp(?:pa|ca|at|ss)_|[sr]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|glc_|glsa_|ops_|hv[sbr]\.|vc[piark]_|dapi|dckr_pat_|figd_|cf(?:k|ut|at)_|tskey-/i;

/** false when no rule of the preset can find anything in a text, which most texts show at a glance. */
export function mayHoldSecret(text: string): boolean {
	return secretMark.test(text);
}

/**
 * The credentials that a rule of secretlint's recommended preset knows, in the order of their beginnings. Runs the
 * rules without `@secretlint/core`, whose profiler adds some sixty entries a call to Node's performance timeline and
 * never clears them: 10 KB a question.
 */
export function findSecrets(content: string): Secret[] {
	if (!mayHoldSecret(content)) return [];
	const found: Secret[] = [];
	const context: RuleContext = {
		sharedOptions: {},
		// The values that a rule would put into its message are dropped here, so that no secret gets further.
		createTranslator: () => (messageId) => ({ message: '', messageId }),
		report({ message: { messageId }, range: [from, to] }) {
			if (!noSecret.has(messageId)) found.push({ category: snakeCase(messageId), from, to });
		},
		ignore() {},
	};
	// A key beside Chinese letters is a key, where a rule wants a border. The places stay the same.
	const apart = spaceApart(content);
	for (const rule of loadSecretRules()) {
		if (rule.meta.id === commentRule) continue;
		const pending = rule
			.create(context, ruleOptions[rule.meta.id] ?? {})
			.file?.({ content: apart, contentType: 'text', filePath: '', ext: '' });
		// Its findings would come after the text was told.
		if (pending !== undefined)
			throw new Error(`the rule ${rule.meta.id} of secretlint does not answer at once`);
	}
	return found.sort((a, b) => a.from - b.from);
}

function snakeCase(messageId: string): string {
	return messageId
		.replace(/([a-z\d])([A-Z])/g, '$1_$2')
		.replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
		.toLowerCase();
}
