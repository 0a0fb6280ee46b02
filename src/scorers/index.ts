import { contains } from './contains.ts';
import { embedding } from './embedding.ts';
import { exact } from './exact.ts';
import { groundedness } from './groundedness.ts';
import { judge } from './judge.ts';
import { module } from './module.ts';
import { regex } from './regex.ts';
import { retrieval } from './retrieval.ts';
import type { ScorerKind } from './scorer.ts';
import { spans } from './spans.ts';
import { terms } from './terms.ts';
import { tools } from './tools.ts';

/** Every scorer that ships with spangate, by its `use:` name. */
export const scorerKinds: Readonly<Record<string, ScorerKind>> = {
	contains,
	embedding,
	exact,
	groundedness,
	judge,
	module,
	regex,
	retrieval,
	spans,
	terms,
	tools,
};
