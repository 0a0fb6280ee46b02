/** The arguments that a model wrote, parsed; what is not JSON stays as it is. */
export function argumentsOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
