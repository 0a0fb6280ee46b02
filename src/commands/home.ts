import { resolve } from 'node:path';
import { Home } from '../record/home.ts';
import type { Io } from './io.ts';

/** The record's home: SPANGATE_HOME, by default `.spangate` in the working folder. */
export function homeOf({ env }: Pick<Io, 'env'>): Home {
	return new Home(resolve(env.SPANGATE_HOME || '.spangate'));
}
