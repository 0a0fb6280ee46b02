import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { gate } from './gate.ts';
import { promote } from './promote.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { thresholds } from './thresholds.ts';
import { trace } from './trace.ts';
import { validate } from './validate.ts';

/** Every verb, in the order in which help shows them. */
export const commands: readonly Command[] = [compare, run, gate, thresholds, trace, runs, promote, validate];
