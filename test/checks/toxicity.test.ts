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

	it('does not repeat the word', async () => {
		expect(await judge('toxicity', {}, evidence('shit'))).toEqual({
			status: 'violated',
			category: 'profanity',
			severity: 'low',
			reason: 'holds a word of the list of profanity',
		});
	});

	it('refuses a language that it has no vetted list of', () => {
		expect(refusals(checkKinds, 'toxicity', { languages: ['ja'] })).not.toEqual([]);
		expect(refusals(checkKinds, 'toxicity', { languages: [] })).not.toEqual([]);
	});
});
