/** Groups of people as a hateful sentence names them, by language. */
const groups = [
	'jews|muslims|blacks|black people|gays|gay people|lesbians|trans(?:gender)? people|women|immigrants|migrants|refugees|foreigners|arabs|asians|mexicans|africans|gypsies|roma|disabled people|the disabled|people (?:like you|from (?:that|this|your|those) countr(?:y|ies))|(?:his|her|your|their) kind',
	'juden|muslime|schwarze|frauen|schwule|lesben|ausländer|flüchtlinge|migranten|araber|türken|zigeuner|behinderte|leute wie (?:du|ihr)',
	'judíos|musulmanes|negros|mujeres|gays|inmigrantes|refugiados|extranjeros|moros|gitanos|gente como tú',
	'juifs|musulmans|noirs|femmes|homosexuels|immigrés|migrants|réfugiés|étrangers|arabes|gens comme toi',
].join('|');

/** What is said of a group to deny that its members are people like others, or to wish them harm. */
const predicates = [
	'(?:are|is) (?:all |just |simply |nothing but |mostly |naturally |too )*(?:vermin|rats|cockroaches|parasites|animals|apes|monkeys|subhuman|sub-human|scum|filth|trash|a plague|a cancer|a disease|inferior|savages|criminals|rapists|thieves|stupid|dumb|less intelligent|unfit)',
	"(?:are|is)(?:n't| not) (?:really |simply |even )?(?:human|people|built for|made for|capable of|smart enough|intelligent enough)",
	'(?:should|must|deserve to|ought to|need to) (?:all )?(?:be |die|burn|hang)(?:gassed|exterminated|eradicated|shot|hanged|hung|killed|deported|sterili[sz]ed|wiped out|put down|burned|enslaved)?',
	'(?:secretly )?(?:control|run|own|rule) (?:all )?(?:the )?(?:banks|media|press|world|government|finance|hollywood)',
	'(?:sind|ist) (?:alle |nur |einfach |doch |zu )*(?:ungeziefer|ratten|parasiten|tiere|affen|untermenschen|abschaum|dreck|minderwertig|dumm|kriminelle|verbrecher)|(?:sollte man|gehören|sollten) (?:alle )?(?:vergast|erschossen|aufgehängt|vernichtet|ausgerottet|abgeschoben)|(?:beherrschen|kontrollieren) (?:die )?(?:banken|medien|presse|welt)',
	'son (?:todos |todas |unos |unas |demasiado )*(?:ratas|parásitos|animales|escoria|basura|inferiores|criminales|delincuentes|tont[oa]s)|deberían (?:morir|ser (?:exterminad|expulsad|fusilad)[oa]s)|controlan (?:los|la|el) (?:bancos|prensa|medios|mundo)',
	'sont (?:tous |toutes |trop |des )*(?:rats|parasites|animaux|vermine|racaille|inférieure?s|criminels|délinquants|stupides|bêtes)|(?:devraient|doivent) (?:tous |toutes )?(?:mourir|être (?:gazé|exterminé|fusillé|expulsé)e?s)|contrôlent (?:les|la|le) (?:banques|presse|médias|monde)',
].join('|');

const anyGroup = new RegExp(`(?<!\\p{L})(?:${groups})`, 'iu');
const statement = new RegExp(`(?<!\\p{L})(?:${groups})(?: \\p{L}+){0,2} (?:${predicates})(?!\\p{L})`, 'iu');
/** "They should be protected" wishes nobody harm. */
const bare = /(?:should|must|deserve to|ought to|need to) (?:all )?be$/iu;
/** Who reports, refutes or asks says this, too. */
const reported =
	/(?<!\p{L})(?:myths?|false|untrue|wrong|stereotypes?|tropes?|conspirac(?:y|ies)|claims?|claimed|claiming|prejudices?|racists?|racism|antisemiti\p{L}*|bigot\p{L}*|hateful|hate speech|propaganda|nazis?|not true|debunk\p{L}*|believ\p{L}*|called|idea that|vorurteil\p{L}*|falsch|mythos|behaupt\p{L}*|rassis\p{L}*|antisemit\p{L}*|falso|mito|prejuicio\p{L}*|racis\p{L}*|fau(?:x|sse)|mythe|préjugé\p{L}*|raciste?s?|illegal\p{L}* to|whether|why do some)(?!\p{L})/iu;

/** Tells whether a sentence of the text denies a group of people their worth, or wishes them harm, in its writer's own name. */
export function holdsHatefulStatement(text: string): boolean {
	if (!anyGroup.test(text)) return false;
	return text.split(/(?<=[.!?])\s+|\n+/).some((sentence) => {
		if (sentence.length > longestSentence || reported.test(sentence)) return false;
		const [found] = statement.exec(sentence) ?? [];
		return found !== undefined && !bare.test(found);
	});
}

/** A longer one is no sentence, but a table or code. */
const longestSentence = 600;
