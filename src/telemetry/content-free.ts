import { withheld } from '../redaction/redactor.ts';
import { GenAi, OpenInference } from './dialects.ts';
import { Attr, EventName } from './names.ts';

/** What was said to a model and by it, and words that a scorer or a check was free to choose. */
const contents: readonly string[] = [
	...[Attr.systemInstructions, Attr.inputMessages, Attr.outputMessages, Attr.toolDefinitions],
	...[Attr.checkReason, Attr.evaluationExplanation],
];
const ownKeys = Object.values(Attr)
	.filter((key) => typeof key === 'string')
	.filter((key) => !contents.includes(key));

/** On spangate's own spans: ids, names, tags and words of its own, which records hold as they are, and numbers. */
const ownFacts: ReadonlySet<string> = new Set([
	...[Attr.suiteName, Attr.suiteStatus, Attr.caseName, Attr.caseStatus, Attr.runId, Attr.target],
	...[Attr.questionId, Attr.questionRepeat, Attr.questionTags, Attr.tag, Attr.trialResult, Attr.passed],
	...[Attr.scorerName, Attr.scorerVersion, Attr.scorePassed],
	...[Attr.checkName, Attr.checkVersion, Attr.checkKind, Attr.checkStatus, Attr.checkSeverity],
	...[Attr.policyStatus, Attr.policyViolations, Attr.policyChecks],
	...[Attr.safetyStatus, Attr.safetySeverity, Attr.safetyChecks],
	...[Attr.operation, Attr.agentName, Attr.evaluationName, Attr.evaluationScore, Attr.evaluationLabel],
	...[Attr.costUsd, Attr.inputTokens, Attr.outputTokens],
]);

/** Tells whether an attribute of a span of spangate's own is told as it is, whatever the mode. */
export function isOwnFact(key: string): boolean {
	return ownFacts.has(key);
}

/** Attributes of the semantic conventions that say with what, where and how something was done, never what was said. */
const known: ReadonlySet<string> = new Set([
	...ownKeys,
	...[GenAi.toolName, GenAi.toolCallId, Attr.requestModel, GenAi.oldProvider],
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

function isContentFree(key: string): boolean {
	return known.has(key);
}

/** As names of attributes, events and libraries are written; words in a row can be anything. */
const nameLike = /^[\w.:@/#-]{1,128}$/;

/** Tells whether an attribute is left out where no content is told: its text can be content, and so can a strange key. */
export function isLeftOut(key: string, holdsText: boolean): boolean {
	return !nameLike.test(key) || (holdsText && !isContentFree(key));
}

/** The name of a library, or nothing when it is none. */
export function contentFreeLibrary(name: string): string {
	return nameLike.test(name) ? name : '';
}

const httpMethod = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|QUERY)(?= |$)/;

/**
 * The name of an app's span as far as conventions made it: `{operation} {model, tool or agent}`, or a method of HTTP.
 * An app can name a span after what it was asked.
 */
export function contentFreeName(name: string, attribute: (key: string) => unknown): string {
	const operation = attribute(Attr.operation);
	if (typeof operation === 'string') {
		const objects = [Attr.requestModel, GenAi.toolName, Attr.agentName].map(attribute);
		return objects.some((object) => name === `${operation} ${object}`) ? name : operation;
	}
	return httpMethod.exec(name)?.[0] ?? withheld;
}

/** The name of an event as far as it is one of a convention. */
export function contentFreeEvent(name: string): string {
	const isKnown = name === 'exception' || Object.values<string>(EventName).includes(name);
	return isKnown || /^gen_ai\.[\w.]{1,100}$/.test(name) ? name : withheld;
}
