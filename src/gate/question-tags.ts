/** What of a question rules can slice and group by. */
export interface TaggedQuestion {
	readonly id: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly cluster?: string | undefined;
}

/** A `per` or `cluster_by` of a gate file, and whom to tell that the questions do not have it. */
export interface TagUse {
	readonly key: 'per' | 'cluster_by';
	/** A tag's key; without one, the questions' `cluster`. */
	readonly tag?: string | undefined;
	readonly wrong: (message: string) => void;
}

/** The most tags, and the most questions, that a message lists. */
const listedTags = 20;
const listedQuestions = 3;

/** Tells of slices and groups that the questions of a suite do not have: such rules stay inconclusive for ever. */
export function checkTags(uses: readonly TagUse[], questions: Iterable<TaggedQuestion>): void {
	if (uses.length === 0) return;
	const { count, clusters, tags, without } = countTags(uses, questions);
	for (const { key, tag, wrong } of uses) {
		if (tag === undefined) {
			if (clusters === 0) wrong(`no question has a \`cluster\`; expected ${orNone([...tags.keys()])}`);
			continue;
		}
		const having = tags.get(tag) ?? 0;
		if (having === 0) {
			const known = clusters > 0 && key === 'cluster_by' ? ['cluster'] : [];
			wrong(`no question has the tag "${tag}"; expected ${orNone([...tags.keys()], known)}`);
		} else if (key === 'per' && having < count) {
			const full = [...tags].filter(([, each]) => each === count).map(([each]) => each);
			const named = without.get(tag) ?? [];
			const more = count - having > named.length ? ', …' : '';
			wrong(
				`${count - having} of ${count} questions have no tag "${tag}" (${named.join(', ')}${more}), so no slice would judge ` +
					`them; expected it on every question${full.length === 0 ? '' : `, or ${listed(full)}`}`,
			);
		}
	}
}

function countTags(uses: readonly TagUse[], questions: Iterable<TaggedQuestion>) {
	const sliced = new Set(uses.flatMap(({ key, tag }) => (key === 'per' && tag !== undefined ? [tag] : [])));
	const without = new Map<string, string[]>([...sliced].map((tag) => [tag, []]));
	const tags = new Map<string, number>();
	let count = 0;
	let clusters = 0;
	for (const question of questions) {
		count += 1;
		if (question.cluster !== undefined) clusters += 1;
		for (const key in question.tags) tags.set(key, (tags.get(key) ?? 0) + 1);
		for (const [tag, ids] of without) {
			if (ids.length < listedQuestions && !Object.hasOwn(question.tags, tag)) ids.push(question.id);
		}
	}
	return { count, clusters, tags, without };
}

function orNone(tags: readonly string[], others: readonly string[] = []): string {
	if (tags.length + others.length > 0) return listed(tags, others);
	return 'tags on the questions, which have none';
}

function listed(tags: readonly string[], others: readonly string[] = []): string {
	const all = [...others, ...tags.toSorted().map((tag) => `tag:${tag}`)];
	const shown = all.slice(0, listedTags);
	if (all.length > shown.length) shown.push('…');
	return all.length === 1 ? String(shown[0]) : `one of: ${shown.join(', ')}`;
}
