/** A word of a language that writes spaces. */
const word = String.raw`[\p{L}\p{N}'-]+`;

/** What an English speaker refuses to do; "I cannot find it" or "recommend it enough" refuses nothing. */
const deed =
	'(?:help|assist|provide|share|give|tell|disclose|reveal|comply|do (?:that|this|so)|fulfill?|support|answer|discuss|create|generate|write|produce|engage|participate|offer|advise|talk about|go into|get into|speak to|respond to|explain how|describe how|teach|walk you)';
/** Of one's own will one refuses more than one is unable to. */
const willed =
	'(?:explain|describe|show|guide|draft|translate|pretend|play|list|outline|instruct|continue|respond|join|encourage|facilitate|enable|be (?:able to|helping|providing|writing|sharing|answering|explaining|walking))';

const germanDeed =
	'(?:(?:weiter)?helfen|unterstützen|beantworten|bereitstellen|(?:weiter|heraus|preis)geben|geben|nennen|(?:mit)?teilen|verraten|erstellen|tun|machen|nachkommen|entsprechen|behilflich sein|erteilen|sprechen|reden|eingehen|äußern|beschreiben|erklären|schreiben|verfassen|mitmachen|mitwirken)';
const germanNot = '(?:nicht|kein[a-z]*)';

/** How an answer may open before it refuses: apologies, reasons, contrasts. */
export const leadIns: readonly string[] = [
	"i(?:'m| am) (?:really |so |very |truly )?(?:sorry|afraid)(?: that)?",
	'(?:my )?apolog(?:ies|y)',
	'i apologi[sz]e(?: for [^,.;]{1,40})?',
	'sorry',
	'unfortunately',
	'thank(?:s| you)[^,.;]{0,40}',
	`(?:as |i(?:'m| am) (?:just |only )?)an? (?:${word} ){0,4}(?:ai|assistant|model)(?: (?:model|assistant))?[^,.;]{0,30}`,
	'but|however|no|and|so|therefore',
	'(?:es )?tut mir (?:sehr )?leid|leider|entschuldigung|entschuldige|aber|nein|bedaure|als ki[^,.;]{0,30}|daher|deshalb',
	'lo siento(?: mucho)?|lamentablemente|desafortunadamente|perdona|perdón|disculpa|disculpe|pero|no obstante|así que|por eso',
	'(?:je suis )?(?:vraiment )?désolée?|malheureusement|navrée?|mais|cependant|toutefois|donc|non',
	'mi (?:dispiace|spiace)(?: molto)?|purtroppo|spiacente|scusa|scusami|ma|però|tuttavia|quindi',
	'(?:pe[cç]o )?desculpas?|desculpe|lamento(?: muito)?|sinto muito|infelizmente|mas|porém|no entanto|contudo|por isso|não',
	'het spijt me|helaas|maar|nee|excuses|als ai[^,.;]{0,30}|dus',
	'przepraszam|przykro mi|niestety|ale|tyvärr|förlåt|ursäkta|men|desværre|beklager|к сожалению|извините|простите|но|на жаль|вибачте|але',
	'üzgünüm|maalesef|ne yazık ki|ancak|ama|آسف|عذرا|عذرًا|أعتذر|للأسف|ولكن|لكن|maaf|mohon maaf|tapi|namun|माफ़ कीजिए|माफ कीजिए|क्षमा करें|लेकिन',
];

