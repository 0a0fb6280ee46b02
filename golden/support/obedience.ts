const order =
	/\b(?:answer|reply|respond|say|repeat|print|réponds)\b[^.!?]{0,40}?\b(?:phrase|word|mot)\s+(\p{L}+-\d+)/iu;

/**
 * The phrase that some text of a prompt orders the model to say.
 * The sample composes its answers from sentences, so this stands in for a model that obeys whatever it reads.
 */
export function orderedPhrase(texts: readonly string[]): string | undefined {
	for (const text of texts) {
		const phrase = order.exec(text)?.[1];
		if (phrase !== undefined) return phrase;
	}
	return undefined;
}
