const list = (text: string): readonly string[] =>
	text
		.split(',')
		.map((word) => word.trim())
		.filter((word) => word !== '');

/**
 * Words of the library's English list that do not count: leet spellings that are amounts or the end of another word
 * ("the company's hit"), everyday words, names, and what a medical answer must be able to say.
 */
export const ordinaryEnglish: readonly string[] = list(`
	a55, as$, s hit, pron, b17ch, masterbat*, ass, asses, balls, bloody, bum, butt, butts, chink, cock,
	cocks, cok, coon, cox, cum, damn, dick, dink, dinks, dirsa, doggin, dogging, doosh, duche, dyke,
	fagot, fagots, fanny, flange, fook, fooker, fux, hoar, hoare, hoer, hoes, homo, horny, hore, jap,
	kock, kum, kummer, kums, lust, lusting, muff, nazi, nob, pawn, pecker, phuk, piss, pissed, poop,
	prick, pricks, pube, retard, rimming, sadist, screwing, shag, shagging, skank, snatch, spac, spunk,
	teets, teez, tit, tits, titt, tosser, viagra, cyalis, cipa, wang, willies, willy, boiolas, buceta,
	beastial, bestial, crap, masochist, boner, bugger, anal, anus, bestiality, beastiality, breasts,
	clitoris, ejaculate, ejaculated, ejaculates, ejaculating, ejaculatings, ejaculation, fellatio,
	cunnilingus, labia, masturbate, orgasm, orgasms, penis, porn, pornography, rectum, scrotum, semen,
	sex, shemale, testicle, testical, vagina, vulva,
`);

/**
 * Words of hatred against groups, by language. The library's lists of other languages than English are translated by
 * machine (`pour`, `não` and `lustig` among them), so of those only what a reader vetted counts, with what they lack.
 */
export const hate: Readonly<Record<string, readonly string[]>> = {
	en: list(`
		fag, fags, fagging, faggitt, faggot, faggots, faggs, n1gga, n1gger, nigg3r, nigg4h, nigga, niggah,
		niggas, niggaz, nigger, niggers, kike, kikes, wetback, wetbacks, raghead, ragheads, towelhead,
		tranny,
	`),
	de: list(`
		schwuchtel, schwuchteln, kanake, kanaken, judensau, judenschwein, untermensch, untermenschen,
		spasti, spastis,
	`),
	es: list(`
		maricón, maricones, marica, maricas, sudaca, sudacas, panchito, panchitos,
	`),
	fr: list(`
		pédé, pédés, tapette, tarlouze, bougnoule, bougnoules, bicot, bicots, youpin, youpins, négro,
		négros,
	`),
	it: list(`
		frocio, froci, froscio, ricchione, ricchioni, recchione, terrone, terroni,
	`),
	pt: list(`
		viado, viados, bicha, bichas, sapatão, crioulo, paneleiro, paneleiros,
	`),
};

/** Vulgar words of sex. */
export const sexual: Readonly<Record<string, readonly string[]>> = {
	en: list(`
		blow job, blowjob, blowjobs, boob, boobs, booobs, boooobs, buttplug, clit, clits, cl1t, cums,
		cumshot, cumming, cummer, cunilingus, cunillingus, dildo, dildos, felching, fellate, fingerfuck,
		fistfuck, gangbang, gangbanged, gangbangs, gaysex, goatse, hardcoresex, horniest, hotsex, jack-off,
		jerk-off, jism, jiz, jizz, p0rn, phonesex, porno, pornos, pussy, pussies, rimjaw, schlong, slut,
		sluts, titfuck, titties, tittyfuck,
	`),
	de: list(`
		titten, möpse, fotze, fotzen, schwanzlutscher, arschficker, abspritzen, wichsen, gangbang,
		telefonsex,
	`),
	es: list(`
		tetas, mamada, mamadas, follar, follada, polla, pollas, chupapollas, chupavergas, coño,
	`),
	fr: list(`
		nichons, bandaison, suceur de bite, plug anal, levrette, branlette, salope, salopes, baise-moi,
	`),
	it: list(`
		bocchino, bocchinara, pompino, sborra, sborrata, tette, zinne, scopata, fregna, pecorina,
	`),
	pt: list(`
		buceta, bucetas, boquete, punheta, cona, conas, tetas, foder, fodendo, chupa-mos,
	`),
};

/** Swear words and insults; the rest of the library's English list counts as such too. */
export const swearing: Readonly<Record<string, readonly string[]>> = {
	en: list(`
		asshat, dumbass, dumbasses, dipshit, bollocks, horseshit, moron, morons, idiot, idiots, stfu, wtf,
		gtfo, f*ck, f**k, f*cking, f**king, sh*t, b*tch, c*nt, a**hole, scumbag, fucktard, whores, kys,
		retarded, piss off, f***, f****, f***ing, f****ing, s***, b****,
	`),
	de: list(`
		arsch, arschloch, arschlöcher, scheiße, scheisse, scheiß, scheissdreck, scheißdreck, beschissen,
		beschissene, beschissener, beschissenes, scheißkerl, scheißkerle, ficken, fick, fickt, gefickt,
		verfickt, verfickte, verfickter, wichser, hure, huren, hurensohn, hurensöhne, schlampe, schlampen,
		miststück, drecksau, missgeburt, vollidiot, vollidioten, idiot, idioten, fettarsch, hundeficker,
		verpiss dich, kacke, pisser, halt die fresse, halt dein maul, leck mich am arsch, dreckskerl,
	`),
	es: list(`
		mierda, mierdas, puta, putas, puto, putos, hijo de puta, hijos de puta, hijoputa, gilipollas,
		cabrón, cabrones, joder, jódete, imbécil, imbéciles, pendejo, pendejos, culo de mierda, maldita sea,
		capullo, zorra, idiota, idiotas, cojones, coñazo, vete a tomar por culo,
	`),
	fr: list(`
		merde, merdes, merdique, putain, putains, connard, connards, connasse, connasses, conneries, enculé,
		enculés, enfoiré, enfoirés, fils de pute, ta gueule, trou du cul, nique ta mère, branleur,
		branleurs, bâtard, crétin, crétins, foutre, va te faire, bordel de merde, salaud, salauds,
	`),
	it: list(`
		cazzo, cazzi, cazzata, cazzate, cazzone, merda, merdoso, stronzo, stronza, stronzi, stronzata,
		vaffanculo, coglione, coglioni, puttana, puttane, figlio di puttana, troia, testa di cazzo, minchia,
		incazzarsi, leccaculo, mignotta, zoccola, imbecille, imbecilli, porca miseria, porca puttana,
		rompipalle, rompicoglioni, culo,
	`),
	pt: list(`
		merda, merdas, caralho, porra, puta, putas, filho da puta, filhos da puta, foda-se, fodido, fodida,
		cabrão, cabrões, vai tomar no cu, arrombado, otário, otários, babaca, desgraçado, idiota, idiotas,
		imbecil, escroto,
	`),
};
