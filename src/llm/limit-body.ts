/** The longest body of an answer that is read, in bytes. */
const maxBytes = 16 * 1024 * 1024;

/** The same response, whose body fails when it grows too long to be a model's answer. */
export function limitBody(response: Response): Response {
	if (response.body === null) return response;
	let size = 0;
	const count = new TransformStream<Uint8Array, Uint8Array>({
		transform(chunk, controller) {
			size += chunk.byteLength;
			if (size > maxBytes) throw new Error(`the answer's body is larger than ${maxBytes} bytes`);
			controller.enqueue(chunk);
		},
	});
	const { status, statusText, headers } = response;
	return new Response(response.body.pipeThrough(count), {
		status,
		statusText,
		headers: [...headers] as [string, string][],
	});
}
