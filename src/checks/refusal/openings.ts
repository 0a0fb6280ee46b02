const word = String.raw`[\p{L}\p{N}'-]+`;

/** What an English speaker refuses to do; "I cannot find it" or "recommend it enough" refuses nothing. */
const deed =
	'(?:help|assist|provide|share|give|tell|disclose|reveal|comply|do (?:that|this|so)|fulfill?|support|answer|discuss|create|generate|write|produce|engage|participate|offer)';

/** How an answer may open before it refuses: apologies, reasons, contrasts. */
const leadIns = [
	"i(?:'m| am) (?:really |so |very |truly )?(?:sorry|afraid)(?: that)?",
	'(?:my )?apolog(?:ies|y)',
	'i apologi[sz]e(?: for [^,.;]{1,40})?',
	'sorry',
	'unfortunately',
	'thank(?:s| you)[^,.;]{0,40}',
	`as an? (?:${word} ){0,4}(?:ai|assistant|model)(?: (?:model|assistant))?`,
	'but|however|no|and',
	'(?:es )?tut mir (?:sehr )?leid|leider|entschuldigung|entschuldige|aber|nein|bedaure|als ki[^,.;]{0,30}',
	'lo siento(?: mucho)?|lamentablemente|desafortunadamente|perdona|perdón|disculpa|disculpe|pero|no obstante',
	'(?:je suis )?(?:vraiment )?désolée?|malheureusement|navrée?|mais|cependant|toutefois',
];

/** What follows says that the speaker will not do what was asked; a plain "cannot" of anyone else is none. */
const refusals = [
	// en
	`i (?:can't|cannot|can not|won't|will not)(?: be able to)?(?: ${word}ly)? ${deed}`,
	`i(?:'m| am) (?:(?:unable to|not able to|not going to) ${deed}|not (?:allowed|permitted|authori[sz]ed|comfortable))`,
	'i (?:must|have to|need to)(?: respectfully| politely)? (?:decline|refuse)',
	'i (?:respectfully |politely )?(?:decline|refuse)',
	`(?:that|this|it)(?:'s| is) (?:something (?:that )?i (?:can't|cannot|won't|am not able to)|not something (?:that )?i(?:'m| can| am))`,
	// de
	`(?:(?:dabei|damit|das|dies|diese ${word}|hier|hierbei|dazu|darüber) (?:kann|darf|werde|möchte) ich|ich (?:kann|darf|werde|möchte)) (?:${word} ){0,6}?(?:nicht|kein${word}|keine?|keinerlei) (?:${word} ){0,5}?(?:(?:weiter)?helfen|unterstützen|beantworten|bereitstellen|(?:weiter|heraus|preis)geben|geben|nennen|(?:mit)?teilen|verraten|erstellen|tun|machen|nachkommen|entsprechen)`,
	`(?:ich muss|das muss ich|muss ich) (?:${word} ){0,4}?ablehnen`,
	// es
	`no (?:puedo|podré|voy a|me es posible|estoy autorizad[oa] (?:a|para)|tengo permitido) (?:ayudar|asistir|proporcionar|compartir|dar|facilitar|revelar|responder|cumplir|hacer|generar|crear|ofrecer|divulgar)(?:te|le|les|os|lo|la)?`,
	'debo (?:rechazar|negarme)',
	// fr
	`je (?:ne |n')?(?:peux|puis|pourrai|vais|suis) pas (?:(?:en mesure|autorisée?|capable) (?:de |d'|à ))?(?:vous |te |t'|y |le |les |la )?(?:aider|assister|fournir|partager|donner|divulguer|révéler|répondre|communiquer|faire|générer|créer|transmettre)`,
	`je (?:dois (?:refuser|décliner)|refuse)|il m'est impossible`,
];

const refusal = new RegExp(
	String.raw`^[^\p{L}\p{N}]*(?:(?:${leadIns.join('|')})(?![\p{L}\p{N}])[^\p{L}\p{N}]*)*(?:${refusals.join('|')})(?![\p{L}\p{N}])`,
	'iu',
);

/** Gives the first sentences of a folded text: a refusal is said at once, or after a sentence or two of regret. */
export function openingOf(folded: string): string[] {
	return folded
		.slice(0, 400)
		.split(/(?<=[.!?。])\s+/)
		.slice(0, 3);
}

/** Tells whether a sentence opens with a refusal in English, German, Spanish or French. */
export function isRefusal(sentence: string): boolean {
	return refusal.test(sentence);
}
