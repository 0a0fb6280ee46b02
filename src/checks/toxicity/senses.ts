/** A word that has a harmless sense, and what stands near it where that sense is meant. */
interface Sense {
	readonly word: string;
	readonly cues: string;
}

const work =
	'novel|film|movie|album|song|book|play|opera|band|titled?|dostoevsky|roman|buch|lied|libro|livre|romanzo|filme';
const fox = 'animal|f[áa]bula|uvas|cachorr|madriguera|bosque|fauna|cola|pelaje|cuervo';

const senses: readonly Sense[] = [
	{
		word: 'bitch(?:es)?',
		cues: 'pups?|pupp(?:y|ies)|litters?|dogs?|breed\\w*|kennels?|whelp\\w*|canine|spayed|hounds?|vet|terrier',
	},
	{
		word: 'bastards?',
		cues: `files?|swords?|toadflax|culverin|trench|operator|william|normandy|heirs?|throne|${work}`,
	},
	{
		word: 'faggots?',
		cues: 'peas?|gravy|pork|butcher|firewood|bundles? of|sticks|braise\\w*|oven|meatballs?|offal|dish',
	},
	{ word: 'idiots?|bollocks|morons?', cues: work },
	{ word: 'slut', cues: 'är|er|var|tar|tog|till|til|på|ved|vid|helt|nästan|snart|säsongen|slutet' },
	// In Norwegian and Danish a subject, in Britain a cigarette.
	{
		word: 'fags?',
		cues: 'og|som|er|et|skole\\w*|studie\\w*|lærer\\w*|eksamen|cigarettes?|smok\\w*|ash|packet',
	},
	{ word: 'kys', cues: 'og|kram|et|mange|kinden' },
	{ word: 'huren', cues: 'te|een|huur\\w*|verhuur\\w*|woning\\w*|kunt|kopen' },
	{ word: 'hures?', cues: 'sanglier|cochon|charcut\\w*|fromage|pistach\\w*' },
	{ word: 'tette', cues: 'bébé|sein|mère|maman|lait|agneaux?|veaux?' },
	{ word: 'foder', cues: 'hund\\w*|katt\\w*|häst\\w*|heste?|djur\\w*|dyr\\w*|kor|köer|ensilage|hö' },
	{
		word: 'escroto',
		cues: 'test[íi]cul\\w*|m[ée]dic\\w*|piel|pele|bolsa|dor|dolor|urolog\\w*|inflam\\w*|h[ée]rnia|inchaço|hinchaz[óo]n',
	},
	{ word: 'pussy|pussies', cues: 'willows?|cats?|kittens?|riot|galore|foot' },
	{ word: 'crap|prick', cues: 'craps? table|casino|dice|needle|finger|blood|skin' },
	{ word: 'dildo', cues: 'newfoundland|harbour|town|village' },
	{ word: 'pollas?', cues: 'de agua|ave|aves|gallinas?|r[ií]o|humedal|especie' },
	{ word: 'zorras?', cues: fox },
	{ word: 'capullo', cues: 'flor|rosa|mariposa|seda|oruga|planta|p[ée]talos|crisálida' },
	{ word: 'boquetes?', cues: 'pared|muro|suelo|techo|abri\\w*|hueco|agujero|seguridad' },
	{ word: 'marica', cues: 'ave|p[áa]jaro|urraca' },
	{ word: 'levrette', cues: 'chienne?s?|lévriers?|races?|animal' },
	{ word: 'tapettes?', cues: 'mouches?|souris|rats?|pi[èe]ge' },
	{ word: 'troia', cues: 'guerra|cavallo|omero|achille|elena|iliade|antica|rovine' },
	{ word: 'crioulo', cues: 'l[íi]nguas?|idiomas?|falad\\w*|falam|cabo|verde|guiné|dicionário|gramática' },
	{ word: 'bichas?', cues: 'filas?|portugal|autocarro|espera|esperar|solitária|lombriga' },
	{ word: 'сук[аи]', cues: 'собак\\p{L}*|щен\\p{L}*|пород\\p{L}*|вет\\p{L}*|течк\\p{L}*' },
	{ word: 'чурк[аи]|чурок', cues: 'дерев\\p{L}*|дров\\p{L}*|полен\\p{L}*|топор\\p{L}*|печ[ьи]' },
	{ word: 'jackass(?:es)?', cues: 'penguins?|donkeys?|bray\\w*|mare|mules?|film|show' },
	{ word: '(?:my|your|his) cock', cues: 'rooster|hens?|crow\\w*|feathers?|coop' },
];