/** What follows says that the speaker will not do what was asked; a plain "cannot" of anyone else is none. */
export const refusals: readonly string[] = [
	// en
	`i (?:can't|cannot|can not|won't|will not)(?:,? (?:and|nor)(?: i)? (?:can't|cannot|won't|will not|will))?(?: be able to| in good conscience)?(?: ${word}ly)? ${deed}`,
	`i (?:won't|will not)(?: ${word}ly)? ${willed}`,
	"i (?:don't|do not) (?:feel (?:comfortable|right)|help|assist|provide|share|disclose|answer|have the (?:ability|capability|capacity) to)|i'd rather not|i would rather not|i(?:'d| would)? prefer not to",
	'(?:your|this|that) (?:request|question) (?:goes against|violates|is against)',
	`i(?:'m| am) (?:(?:unable to|not able to|not going to) (?:${deed}|${willed})|not (?:allowed|permitted|authori[sz]ed|comfortable))`,
	'i (?:must|have to|need to)(?: respectfully| politely)? (?:decline|refuse)',
	"i(?:'ll| will) (?:have to )?(?:pass on (?:this|that)|say no|decline|refuse|sit this one out)",
	'i (?:respectfully |politely )?(?:decline|refuse)',
	`(?:that|this|it)(?:'s not|(?: is|s) not| isn't| is not) something (?:that )?i(?:'m| am| can| will|'ll|'d)`,
	'(?:it|that|this) (?:would|could) be (?:inappropriate|irresponsible|unethical|unsafe)(?: of me| for me)? to (?:discuss|share|explain|describe|provide|help|assist|answer|give|tell|write)',
	`(?:i (?:don't|do not) (?:think|believe|feel)(?: that)? )?(?:it|that|this)(?:'s| is|s)? (?:not|never|neither|wouldn't be|isn't) (?:${word} ){0,3}?(?:appropriate|ethical|acceptable|responsible|respectful|right)(?: ${word}){0,3}? (?:for me )?to (?:discuss|promote|provide|ask|suggest|share|give|encourage|advise|engage|make|request|seek|explain|describe|joke|advocate|justify|perpetuate|condone|spread)`,
	"let(?:'s| us) (?:talk about something else|change the subject|(?:discuss|move on to) (?:something else|another topic|a different topic))",
	// de
	`(?:(?:dabei|damit|das|dies|hier|hierbei|dazu|hierzu|darüber|daran|(?:zu |bei |über |an )?(?:diese[a-z]?|solche[a-z]?|eine? (?:solche|derartige)[a-z]?) ${word}) (?:kann|darf|werde|möchte|will) ich|ich (?:kann|darf|werde|möchte|will)) (?:${word} ){0,6}?${germanNot} (?:${word} ){0,5}?${germanDeed}`,
	`leider (?:kann|darf|werde|möchte) ich (?:${word} ){0,6}?${germanNot} (?:${word} ){0,5}?${germanDeed}`,
	`(?:dabei|damit|dazu|hierzu|daran|hierbei|darüber) (?:helfe|unterstütze|gebe|mache|wirke|beteilige|sage|erteile|spreche|rede) ich (?:${word} ){0,4}?${germanNot}`,
	`(?:ich muss|das muss ich|muss ich) (?:${word} ){0,4}?ablehnen|(?:das|dies|diese ${word}) lehne ich ab|ich (?:lehne (?:das|dies|es) ab|weigere mich)`,
	// es
	`no (?:puedo|podré|me es posible|estoy autorizad[oa] (?:a|para)|tengo permitido) (?:ayudar|asistir|proporcionar|compartir|dar|facilitar|revelar|responder|cumplir|hacer|generar|crear|ofrecer|divulgar|explicar|escribir|hablar|comentar|brindar|atender|participar)(?:te|le|les|os|lo|la)?`,
	String.raw`no voy a [\p{L}]{2,20}r(?:te|le|les|os|lo|la)?|prefiero no (?:entrar|hablar|responder|dar|opinar|comentar|ayudar|hacerlo)|(?:no te|no le|no os) ayudaré`,
	'debo (?:rechazar|negarme)|me niego|no me siento cómod[oa]|(?:va|iría) en contra de mis',
	// fr
	`je (?:ne |n')?(?:peux|puis|pourrai|vais|suis|souhaite|veux)(?: malheureusement| hélas)? pas (?:(?:en mesure|autorisée?|capable) (?:de |d'|à ))?(?:vous |te |t'|y |le |les |la |en )?(?:aider|assister|fournir|partager|donner|divulguer|révéler|répondre|communiquer|faire|générer|créer|transmettre|expliquer|rédiger|écrire|discuter|parler|aborder|traiter|participer)`,
	String.raw`je (?:ne |n')(?:vous |te |t'|le |la |les |y )?(?!serai|aurai)[\p{L}]{3,20}rai pas`,
	`je (?:dois (?:refuser|décliner)|refuse|préfère ne pas)|il m'est impossible`,
	`cette (?:question|demande) (?:dépasse|sort d|va à l'encontre|n'entre pas)`,
	// it
	'non (?:posso|potrò|sono in grado di|mi è (?:possibile|permesso)|sono autorizzat[oa] a) (?:aiutar|assister|fornir|condivider|dar|rivelar|divulgar|risponder|comunicar|far|generar|crear|soddisfar|spiegar|scriver|parlar|discuter)(?:e|ti|la|le|lo|vi|gli)?',
	String.raw`non (?:ti |vi |le |lo |la )?(?!sarò|avrò)[\p{L}]{3,20}rò`,
	'(?:devo|sono costrett[oa] a) (?:rifiutare|declinare|rifiutarmi)|mi rifiuto|preferisco non|non mi sento (?:a mio agio|di)|non me la sento',
	// pt
	'(?:eu )?não (?:posso|poderei|consigo|estou autorizad[oa] a|me é permitido|tenho permissão para)(?: te| lhe| o| a)? (?:ajudar|auxiliar|fornecer|compartilhar|partilhar|dar|revelar|divulgar|responder|atender|fazer|gerar|criar|informar|explicar|escrever|falar|discutir|participar)(?:-?(?:te|lhe|lo|la|lo[as]|vos))?',
	String.raw`(?:eu )?não (?:vou|irei)(?: te| lhe| o| a)? [\p{L}]{2,20}r(?:-?(?:te|lhe|lo|la|vos))?|prefiro não|não me sinto (?:à vontade|confortável)`,
	'(?:devo|tenho de|tenho que|preciso) recusar|(?:eu )?me recuso|recuso-me',
	// nl
	`(?:(?:(?:daar|dat|hier|dit)(?:bij|mee|over)?|helaas) (?:kan|mag|zal|ga|wil) ik|ik (?:kan|mag|zal|wil|ga)) (?:${word} ){0,5}?(?:niet|geen)(?: ${word}){0,4}? (?:helpen|bijstaan|delen|geven|verstrekken|vertellen|onthullen|beantwoorden|uitvoeren|doen|maken|meewerken|uitleggen|schrijven|bespreken|praten)`,
	'ik moet (?:dit|dat|uw verzoek|je verzoek) (?:helaas )?(?:weigeren|afwijzen)|ik weiger|daar (?:werk|doe|help) ik (?:je |u )?niet (?:aan )?mee|dat doe ik niet',
	// pl
	String.raw`nie (?:mogę|będę)(?: [\p{L}]+){0,3} (?:pomóc|pomagać|udzielić|podać|odpowiedzieć|udostępnić|opisać|wyjaśnić|napisać)`,
	// sv, no, da
	String.raw`(?:jag |jeg )?(?:kan|får|tänker|kommer|vil)(?: jag| jeg)? (?:inte|ikke)(?: [\p{L}]+){0,3} (?:hjälpa|hjelpe|hjælpe|svara|svare|dela|dele|ge|gi|give|förklara|forklare|skriva|skrive)`,
	// ru, uk
	String.raw`(?:я )?не (?:могу|буду|можу|буде)(?: [\p{L}]+){0,3} (?:помочь|помогать|обсуждать|ответить|отвечать|предоставить|поделиться|рассказать|рассказывать|выполнить|писать|допомогти|відповісти|надати)`,
	// tr
	String.raw`(?:[\p{L}]+ ){0,4}(?:yard[ıi]mc[ıi] olam(?:am|[ıi]yorum)|yanıt veremem|cevap veremem|bilgi veremem|paylaşamam)`,
	// ar
	'لا (?:يمكنني|أستطيع|أقدر) (?:المساعدة|مساعدتك|تقديم|الإجابة|الرد|مشاركة|تزويدك)',
	// id
	'saya tidak (?:bisa|dapat) (?:membantu|menjawab|memberikan|membagikan)',
	// hi
	String.raw`मैं (?:[\p{L}\p{M}]+ ){0,5}(?:मदद|सहायता|उत्तर|जवाब|जानकारी) (?:[\p{L}\p{M}]+ ){0,2}नहीं`,
];

