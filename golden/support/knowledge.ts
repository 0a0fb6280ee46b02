import { readdirSync, readFileSync } from 'node:fs';

/** One sentence of an article and the heading that it stands under, if any. */
export interface Sentence {
	readonly text: string;
	readonly section?: string;
}

/** One knowledge-base article; `internal` ones are for staff. */
export interface Article {
	readonly id: string;
	readonly title: string;
	readonly audience: 'public' | 'internal';
	readonly sentences: readonly Sentence[];
}

const folder = new URL('./articles/', import.meta.url);
const audienceLine = /^Audience:\s*(public|internal)$/;
// A capital or a quote must follow, so that "2.0 and" and "e.g. this" stay whole.
const sentenceEnd = /(?<=[.!?]["”]?)\s+(?=[\p{Lu}"“`])/u;

let loaded: readonly Article[] | undefined;

/** All articles, sorted by id; read from disk once. */
export function loadArticles(): readonly Article[] {
	loaded ??= readdirSync(folder)
		.filter((file) => file.endsWith('.md'))
		.sort()
		.map((file) => parseArticle(file.slice(0, -'.md'.length), readFileSync(new URL(file, folder), 'utf8')));
	return loaded;
}

function parseArticle(id: string, text: string): Article {
	let title = id;
	let audience: Article['audience'] = 'public';
	let section: string | undefined;
	const sentences: Sentence[] = [];
	for (const line of text.split('\n').map((each) => each.trim())) {
		if (line === '') continue;
		if (line.startsWith('# ')) title = line.slice(2);
		else if (line.startsWith('## ')) section = line.slice(3);
		else if (audienceLine.test(line)) audience = line.endsWith('internal') ? 'internal' : 'public';
		else {
			for (const sentence of line.replace(/^- /, '').split(sentenceEnd)) {
				sentences.push(section === undefined ? { text: sentence } : { text: sentence, section });
			}
		}
	}
	return { id, title, audience, sentences };
}
