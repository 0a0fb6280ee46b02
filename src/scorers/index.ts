import { contains } from './contains.ts';
import { cost } from './cost.ts';
import { embedding } from './embedding.ts';
import { exact } from './exact.ts';
import { groundedness } from './groundedness.ts';
import { jsonPath } from './json-path.ts';
import { jsonSchema } from './json-schema.ts';
import { judge } from './judge.ts';
import { latency } from './latency.ts';
import { module } from './module.ts';
import { number } from './number.ts';
import { regex } from './regex.ts';
import { retrieval } from './retrieval.ts';
import type { ScorerKind } from './scorer.ts';
import { similarity } from './similarity.ts';
import { spans } from './spans.ts';
import { terms } from './terms.ts';
import { tools } from './tools.ts';

/** Every scorer that ships with spangate, by its `use:` name. */
export const scorerKinds: Readonly<Record<string, ScorerKind>> = {
	contains,
	cost,
	embedding,
	exact,
	groundedness,
	json_path: jsonPath,
	json_schema: jsonSchema,
	judge,
	latency,
	module,
	number,
	regex,
	retrieval,
	similarity,
	spans,
	terms,
	tools,
};
