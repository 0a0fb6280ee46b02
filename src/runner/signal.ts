/** A moment that comes again and again, and is waited for by whoever has nothing to do until then. */
export class Signal {
	#next: PromiseWithResolvers<void> | undefined;
	#whenIdle = false;
	#idleTimes = 0;

	/** How often all that was under way has waited, since it was first to be given then. */
	get idleTimes(): number {
		return this.#idleTimes;
	}

	/** The next time that it is given. */
	next(): Promise<void> {
		this.#next ??= Promise.withResolvers();
		return this.#next.promise;
	}

	give(): void {
		this.#next?.resolve();
		this.#next = undefined;
	}

	/** Gives it when all that is under way waits: Node calls what nextTick was given when no promise is left to go on. */
	giveWhenIdle(): void {
		if (this.#whenIdle) return;
		this.#whenIdle = true;
		process.nextTick(() => {
			this.#whenIdle = false;
			this.#idleTimes++;
			this.give();
		});
	}
}
