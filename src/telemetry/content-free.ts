import { GenAi, OpenInference } from './dialects.ts';
import { Attr } from './names.ts';

/** Attributes whose text is made of words that a scorer, a check or a rule was free to choose. */
const reasons: readonly string[] = [Attr.checkReason, Attr.evaluationExplanation];
const ownKeys = Object.values(Attr)
	.filter((key) => typeof key === 'string')
	.filter((key) => !reasons.includes(key));

/** Attributes of the semantic conventions that say with what, where and how something was done, never what was said. */
const known: ReadonlySet<string> = new Set([
	...ownKeys,
	...[GenAi.toolName, GenAi.toolCallId, GenAi.requestModel, GenAi.oldProvider],
	...[OpenInference.toolName, OpenInference.toolCallId, OpenInference.model],
	...[OpenInference.provider, OpenInference.system, 'openinference.span.kind'],
	...'gen_ai.response.id gen_ai.agent.id gen_ai.agent.version gen_ai.conversation.id gen_ai.data_source.id'.split(
		' ',
	),
	...'gen_ai.output.type gen_ai.tool.type gen_ai.embeddings.dimension.count'.split(' '),
	...'exception.type http.request.method http.route network.protocol.name network.protocol.version'.split(
		' ',
	),
	...'network.transport network.type rpc.system rpc.service rpc.method db.system db.system.name'.split(' '),
	...'db.operation.name messaging.system url.scheme deployment.environment deployment.environment.name'.split(
		' ',
	),
	...'service.name service.version service.namespace service.instance.id'.split(' '),
	...'telemetry.sdk.name telemetry.sdk.language telemetry.sdk.version telemetry.distro.name'.split(' '),
	...'telemetry.distro.version process.runtime.name process.runtime.version os.type host.arch'.split(' '),
]);

/** Tells whether an attribute's text is no content: with `content: none` all others are left out. */
export function isContentFree(key: string): boolean {
	return known.has(key);
}
