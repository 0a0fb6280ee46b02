/** A chat message as model providers write it; a content of parts holds texts. */
interface Message {
	readonly role: string;
	readonly content: unknown;
}

/**
 * What is asked by a list of chat messages, as one text: of a single message its content, of several each with its
 * role before it. Nothing when it is no list of messages, or holds what is no text.
 */
export function textOfMessages(value: unknown): string | undefined {
	if (!Array.isArray(value) || value.length === 0 || !value.every(isMessage)) return undefined;
	const texts = value.map(({ role, content }) => ({ role, text: textOfContent(content) }));
	if (!texts.every(({ text }) => text !== undefined)) return undefined;
	const [first] = texts;
	if (texts.length === 1) return first?.text;
	return texts.map(({ role, text }) => `${role}: ${text}`).join('\n\n');
}

function isMessage(value: unknown): value is Message {
	return (
		typeof value === 'object' &&
		value !== null &&
		typeof (value as Partial<Message>).role === 'string' &&
		(value as Partial<Message>).content !== undefined
	);
}

function textOfContent(content: unknown): string | undefined {
	if (typeof content === 'string') return content;
	if (!Array.isArray(content)) return undefined;
	const texts = content.map((part: unknown) => {
		const text = typeof part === 'object' && part !== null ? (part as { text?: unknown }).text : part;
		return typeof text === 'string' ? text : undefined;
	});
	return texts.every((text) => text !== undefined) ? texts.join('\n') : undefined;
}
