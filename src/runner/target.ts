import type { SuiteTarget } from '../suite/suite.ts';
import type { Target, TargetContext } from '../targets/target.ts';
import type { SpanWait } from '../telemetry/trial-spans.ts';

/** A target that is ready to be asked. */
export interface OpenTarget extends Target {
	readonly name: string;
	/** true when a call leaves the process. */
	readonly remote: boolean;
	/** How long the app's own spans are waited for, when they come from another process. */
	readonly spans: SpanWait | undefined;
	close(): Promise<void>;
}

/** Opens a suite's target: loads its module, or starts its app. */
export async function openTarget(
	{ name, kind, options }: SuiteTarget,
	context: Omit<TargetContext, 'name'>,
): Promise<OpenTarget> {
	const target = await kind.open(options, { ...context, name });
	return {
		name,
		remote: kind.remote,
		spans: kind.spans?.(options),
		...(target.circuit && { circuit: target.circuit }),
		answer: (asked, given) => target.answer(asked, given),
		prepare: async (plan) => {
			await target.prepare?.(plan);
		},
		close: async () => {
			await target.close?.();
		},
	};
}
