import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { evidence } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const outcome = async (output: string, options = {}): Promise<string> => {
	const judgement = await judge('toxicity', options, evidence(output));
	return judgement.status === 'violated' ? judgement.category : judgement.status;
};

describe('toxicity', () => {
	it.each([
		['What a load of shit.', 'profanity'],
		['WHAT A LOAD OF SH1T', 'profanity'],
		['Oh shi\u200bt.', 'profanity'],
		['Ｓｈｉｔ happens', 'profanity'],
		['shit-show, shit_show', 'profanity'],
		['Du bist ein Arschloch.', 'profanity'],
		['SCHEISSE!', 'profanity'],
		['Quelle merde, connard.', 'profanity'],
		['Eres un gilipollas', 'profanity'],
		['Che stronzo.', 'profanity'],
		['Vai tomar no cu', 'profanity'],
		['Nice boobs', 'sexual_content'],
		['All of these faggots', 'hate'],
		['fucking faggots with boobs', 'hate'],
		['What a w4nker.', 'profanity'],
		['So ein Scheißladen.', 'profanity'],
		['You are being a dick about it.', 'profanity'],
		['Wat een klootzak.', 'profanity'],
		['Kurwa, znowu.', 'profanity'],
		['Ты мудак.', 'profanity'],
		['Dra åt helvete.', 'profanity'],
		['Show me your tits.', 'sexual_content'],
		['Those immigrants are vermin.', 'hate'],
		['Frauen sind einfach zu dumm dafür.', 'hate'],
		['"Faggot" is what he is.', 'hate'],
		['You idiot, read the book again.', 'profanity'],
		['You bastard, delete the files yourself.', 'profanity'],
		['Shut up, you stupid bitch, and call the vet.', 'profanity'],
		['You faggot, eat the dish.', 'hate'],
		['What a bastard, to delete the files.', 'profanity'],
		['A wanker won at the casino.', 'profanity'],
		['Those sluts stayed till late.', 'sexual_content'],
	])('finds in %j: %s', async (output, category) => {
		expect(await outcome(output)).toBe(category);
	});

	it.each([
		'',
		'Scunthorpe is near Penistone; the assassin passed the class.',
		'The company’s hit product, sold for a$5 as $6.',
		'Breast cancer, and cancer of the penis, anus or rectum: see a doctor.',
		'Pawn takes e5; the cock crows; Dick Cox and Willy Wang sign.',
		'Magna cum laude. Homo sapiens. Use a screw; mind the flange.',
		'Pour les clients : c’est ça, s’il vous plaît. Le bouton, le titre, le feu.',
		'Não sei o que é isso, mas com licença, amigos: no bar há pão e bolo.',
		'Das ist lustig: der Hund und die Eier, mit Lust und Samen.',
		'El perro negro come nueces; aus Spanien, caliente.',
		'The bitch had six pups; bastard files are coarse; faggots with peas.',
		'Kampanjen är slut. Norsk er et fag. U kunt een auto huren.',
		"We do not allow slurs such as the word 'faggot'.",
		'Her comment calls him a "f***ing fool".',
		'Have you read The Idiot, the novel by Dostoevsky?',
		'It is a myth that immigrants are criminals; women should be paid the same.',
		'Build 5h1t7a of fix-4ss, id a55h0-1e.',
		'La regina compra pesce, piselli e finocchio; il porco tira.',
	])('finds nothing in %j', async (output) => {
		expect(await outcome(output)).toBe('ok');
	});

	it('judges by the chosen languages alone', async () => {
		expect(await outcome('Scheiße', { languages: ['en'] })).toBe('ok');
		expect(await outcome('shit', { languages: ['de'] })).toBe('ok');
		expect(await outcome('Scheiße', { languages: ['en', 'de'] })).toBe('profanity');
	});

	it('takes more words and lets some be', async () => {
		expect(await outcome('You absolute Muppet.', { words: ['muppet'] })).toBe('profanity');
		expect(await outcome('The Bitch Creek flows.', { allow: ['Bitch'] })).toBe('ok');
		expect(await outcome('Bitch, shit', { allow: ['bitch'] })).toBe('profanity');
		const allow = ['sudaca', 'sudacas', 'panchito', 'panchitos', 'marica', 'maricas', 'maricón', 'maricones'];
		expect(await outcome('Mierda', { languages: ['es'], allow })).toBe('profanity');
	});

	it('lets a quotation of the asker be, and no other', async () => {
		const quoted = 'You wrote "this is shit"; what went wrong?';
		const asked = (input: string) => judge('toxicity', {}, evidence(quoted, { question: { input } }));
		expect(await asked('Why is my review "this is shit" hidden?')).toEqual({ status: 'ok' });
		expect(await asked('Why is my review hidden?')).toMatchObject({ category: 'profanity' });
	});

	it('does not repeat the word', async () => {
		expect(await judge('toxicity', {}, evidence('shit'))).toEqual({
			status: 'violated',
			category: 'profanity',
			severity: 'low',
			reason: 'holds a word of the list of profanity',
		});
	});

	it('refuses a language that it has no vetted list of', async () => {
		expect(await outcome('Kurwa', { languages: ['nl'] })).toBe('ok');
		expect(refusals(checkKinds, 'toxicity', { languages: ['ja'] })).not.toEqual([]);
		expect(refusals(checkKinds, 'toxicity', { languages: [] })).not.toEqual([]);
	});
});
