const groups = [
	['delete', 'erase', 'remove', 'wipe', 'purge'],
	['invoice', 'invoices', 'bill', 'bills'],
	['retry', 'retries', 'retried', 'repeat', 'resend', 'redeliver'],
	['respond', 'response', 'answer', 'reply'],
	['keep', 'kept', 'retain', 'retained', 'stored', 'retention'],
	['sort', 'order', 'ordering'],
	['page', 'pager', 'paged', 'paging'],
	['person', 'human', 'somebody'],
	['compensation', 'credit', 'credits'],
	['limit', 'limits', 'quota', 'throttled', 'throttling', 'cap', 'capped'],
	['post', 'postmortem', 'report'],
	['spike', 'burst', 'bursts', 'peak'],
	['big', 'large', 'huge'],
	['declined', 'failed', 'fails', 'fail', 'failure'],
	['exceed', 'above', 'overage'],
	['bucket', 'store'],
	['suspend', 'suspended', 'deactivate'],
	['leaver', 'leave', 'leaves', 'left'],
	['effective', 'effect', 'active'],
	['sms', 'text'],
	['permission', 'permissions', 'scope', 'scopes'],
	['credential', 'credentials', 'key', 'keys'],
	['leaked', 'leaking', 'leak', 'committed', 'commit'],
	['appear', 'visible', 'shown', 'show'],
] as const;

const expansions: Readonly<Record<string, readonly string[]>> = {
	sso: ['single', 'sign'],
	mfa: ['two', 'factor'],
	'2fa': ['two', 'factor'],
	login: ['sign'],
	excel: ['spreadsheet'],
	vat: ['vat', 'tax'],
	eu: ['european', 'union'],
	outage: ['outage', 'incident'],
	oncall: ['call'],
	phone: ['phone', 'device'],
	nightly: ['daily'],
	night: ['daily'],
};

/** The terms that stand for a word: the first of its group, or what an abbreviation spells out. */
export const synonyms: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
	...groups.flatMap((group) => group.map((word) => [word, [group[0]]] as const)),
	...Object.entries(expansions),
]);