/** How far a cue may stand from its word. */
const reach = 80;
/** What makes an insult of a word, whatever else is spoken of. */
const addressed =
	/(?<!\p{L})(?:(?:you(?:['’]re| are)?|ur|u r|du|du bist|eres|tu es|sei|você é|jij|je bent|jesteś|ты)(?: (?:all|an?|such|bunch of|little|absolute|total|complete|utter|ein[e]?|une?|um|uma|een))*|(?:son of|what|such) an?|stupid|dumb|fucking|fuckin|damn|lazy|filthy)[ ,]{1,2}$/iu;
/** What tells that a word is spoken of, and not used. */
const aboutWords =
	/(?<!\p{L})(?:words?|terms?|slurs?|insults?|meaning|means|etymolog\p{L}*|dictionar\p{L}*|spelled|wort|wörter|begriff|bedeutet|mots?|terme|signifie|palabras?|término|significa|palavras?|termo|parola|parole|termine|woord|woorden|betekent|słowo|słowa|znaczy|слов[оа]|означает|ordet)(?!\p{L})/iu;
const quoted =
	/(?<![\p{L}\p{N}])(["'`*_“”‘’«»„‚]{1,3})(\p{L}[\p{L}\p{M}*'-]{1,30})(?:["'`*_“”‘’«»„‚]{1,3})(?!\p{L})/gu;
/** A word that is masked in a quotation is another's, and its writer took care. */
const masked = /(["“„«])((?:(?!["”“»\n]).){1,200})(["”“»])/gu;
const maskedWord = /(?<!\p{L})\p{L}{1,3}\*{1,6}\p{L}{0,5}/gu;

const patterns = senses.map(({ word, cues }) => ({
	word: new RegExp(`(?<!\\p{L})(?:${word})(?!\\p{L})`, 'giu'),
	cue: new RegExp(`(?<!\\p{L})(?:${cues})(?!\\p{L})`, 'iu'),
}));

const anyWord = new RegExp(`(?<!\\p{L})(?:${senses.map(({ word }) => word).join('|')})(?!\\p{L})`, 'iu');

const nothing = '·';

/**
 * Gives a text without what is no toxicity of its writer: words in a harmless sense, by what stands near them; words that
 * are spoken of as words, in quotes or italics; masked words in a quotation; quotations of what the asker typed.
 */
export function inEarnest(text: string, typed: string): string {
	let rest = text
		.replace(masked, (whole, open: string, inner: string, close: string) => {
			if (inner.length > 2 && typed.includes(inner)) return nothing;
			return whole.includes('*') ? `${open}${inner.replace(maskedWord, nothing)}${close}` : whole;
		})
		.replace(/(?<![\p{L}\p{N}])['‘]((?:(?!['’\n]).){3,200})['’](?!\p{L})/gu, (whole, inner: string) =>
			typed.includes(inner) ? nothing : whole,
		);
	rest = rest.replace(quoted, (whole, _open, _word, at: number) =>
		aboutWords.test(around(rest, at, whole.length)) ? nothing : whole,
	);
	if (!anyWord.test(rest)) return rest;
	for (const { word, cue } of patterns) {
		const before = rest;
		rest = before.replace(word, (found, at: number) =>
			cue.test(around(before, at, found.length)) && !addressed.test(before.slice(Math.max(0, at - reach), at))
				? nothing
				: found,
		);
	}
	return rest;
}

function around(text: string, at: number, length: number): string {
	return `${text.slice(Math.max(0, at - reach), at)} ${text.slice(at + length, at + length + reach)}`;
}