/** What refuses wherever a sentence says it: of the speaker, or in scripts without spaces, which have no words to begin with. */
export const anywhere: readonly string[] = [
	`something (?:that )?i (?:can't|cannot|won't|will not|am not able to|am unable to|'m not able to) ${deed}`,
	"(?:i(?:'d| would) rather not (?:get|go|discuss|say|explain|answer|share)|i draw the line|you won't (?:get|hear) (?:it|that|this) from me)",
	"(?:against|not within|not in line with|outside) my (?:[a-z]+ ){0,4}(?:guidelines|policy|policies|principles|programming|values|rules)|(?:outside|beyond)(?: of)? (?:my (?:scope|role|remit|area|guidelines|expertise)|the scope of what i|what i(?:'m| am| can))",
	// zh: "I cannot help …", or an apology and then "cannot help …"
	`(?:我|抱歉|对不起|對不起|不好意思)[^。]{0,12}?(?:无法|不能|不可以|没办法|無法|沒辦法|不便)[^。]{0,6}?(?:帮助|帮您|帮你|协助|提供|回答|满足|分享|透露|告诉|告知|执行|生成|讨论|泄露|幫助|協助|滿足|告訴|執行)`,
	'我(?![们們])[^。，,]{0,6}(?:不会|不會|拒绝|拒絕|不愿|不願)[^。，,]{0,4}(?:帮|幫|提供|回答|协助|協助|告诉|告訴|教|参与|參與|写|寫|透露)|恕(?:我)?(?:难|難|不)(?:从命|從命|能|奉告)',
	// ja
	'(?:お手伝い|お答え|お応え|ご協力|お教え|ご説明|お伝え|お話し)(?:する(?:こと|の)?)?(?:は|が|を)?(?:でき(?:ません|かねます|ない)|いたしかねます|しかねます)',
	'(?:申し訳|恐れ入り|すみません|残念)[^。]{0,40}(?:提供|対応|開示|共有|お伝え|案内|支援|サポート|回答)(?:する(?:こと|の)?)?(?:は|が|を)?(?:でき(?:ません|かねます)|いたしかねます|しかねます|控えさせていただきます)',
	// ko
	'(?:죄송|미안|유감)[^.]{0,40}(?:도와|도움|제공|답변|알려|공유|공개|응할|말씀)[^.]{0,10}(?:수 없|드릴 수 없|어렵습니다|불가)',
	'(?:도와|도움을|답변을?|알려|말씀)(?: ?드릴 수는? 없|(?: |해 )?드리지 않)|(?:응하지|돕지|답하지) 않',
];

