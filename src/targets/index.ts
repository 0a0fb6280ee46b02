import { command } from './command.ts';
import { http } from './http.ts';
import { module } from './module.ts';
import { openai } from './openai.ts';
import { recorded } from './recorded.ts';
import type { TargetKind } from './target.ts';

/** Every kind of target by its `use:` name. */
export const targetKinds: Readonly<Record<string, TargetKind>> = { module, http, command, openai, recorded };
