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
	nl: list(`
		flikkers, kankerflikker, kutmarokkaan, kutmarokkanen, kutturk, kutturken, kankermarokkaan,
		kankerjood, kankerjoden, zandneger, zandnegers, rotmof, 
	`),
	pl: list(`
		ciota, cioty, pedalstwo, czarnuch, czarnuchy, czarnuchów, żydek, żydki, ciapaty,
		ciapate, ciapaci,
	`),
	ru: list(`
		пидор, пидоры, пидора, пидорас, пидорасы, пидарас, пидарасы, жид, жиды, жидов, жидовка, чурка, чурки,
		чурок, хач, хачи, хачей, черножопый, черножопые, узкоглазый, узкоглазые, ниггер, ниггеры,
	`),
	sv: list(`
		blattar, blattarna, svartskalle, svartskallar, bögjävel, bögjävlar, judesvin, neger, negrer,
	`),
};

/** Vulgar words of sex. */
export const sexual: Readonly<Record<string, readonly string[]>> = {
	en: list(`
		blow job, blowjob, blowjobs, boob, boobs, booobs, boooobs, buttplug, clit, clits, cl1t, cums,
		cumshot, cumming, cummer, cunilingus, cunillingus, dildo, dildos, felching, fellate, fingerfuck,
		fistfuck, gangbang, gangbanged, gangbangs, gaysex, goatse, hardcoresex, horniest, hotsex, jack-off,
		jerk-off, jism, jiz, jizz, p0rn, phonesex, porno, pornos, pussy, pussies, rimjaw, schlong, slut,
		sluts, titfuck, titties, tittyfuck, big tits, huge tits, nice tits, your tits, her tits, my tits,
		suck my dick, suck my cock, my cock, your cock, hard cock, wet cunt, fuck me,
		fuck her, fucked her,
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
	nl: list(`
		neuken, neukt, geneukt, pijpbeurt, geile slet, dikke lul, kutje,
	`),
	pl: list(`
		ruchać, ruchanie, wyruchać, cycki, cycków, cipka, cipkę, kutas, kutasa, lodzik, spuścić się,
	`),
	ru: list(`
		трахать, трахаться, трахнуть, трахнул, трахни, сиськи, минет, дрочить, дрочит, кончить в, соси хуй,
	`),
	sv: list(`
		knulla, knullar, knullade, fittor, kuken, avsugning, runka, runkar, pattar,
	`),
};

/** Swear words and insults; the rest of the library's English list counts as such too. */
export const swearing: Readonly<Record<string, readonly string[]>> = {
	en: list(`
		asshat, dumbass, dumbasses, dipshit, bollocks, horseshit, moron, morons, idiot, idiots, stfu, wtf,
		gtfo, f*ck, f**k, f*cking, f**king, sh*t, b*tch, c*nt, a**hole, scumbag, fucktard, whores, kys,
		retarded, piss off, f***, f****, f***ing, f****ing, s***, b****, such a dick, being a dick,
		total dick, complete dick, dickhead, dickheads, you prick, such a prick, smartass, smart-ass,
		pain in the ass, dumb ass, lazy ass, your ass, my ass, piece of crap, pile of crap, load of crap,
		full of crap, pissed off, you retard, retards, you cock, jackass, jackasses, asswipe,
		douchebag, douchebags, dumbfuck, fuckwit, fuckwits, shithead, shitheads, shithole, shitholes,
		wankers, twats, bellend, bellends, son of a bitch, sons of bitches,
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
	nl: list(`
		klootzak, klootzakken, godverdomme, godver, kut, kutzooi, kutding, kutwijf, rotwijf, kankerwijf,
		kankerlijer, kankerlijers, kankerhoer, teringlijer, tyfuslijer, teringzooi, hoeren, hoerenzoon, hoerenjong,
		lul, klote, schijt aan, rot op, rot toch op, oprotten, sodemieter op, opgesodemieterd, val dood,
		krijg de tering, krijg de kanker, krijg de tyfus, bek dicht, hou je bek, trut, trutten, mafkees, debiel,
		debielen, idioot, idioten, stuk stront,
	`),
	pl: list(`
		kurwa, kurwy, kurwo, kurwą, kurwę, kurew, chuj, chuja, chuje, chujem, chujowy, chujowo, chujnia, spierdalaj,
		spierdalajcie, wypierdalaj, wypierdalajcie, odpierdol, pierdol, pierdolę, pierdoli, pierdolony, pierdolona,
		popierdolony, wkurwiony, wkurwia, jebać, jebany, jebana, jebane, zajebany, pojebany, pojebało, skurwysyn,
		skurwysyny, skurwiel, pizda, pizdy, dupek, dupki, gówno, gówna, gównem, debilu, kretyn,
		kretyni, idiota, idioci, idioto, sukinsyn, zamknij mordę, stul pysk,
	`),
	ru: list(`
		хуй, хуя, хую, хуем, хуи, хуйня, хуйню, хуйни, хуёво, хуево, хуёвый, хуевый, хуесос, хуесосы, нахуй,
		похуй, охуел, охуели, охуенно, пизда, пизды, пизду, пизде, пиздец, пиздит, пиздеть, спиздил, ебать,
		ебал, ебут, ебаный, ёбаный, ебаная, ебаные, ебанутый, заебал, заебали, заебись, отъебись, выебать,
		еблан, ебланы, долбоёб, долбоеб, долбоёбы, блядь, блять, бляди, блядский, сука, суки, сукин сын, мудак,
		мудаки, мудила, говно, говна, гондон, гондоны, гандон, жопа, жопу, жопе, залупа, мразь, ублюдок, ублюдки,
		идиот, идиоты, придурок, придурки, дебил, дебилы,
	`),
	sv: list(`
		jävla, jävlar, jävel, helvete, för fan, din idiot, idiot, idioter, skitstövel, skitstövlar, arsle, röv, rövhål, horunge, dra åt helvete, håll käften, kuksugare,
		dum i huvudet, 
	`),
};

/** How words begin that take any ending, and are a part of no other word. */
export const stems: Readonly<Record<string, readonly string[]>> = {
	en: list('motherfuck, fuck, bullshit, asshole, shitty, shitfac, dumbass, wanker, wanking'),
	de: list(`
		scheiß, scheiss, beschissen, verfick, gefick, arschloch, arschgeige, hurensohn, hurensöhn, wichser, drecksau,
		verpiss, angepisst, kackbratze, dreckskerl, missgeburt,
	`),
	es: list('gilipoll, hijoput, cabronaz, comemierd, joputa'),
	fr: list('enculé, enculer, enculeur, connard, connass, enfoir, putain de'),
	it: list('stronzat, stronzett, vaffancul, cazzon, coglion, incazz, rompicoglion'),
	pt: list('caralh, filha da put, filho da put, fodid, merdos'),
	nl: list('klootzak, kankerlijer, godverdom, teringlijer, tyfuslijer, hoerenzo'),
	pl: list('spierdal, wypierdal, popierdol, pierdol, skurwy, wkurw, pojeb'),
	ru: list('хуесос, охуе, пиздец, долбоёб, долбоеб, мудак, ебан, заеб'),
};
