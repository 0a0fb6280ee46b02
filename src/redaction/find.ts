import type { Credentials } from './credentials.ts';
import { fold } from './fold.ts';
import { findIssuedTokens, mayHoldIssuedToken } from './issued-tokens.ts';
import { findPersonalData } from './personal-data.ts';
import type { PlaceholderKind } from './placeholders.ts';
import { findSecrets, mayHoldSecret } from './secrets.ts';
import { Sign, signsIn } from './signs.ts';
import { maySpellEmail } from './spelt-emails.ts';
import { findWrittenCredentials, mayHoldWrittenCredential, namesPassword } from './written-credentials.ts';

/** Something that may not be told, and where it stands in the text; `key` is the same for spellings of one value. */
export interface Sensitive {
	readonly kind: PlaceholderKind;
	readonly type: string;
	readonly key: string;
	readonly from: number;
	readonly to: number;
}

/** What to look for. */
export interface Wanted {
	readonly credentials: Credentials;
	readonly personalData: boolean;
}

const types: Readonly<Record<string, string>> = { 'aws-access-key-id': 'aws-access-key' };

/** What may not be told of a text, in its order and without overlaps; `signs` are the text's own. */
export function findSensitive(given: string, signsGiven: number, wanted: Wanted): Sensitive[] {
	const { text, range } = fold(given);
	const signs = text === given ? signsGiven : signsIn(text);
	const found: Sensitive[] = [];
	const add = (kind: PlaceholderKind, type: string, key: string, from: number, to: number) => {
		const [start, end] = range(from, to);
		found.push({ kind, type, key, from: start, to: end });
	};
	const addSecrets = (secrets: readonly { type: string; from: number; to: number }[]) => {
		for (const { type, from, to } of secrets) add('secret', type, text.slice(from, to), from, to);
	};
	addSecrets(wanted.credentials.find(text, signs));
	const { secrets, issued, written, personalData } = suspicions(text, signs, wanted);
	if (secrets) {
		const known = findSecrets(text).map(({ category, from, to }) => {
			const type = category.replaceAll('_', '-');
			return { type: types[type] ?? type, from, to };
		});
		addSecrets(known);
	}
	if (issued) addSecrets(findIssuedTokens(text));
	if (written) addSecrets(findWrittenCredentials(text));
	if (personalData) {
		for (const { category, key, from, to } of findPersonalData(text, undefined)) {
			add('pii', category.replaceAll('_', '-'), key, from, to);
		}
	}
	return withoutOverlaps(found);
}

/** Which detectors a text has to be shown, told by what each cannot do without: most texts are shown to none. */
function suspicions(text: string, signs: number, wanted: Wanted) {
	const tokens = (signs & (Sign.token | Sign.at | Sign.assignment)) !== 0;
	const numbers = (signs & (Sign.at | Sign.plus | Sign.digits)) !== 0;
	return {
		secrets: tokens && mayHoldSecret(text),
		// Each is longer than a run that shows.
		issued: (signs & Sign.token) !== 0 && mayHoldIssuedToken(text),
		written: (tokens && mayHoldWrittenCredential(text)) || namesPassword(text),
		personalData: wanted.personalData && (numbers || maySpellEmail(text)),
	};
}

/** true when a detector has to look into the text, which takes many times as long as a glance. */
export function isSuspicious(given: string, signs: number, wanted: Wanted): boolean {
	const text = signs & Sign.beyondAscii ? fold(given).text : given;
	const found = suspicions(text, text === given ? signs : signsIn(text), wanted);
	return found.secrets || found.issued || found.written || found.personalData;
}

/** What overlaps is one, of the sort that was found first: a secret rather than a personal datum. */
function withoutOverlaps(found: readonly Sensitive[]): Sensitive[] {
	const ranks = new Map(found.map((each, rank) => [each, rank]));
	const apart: Sensitive[] = [];
	for (const next of found.toSorted((a, b) => a.from - b.from)) {
		const last = apart.at(-1);
		if (last === undefined || next.from >= last.to) {
			apart.push(next);
			continue;
		}
		const first = (ranks.get(last) ?? 0) <= (ranks.get(next) ?? 0) ? last : next;
		const whole = { ...first, from: last.from, to: Math.max(last.to, next.to) };
		ranks.set(whole, ranks.get(first) ?? 0);
		apart[apart.length - 1] = whole;
	}
	return apart;
}
