import type { z } from 'zod';
import type { AttributeValue, Question } from '../model/question.ts';

/** What a question expects, by the key of `expected` that a scorer reads. */
export type Expected = NonNullable<z.input<typeof Question>['expected']>;

/** A scorer, as an imported set needs it of one question. */
export interface WantedScore {
	readonly use: string;
	/** What its metric should be called, if that name is free. */
	readonly name: string;
	/** Its options, the same for every question. */
	readonly options: Readonly<Record<string, unknown>>;
	/** What it reads of the question; without one its options say all. */
	readonly expected?: Expected | undefined;
	/** The options that say the same as `expected`, for a question whose `expected` says something else already. */
	readonly asOptions?: Readonly<Record<string, unknown>> | undefined;
	/** The value at which the answer passes; without one, 1. */
	readonly threshold?: number | undefined;
	readonly weight?: number | undefined;
}

/** A check, as an imported set needs it of one question. */
export interface WantedCheck {
	readonly use: string;
	readonly name: string;
	readonly options: Readonly<Record<string, unknown>>;
	readonly mustRefuse?: boolean | undefined;
}

/** What one expectation of an imported set becomes. */
export type Wanted = { readonly score: WantedScore } | { readonly check: WantedCheck };

/** An expectation with the line it stands on and what it says there, in case it cannot be kept. */
export interface Expectation {
	readonly file: string;
	readonly line: number | undefined;
	readonly what: string;
	readonly wanted: Wanted;
	/** How it is not quite the same when it is kept. */
	readonly note?: string | undefined;
}

/** One item of an imported set, whatever it was written for. */
export interface Case {
	readonly file: string;
	readonly line: number | undefined;
	/** The id that the set gives it, which must be unique. */
	readonly id?: string | undefined;
	/** What an id is made of where the set gives none. */
	readonly label: string;
	readonly input: string;
	readonly expectations: readonly Expectation[];
	readonly tags?: Readonly<Record<string, string>> | undefined;
	readonly cluster?: string | undefined;
	readonly attributes?: Readonly<Record<string, AttributeValue>> | undefined;
	/** Passes by the weighted mean of its scores. */
	readonly passThreshold?: number | undefined;
}
