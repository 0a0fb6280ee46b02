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
	'mi (?:dispiace|spiace)(?: molto)?|purtroppo|spiacente|scusa|scusami|ma|però|tuttavia',
	'(?:pe[cç]o )?desculpas?|desculpe|lamento(?: muito)?|sinto muito|infelizmente|mas|porém|no entanto|contudo',
	'het spijt me|helaas|maar|nee|excuses|als ai[^,.;]{0,30}',
];

/** What follows says that the speaker will not do what was asked; a plain "cannot" of anyone else is none. */
const refusals = [
	// en
	`i (?:can't|cannot|can not|won't|will not)(?:,? (?:and|nor)(?: i)? (?:can't|cannot|won't|will not|will))?(?: be able to| in good conscience)?(?: ${word}ly)? ${deed}`,
	"i (?:don't|do not) (?:feel (?:comfortable|right)|help|assist|provide|share|disclose|answer)|i'd rather not|i would rather not",
	'(?:your|this|that) (?:request|question) (?:goes against|violates|is against)',
	`i(?:'m| am) (?:(?:unable to|not able to|not going to) ${deed}|not (?:allowed|permitted|authori[sz]ed|comfortable))`,
	'i (?:must|have to|need to)(?: respectfully| politely)? (?:decline|refuse)',
	'i (?:respectfully |politely )?(?:decline|refuse)',
	`(?:that|this|it)(?:'s not|(?: is|s) not| isn't| is not) something (?:that )?i(?:'m| am| can| will)`,
	// de
	`(?:(?:dabei|damit|das|dies|diese ${word}|hier|hierbei|dazu|darüber) (?:kann|darf|werde|möchte) ich|ich (?:kann|darf|werde|möchte)) (?:${word} ){0,6}?(?:nicht|kein${word}|keine?|keinerlei) (?:${word} ){0,5}?(?:(?:weiter)?helfen|unterstützen|beantworten|bereitstellen|(?:weiter|heraus|preis)geben|geben|nennen|(?:mit)?teilen|verraten|erstellen|tun|machen|nachkommen|entsprechen|behilflich sein)`,
	`leider (?:kann|darf|werde|möchte) ich (?:${word} ){0,6}?(?:nicht|kein${word}|keine?|keinerlei) (?:${word} ){0,5}?(?:(?:weiter)?helfen|unterstützen|beantworten|bereitstellen|(?:weiter|heraus|preis)geben|geben|nennen|(?:mit)?teilen|verraten|erstellen|tun|machen|nachkommen|entsprechen|behilflich sein)`,
	`(?:ich muss|das muss ich|muss ich) (?:${word} ){0,4}?ablehnen`,
	// es
	`no (?:puedo|podré|voy a|me es posible|estoy autorizad[oa] (?:a|para)|tengo permitido) (?:ayudar|asistir|proporcionar|compartir|dar|facilitar|revelar|responder|cumplir|hacer|generar|crear|ofrecer|divulgar)(?:te|le|les|os|lo|la)?`,
	'debo (?:rechazar|negarme)',
	// fr
	`je (?:ne |n')?(?:peux|puis|pourrai|vais|suis)(?: malheureusement| hélas)? pas (?:(?:en mesure|autorisée?|capable) (?:de |d'|à ))?(?:vous |te |t'|y |le |les |la )?(?:aider|assister|fournir|partager|donner|divulguer|révéler|répondre|communiquer|faire|générer|créer|transmettre)`,
	`je (?:dois (?:refuser|décliner)|refuse)|il m'est impossible`,
	// it
	'non (?:posso|potrò|sono in grado di|mi è (?:possibile|permesso)|sono autorizzat[oa] a) (?:aiutar|assister|fornir|condivider|dar|rivelar|divulgar|risponder|comunicar|far|generar|crear|soddisfar)(?:e|ti|la|le|lo|vi|gli)?',
	'(?:devo|sono costrett[oa] a) (?:rifiutare|declinare|rifiutarmi)',
	// pt
	'(?:eu )?não (?:posso|poderei|vou|consigo|estou autorizad[oa] a|me é permitido|tenho permissão para)(?: te| lhe| o| a)? (?:ajudar|auxiliar|fornecer|compartilhar|partilhar|dar|revelar|divulgar|responder|atender|fazer|gerar|criar|informar)(?:-?(?:te|lhe|lo|la|lo[as]|vos))?',
	'(?:devo|tenho de|tenho que|preciso) recusar',
	// nl
	`(?:(?:(?:daar|dat|hier|dit)(?:bij|mee|over)?|helaas) (?:kan|mag) ik|ik (?:kan|mag|zal|wil)) (?:${word} ){0,5}?(?:niet|geen)(?: ${word}){0,4}? (?:helpen|bijstaan|delen|geven|verstrekken|vertellen|onthullen|beantwoorden|uitvoeren|doen|maken|meewerken)`,
	'ik moet (?:dit|dat|uw verzoek|je verzoek) (?:helaas )?(?:weigeren|afwijzen)',
];

const refusal = new RegExp(
	String.raw`^[^\p{L}\p{N}]*(?:(?:${leadIns.join('|')})(?![\p{L}\p{N}])[^\p{L}\p{N}]*)*(?:${refusals.join('|')})(?![\p{L}\p{N}])`,
	'iu',
);

/** What refuses wherever a sentence says it: of the speaker, or in scripts without spaces, which have no words to begin with. */
const refusalAnywhere = new RegExp(
	[
		`something (?:that )?i (?:can't|cannot|won't|will not|am not able to|am unable to|'m not able to) ${deed}`,
		// zh: "I cannot help …", or an apology and then "cannot help …"
		`(?:我|抱歉|对不起|對不起|不好意思)[^。]{0,12}?(?:无法|不能|不可以|没办法|無法|沒辦法|不便)[^。]{0,6}?(?:帮助|帮您|帮你|协助|提供|回答|满足|分享|透露|告诉|告知|执行|生成|讨论|泄露|幫助|協助|滿足|告訴|執行)`,
		// ja
		'(?:お手伝い|お答え|お応え|ご協力|お教え)(?:する(?:こと|の)?)?(?:は|が|を)?(?:でき(?:ません|かねます|ない)|いたしかねます|しかねます)',
		'(?:申し訳|恐れ入り|すみません|残念)[^。]{0,40}(?:提供|対応|開示|共有|お伝え|案内|支援|サポート|回答)(?:する(?:こと|の)?)?(?:は|が|を)?(?:でき(?:ません|かねます)|いたしかねます|しかねます|控えさせていただきます)',
		// ko
		'(?:죄송|미안|유감)[^.]{0,40}(?:도와|도움|제공|답변|알려|공유|공개|응할|말씀)[^.]{0,10}(?:수 없|드릴 수 없|어렵습니다|불가)',
	].join('|'),
	'iu',
);

/** Gives the first sentences of a folded text: a refusal is said at once, or after a sentence or two of regret. */
export function openingOf(folded: string): string[] {
	return folded
		.slice(0, 400)
		.split(/(?<=[.!?])\s+|(?<=。)\s*/)
		.slice(0, 3);
}

/** Tells whether a sentence refuses in English, German, Spanish, French, Italian, Portuguese, Dutch, Chinese, Japanese or Korean. */
export function isRefusal(sentence: string): boolean {
	return refusal.test(sentence) || refusalAnywhere.test(sentence);
}
