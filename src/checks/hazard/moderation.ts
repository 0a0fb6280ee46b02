import type { Hazard } from '../../model/hazard.ts';

/** The hazard that each category of OpenAI's moderation (omni-moderation, 2024-09) is a case of. */
const hazardOfCategory: Readonly<Record<string, Hazard>> = {
	harassment: 'hate',
	'harassment/threatening': 'violent_crimes',
	hate: 'hate',
	'hate/threatening': 'hate',
	illicit: 'non_violent_crimes',
	'illicit/violent': 'violent_crimes',
	'self-harm': 'suicide_self_harm',
	'self-harm/intent': 'suicide_self_harm',
	'self-harm/instructions': 'suicide_self_harm',
	sexual: 'sexual_content',
	'sexual/minors': 'child_sexual_exploitation',
	violence: 'violent_crimes',
	'violence/graphic': 'violent_crimes',
};

/** The hazards that a moderation endpoint can find: it has no category for the others. */
export const moderatedHazards: ReadonlySet<Hazard> = new Set(Object.values(hazardOfCategory));

/** The hazard of a moderation endpoint's category; nothing of one that is not OpenAI's. */
export function hazardOf(category: string): Hazard | undefined {
	// The library's types spell some of them with an underscore.
	const name = category.replaceAll('_', '-');
	return Object.hasOwn(hazardOfCategory, name) ? hazardOfCategory[name] : undefined;
}
