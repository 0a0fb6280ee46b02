import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { Evidence } from '../model/evidence.ts';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { type ModelUse, modelsOf } from '../telemetry/inference.ts';
import { appSpans } from '../telemetry/span-tree.ts';
import { glob } from '../text.ts';
import { checkKind } from './check.ts';

const Globs = z.array(z.string().min(1)).min(1);

/**
 * `use: models`: violated when the spans, or the answer itself, name a model that is not among `models` or one whose
 * provider is not among `providers`; throws when neither names one, or a provider that matters is not recorded.
 */
export const models = checkKind({
	options: strict({
		models: Globs.optional().describe('The only models that may answer; `*` is any run of characters'),
		providers: Globs.optional().describe(
			'The only providers, as gen_ai.provider.name has them, e.g. azure.*',
		),
		severity: Severity.default('high'),
	}).refine(({ models, providers }) => models !== undefined || providers !== undefined, {
		message: 'needs models or providers, or it would judge nothing',
	}),
	create({ models, providers, severity }) {
		const isModel = anyOf(models);
		const isProvider = anyOf(providers);
		return {
			version: '1',
			isPure: true,
			kind: 'policy',
			check(evidence) {
				const used = usedModels(evidence);
				const strange = used.filter(({ model }) => !isModel(model));
				const elsewhere = used.filter(({ provider }) => provider !== undefined && !isProvider(provider));
				if (strange.length > 0 || elsewhere.length > 0) {
					const reasons = [
						...(strange.length > 0
							? [`not among the models: ${listed(strange.map(({ model }) => model))}`]
							: []),
						...(elsewhere.length > 0
							? [
									`not among the providers: ${listed(elsewhere.map(({ model, provider }) => `${provider} (${model})`))}`,
								]
							: []),
					];
					const category = strange.length > 0 ? 'model_not_allowed' : 'provider_not_allowed';
					return { status: 'violated', category, severity, reason: reasons.join('; ') };
				}
				const silent = providers && used.find(({ provider }) => provider === undefined);
				if (silent !== undefined) {
					throw new SpangateError(
						'unmeasured',
						`nothing says who provides the model ${silent.model}: let the target record gen_ai.provider.name or llm.provider on its spans`,
					);
				}
				return { status: 'ok' };
			},
		};
	},
});

/** What the spans show and, unless they show it too, what the answer reports, whose provider nothing names. */
function usedModels({ answer, spans }: Evidence): ModelUse[] {
	const traced = modelsOf(appSpans(spans)) ?? [];
	const reported = traced.some(({ model }) => model === answer.model) ? undefined : answer.model;
	if (traced.length === 0 && reported === undefined) {
		throw new SpangateError(
			'unmeasured',
			'nothing says which model answered: let the target report `model`, or trace its model calls (gen_ai.* or OpenInference)',
		);
	}
	// An answer names an alias (`gpt-x`) where its spans have the version, and their provider is its own.
	const [only] = new Set(traced.map(({ provider }) => provider));
	return reported === undefined ? traced : [...traced, { model: reported, provider: only }];
}

function anyOf(globs: readonly string[] | undefined): (text: string) => boolean {
	const each = globs?.map(glob);
	return (text) => each === undefined || each.some((fits) => fits(text));
}

function listed(names: readonly string[]): string {
	return [...new Set(names)].join(', ');
}
