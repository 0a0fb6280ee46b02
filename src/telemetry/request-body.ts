import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { messageOf } from '../errors.ts';
import { type ReceiverLimits, Refused } from './request-limits.ts';

const unpackers = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync };

/** The bodies that are coming in, together bounded in memory. */
export class IncomingBodies {
	readonly #limits: ReceiverLimits;
	#bytes = 0;

	constructor(limits: ReceiverLimits) {
		this.#limits = limits;
	}

	/**
	 * Reads a body to its end and unpacks it; rejects with `Refused` when it is too large (413), when there is no
	 * room for it now (503) or when it is packed in a way that is not known (415) or broken (400), and with the
	 * stream's error when the client went away.
	 */
	async read(request: IncomingMessage): Promise<Buffer> {
		const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
		if (encoding !== 'identity' && !isKnown(encoding)) {
			const known = Object.keys(unpackers).join(', ');
			throw new Refused(415, `content-encoding ${encoding}: expected ${known} or none`, {
				'accept-encoding': known,
			});
		}
		const packed = await this.#collect(request);
		return encoding === 'identity' ? packed : this.#unpack(packed, encoding);
	}

	#collect(request: IncomingMessage): Promise<Buffer> {
		const { bodyBytes, bufferedBytes } = this.#limits;
		const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
		const chunks: Buffer[] = [];
		let size = 0;
		const collect = (chunk: Buffer) => {
			size += chunk.length;
			this.#bytes += chunk.length;
			chunks.push(chunk);
			if (size > bodyBytes) reject(this.#tooLarge());
			else if (this.#bytes > bufferedBytes) {
				reject(new Refused(503, 'too many spans are coming in at once', { 'retry-after': '1' }));
			}
		};
		if (Number(request.headers['content-length'] ?? 0) > bodyBytes) reject(this.#tooLarge());
		else {
			request.on('data', collect);
			request.once('end', () => resolve(Buffer.concat(chunks)));
			request.once('error', reject);
			request.once('close', () => reject(new Error('the client went away')));
		}
		return promise.finally(() => {
			// Without a listener what still comes is thrown away.
			request.off('data', collect);
			this.#bytes -= size;
		});
	}

	/** One at a time, and not in the thread pool: what is unpacked and read at once stays bounded. */
	#unpack(packed: Buffer, encoding: keyof typeof unpackers): Buffer {
		try {
			return unpackers[encoding](packed, { maxOutputLength: this.#limits.bodyBytes });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLarge();
			throw new Refused(400, `not ${encoding}: ${messageOf(error)}`);
		}
	}

	#tooLarge(): Refused {
		const limit = this.#limits.bodyBytes;
		return new Refused(
			413,
			`expected at most ${limit} bytes, unpacked: let the app send fewer spans at once`,
		);
	}
}

function isKnown(encoding: string): encoding is keyof typeof unpackers {
	return Object.hasOwn(unpackers, encoding);
}
