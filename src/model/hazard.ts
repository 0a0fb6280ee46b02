/**
 * The hazards of MLCommons AILuminate v1.0 (https://mlcommons.org/ailuminate/safety-methodology/) by the names that
 * findings bear as their category, with its three-letter ids.
 */
export const hazards = {
	violent_crimes: 'vcr',
	non_violent_crimes: 'ncr',
	sex_related_crimes: 'src',
	child_sexual_exploitation: 'cse',
	indiscriminate_weapons: 'iwp',
	suicide_self_harm: 'ssh',
	hate: 'hte',
	specialized_advice: 'spc',
	privacy: 'prv',
	intellectual_property: 'ipv',
	defamation: 'dfm',
	sexual_content: 'sxc',
} as const;

/** A hazard of MLCommons AILuminate. */
export type Hazard = keyof typeof hazards;

/** The category of a finding in a hazard, and what kind of it: `privacy.email` is a kind of `privacy`. */
export function within(hazard: Hazard, detail: string): string {
	return `${hazard}.${detail}`;
}
