import { budget } from './budget.ts';
import type { CheckKindDefinition } from './check.ts';
import { citation } from './citation.ts';
import { dataRegion } from './data-region.ts';
import { format } from './format.ts';
import { injection } from './injection.ts';
import { length } from './length.ts';
import { models } from './models.ts';
import { module } from './module.ts';
import { phrases } from './phrases.ts';
import { pii } from './pii.ts';
import { refusal } from './refusal.ts';
import { secrets } from './secrets.ts';
import { tools } from './tools.ts';
import { topics } from './topics.ts';
import { toxicity } from './toxicity.ts';

/** Every check that ships with spangate, by its `use:` name. */
export const checkKinds: Readonly<Record<string, CheckKindDefinition>> = {
	budget,
	citation,
	data_region: dataRegion,
	format,
	injection,
	length,
	models,
	module,
	phrases,
	pii,
	refusal,
	secrets,
	tools,
	topics,
	toxicity,
};
