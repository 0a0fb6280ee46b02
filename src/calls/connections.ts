import type { Dispatcher, RequestInit, Response } from 'undici';

/** A target's connections, kept alive between questions and never shared by two at once, so that none waits for one. */
export interface Connections {
	/** Fetches, following redirects within the URL's origin alone; `handedOver` is called once, when the request is written to a socket that is connected (DNS, TCP, TLS). */
	fetch(url: string, request: RequestInit, handedOver: () => void): Promise<Response>;
	/** Ends every connection, and with it what is still asked. */
	close(): Promise<void>;
}

/** Opens no connection yet; through a proxy if Node's own NODE_USE_ENV_PROXY=1 asks for it. */
export async function openConnections(): Promise<Connections> {
	// Loaded here, since it takes about 0.1 s that only these targets should pay.
	const { Agent, EnvHttpProxyAgent, fetch } = await import('undici');
	const Kind = process.env.NODE_USE_ENV_PROXY === '1' ? EnvHttpProxyAgent : Agent;
	// A trial has a time-out of its own, which may be longer than the client's; HTTP/2 would share one connection.
	const agent = new Kind({ headersTimeout: 0, bodyTimeout: 0, allowH2: false });
	return {
		fetch: (url, request, handedOver) =>
			fetch(url, {
				...request,
				dispatcher: agent.compose(
					whenWritten(once(handedOver)),
					onlyTo(new URL(url).origin, request.method ?? 'GET'),
				),
			}),
		close: () => agent.destroy(),
	};
}

/**
 * Follows no redirect to another origin. `fetch` itself takes only `authorization` and cookies off a request that goes
 * there: a key under any other name (`x-api-key`, `api-key`), the body and the trace would be told to a stranger.
 */
function onlyTo(origin: string, method: string): Dispatcher.DispatcherComposeInterceptor {
	return (dispatch) => (options, handler) => {
		const to = new URL(String(options.origin)).origin;
		// Of a POST that 301, 302 or 303 makes a GET the body is left behind: what is answered then is no answer.
		if (to === origin && options.method !== method) {
			throw new Error(
				`it redirects ${method} to a ${options.method} of ${options.path}, which does not get the question; only 307 and 308 keep it`,
			);
		}
		if (to === origin) return dispatch(options, handler);
		throw new Error(
			`it redirects to another origin, ${to}, which gets neither headers nor question; if it is to be asked, write its URL`,
		);
	};
}

/** Tells when a request goes out: a dispatcher calls `onRequestStart` right before it writes to its socket. */
function whenWritten(tell: () => void): Dispatcher.DispatcherComposeInterceptor {
	return (dispatch) => (options, handler) =>
		dispatch(options, {
			onRequestStart(controller, context) {
				tell();
				handler.onRequestStart?.(controller, context);
			},
			onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
			onResponseStarted: () => handler.onResponseStarted?.(),
			onResponseStart: (...given) => handler.onResponseStart?.(...given),
			onResponseData: (...given) => handler.onResponseData?.(...given),
			onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
			onResponseError: (...given) => handler.onResponseError?.(...given),
		});
}

/** A redirect is followed by a request of its own, whose time is part of the answer's. */
function once(tell: () => void): () => void {
	let told = false;
	return () => {
		if (!told) tell();
		told = true;
	};
}
