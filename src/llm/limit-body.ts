/** The longest body of an answer that is read, in bytes. */
const maxBytes = 16 * 1024 * 1024;
/** How long the end of a stream is waited for whose answer is whole, in milliseconds. */
const lingerMs = 1_000;

/**
 * The same response, whose body fails when it grows too long to be a model's answer, or is not UTF-8: the library would
 * read other bytes as marks in which no check finds what was said. Of a body that is given up unread the rest is read all
 * the same, if it comes soon.
 */
export function limitBody(response: Response): Response {
	if (response.body === null) return response;
	const reader = response.body.getReader();
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let size = 0;
	const body = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await reader.read();
				if (!isText(decoder, value)) {
					giveUp(reader);
					throw new Error("the answer's body is not UTF-8");
				}
				if (done) return controller.close();
				size += value.byteLength;
				if (size <= maxBytes) return controller.enqueue(value);
				giveUp(reader);
				throw new Error(`the answer's body is larger than ${maxBytes} bytes`);
			},
			// Not waited for: the answer is there.
			cancel: () => void readOn(reader, maxBytes - size),
		},
		{ highWaterMark: 0 },
	);
	const { status, statusText, headers } = response;
	return new Response(body, { status, statusText, headers: [...headers] as [string, string][] });
}

/** Whether a chunk goes on in UTF-8, or, without one, whether it ended so. */
function isText(decoder: TextDecoder, chunk: Uint8Array | undefined): boolean {
	try {
		decoder.decode(chunk, { stream: chunk !== undefined });
		return true;
	} catch {
		return false;
	}
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** The library reads a stream up to its `[DONE]`: the last bytes behind it would cost their connection, if left unread. */
async function readOn(reader: Reader, bytes: number): Promise<void> {
	const late = setTimeout(giveUp, lingerMs, reader).unref();
	try {
		for (let left = bytes; left >= 0; ) {
			const { done, value } = await reader.read();
			if (done) return;
			left -= value.byteLength;
		}
		giveUp(reader);
	} catch {
		// A connection that broke is not used again anyway.
	} finally {
		clearTimeout(late);
	}
}

function giveUp(reader: Reader): void {
	reader.cancel().catch(() => {});
}
