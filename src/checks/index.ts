import type { CheckKindDefinition } from './check.ts';
import { citation } from './citation.ts';
import { hazard } from './hazard.ts';
import { injection } from './injection.ts';
import { module } from './module.ts';
import { phrases } from './phrases.ts';
import { pii } from './pii.ts';
import { refusal } from './refusal.ts';
import { secrets } from './secrets.ts';

/** Every check that ships with spangate, by its `use:` name. */
export const checkKinds: Readonly<Record<string, CheckKindDefinition>> = {
	citation,
	hazard,
	injection,
	module,
	phrases,
	pii,
	refusal,
	secrets,
};