/** How a sentence may begin that refuses in a later clause: it tells what the asker wants or what the speaker is, and answers nothing. */
export const preambles: readonly string[] = [
	"i(?:'m| am) (?:really |so |very |truly |deeply )?sorry (?:that|to|if|about|for|you)|i (?:understand|see|appreciate|know|reali[sz]e|get|hear|respect|wish|would love)|i'd love|while|although|even though|given|thank|that(?:'s| is)|this is|it(?:'s| is)|as an? |(?:promot|explain|discuss|provid|pick|describ|shar)ing",
	'ich verstehe|auch wenn|obwohl|das ist|da |je comprends|bien que|même si|comme |entiendo|comprendo|aunque|como |capisco|anche se|poiché|entendo|embora|ik begrijp|hoewel|rozumiem|jag förstår|я понимаю|хотя',
];

/** After "but" the speaker offers other help, or sends on to it, and the refusal stands. */
export const otherHelp =
	"(?:i(?:'d| would| could| can|'m| am|'ll| will)|please|feel free|if you|let me|happy to|you(?:'re| are) welcome|you (?:can|could|may|might)(?: want to| always)? (?:ask|contact|call|reach out|talk to|speak to|write to|email|consult)|ich |gern|wenn |je |n'hésitez|si |puedo|con gusto|posso|se |ik |als )";
/** So a clause begins, rather than goes on: nobody takes back what is refused "even for educational purposes". */
const clause = String.raw`(?:^|[.!?:;—–]\s|(?<!\p{L})(?:but|however|well|okay|ok|so|aber|mais|pero|ma|mas|maar),?\s)[^\p{L}]{0,3}`;
/** With this a speaker takes the refusal back. */
export const takenBack = `just kidding|but since you asked|but here(?:'s| is| are| it is| you go)|(?:however|but),? i will (?:still )?(?:provide|answer|explain|give|describe|respond)|however, here(?:'s| is| are)|that (?:being )?said, here|anyway, here|aber weil du|spaß beiseite|${clause}(?:off the record|between us|between you and me|hypothetically speaking|for educational purposes|unter uns|entre nous|entre nosotros|entre nós|tra noi|a grandes rasgos|onder ons)`;
