import { type Context, SpanKind } from '@opentelemetry/api';
import type { TargetAnswer } from '../model/evidence.ts';
import type { Asked, Question } from '../model/question.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import { describeAnswer, parseAnswer } from './answer.ts';
import { type Asking, ask } from './ask.ts';
import type { TrialContext } from './trial.ts';

/**
 * Asks the target, or, when answers are kept, gives what it answered before to the same question of the same repeat. An
 * answer with secrets or personal data that the mode of content holds back is not kept.
 */
export async function askOrRecall(
	question: Question,
	repeat: number,
	run: TrialContext,
	parent: Context,
): Promise<Asking> {
	const { cache } = run;
	const asked: Asked = {
		id: question.id,
		input: question.input,
		...(question.attributes && { attributes: question.attributes }),
	};
	if (cache === undefined) return ask(asked, repeat, run, parent);
	const known = await cache.find(asked, repeat);
	if (known !== undefined) return recall(known, run, parent);
	let told: TargetAnswer | undefined;
	const asking = await ask(asked, repeat, run, parent, (answer) => {
		told = answer;
	});
	// What a record must not hold is not kept beside it either.
	if (told !== undefined && textsOf(told).every((text) => run.spans.redactor.text(text) === text)) {
		await cache.keep(asked, repeat, told);
	}
	return asking;
}

/** Every text of an answer: a key that a server sends back may stand in its ids as well as in its output. */
function textsOf(answer: TargetAnswer): string[] {
	return Object.values(answer)
		.flat()
		.filter((value) => typeof value === 'string');
}

/** What the target took is not known of it, so it has no latency. */
function recall({ firstTokenMs: _, ...known }: TargetAnswer, run: TrialContext, parent: Context): Asking {
	const { target, tracer, suite } = run;
	const span = tracer.startSpan(SpanName.invokeAgent(target.name), { kind: SpanKind.INTERNAL }, parent);
	span.setAttributes({
		[Attr.operation]: 'invoke_agent',
		[Attr.agentName]: target.name,
		[Attr.cached]: true,
	});
	const answer = { ...parseAnswer(known, suite.prices), cached: true as const };
	describeAnswer(span, answer);
	span.end();
	return { spanId: span.spanContext().spanId, result: 'answered', answer };
}
