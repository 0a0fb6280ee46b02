import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidence } from '../contract/evidence.ts';
import { grade, scorer } from '../contract/run.ts';

const value = async (output: string, ...terms: string[]): Promise<number> =>
	(await grade('terms', {}, evidence(output, { question: { expected: { terms } } }))).value;

describe('terms', () => {
	it.each([
		['Refunds take 14 days.', '14 days'],
		['Refunds take 14\u00a0\n days.', '14 days'],
		['Refunds take 14 days.', '  14   days '],
		['Ask for a _refund_ or a **credit**.', 'refund'],
		['The STRASSE is long.', 'Straße'],
		['Die Rückerstattung erfolgt sofort.', 'RÜCKERSTATTUNG'],
		['Die Ru\u0308ckerstattung', 'rückerstattung'],
		['Rück\u00aderstattung', 'Rückerstattung'],
		['El envío es gratis en España.', 'ENVÍO'],
		['请查看退款政策。', '退款'],
		['Pro版本每月20元', 'Pro'],
		['환불은 14일 이내', '환불'],
		['返金ポリシーを確認', 'ポリシー'],
		['We don’t charge.', "don't"],
		['A zero‑downtime release', 'zero-downtime'],
		['Ｆｕｌｌ width', 'full'],
		['Write it in C++ (or C#).', 'c++'],
		['It costs $20.', '$20'],
		['Type a.b', 'a.b'],
		['Am 31.12.2026', '2026'],
		['5, 6 or 7', '5'],
		['20.', '20'],
	])('finds in %j the term %j', async (output, term) => {
		expect(await value(output, term)).toBe(1);
	});

	it.each([
		['Refunds take 140 days.', '14'],
		['Nonrefundable', 'refund'],
		['refunds', 'refund'],
		['Übergröße', 'größe'],
		['Type axb', 'a.b'],
		['It costs $200', '$20'],
		['After 3.5 days', '5 days'],
		['It costs 20.50', '20'],
		['It costs 1,000', '1'],
		['14 business days', '14 days'],
		['', 'refund'],
	])('does not find in %j the term %j', async (output, term) => {
		expect(await value(output, term)).toBe(0);
	});

	it('gives the share of terms found, and names those that are missing', async () => {
		const given = evidence('Refunds take 14 days.', {
			question: { expected: { terms: ['14 days', 'invoice', 'refunds', 'bank'] } },
		});
		expect(await grade('terms', {}, given)).toEqual({ value: 0.5, reason: 'missing: invoice, bank' });
	});

	it('names a missing and a blank list at load time', async () => {
		const { lacks } = await scorer('terms');
		expect(lacks?.(evidence('').question)).toBe('expected.terms is missing');
		const blank = evidence('', { question: { expected: { terms: ['ok', ' \u200b'] } } });
		expect(lacks?.(blank.question)).toMatch(/blank/);
		expect(lacks?.(evidence('', { question: { expected: { terms: ['ok'] } } }).question)).toBeUndefined();
	});

	it('throws on a blank term, which every output holds', async () => {
		await expect(value('anything', ' ')).rejects.toThrow(/blank/);
	});

	const word = fc.string({
		unit: fc.constantFrom(...'aAzZ09ßẞäÖñÉçıİσςΣΩжЖ退款ポ환.+*?()[]\\$^|{}-'),
		minLength: 1,
		maxLength: 6,
	});

	it('gives the same value in whatever case output and term are written', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(word), word, async (words, term) => {
				const output = words.join(' ');
				const plain = await value(output, term);
				expect(await value(output.toUpperCase(), term)).toBe(plain);
				expect(await value(output, term.toUpperCase())).toBe(plain);
			}),
		);
	});

	it('never falls when a term is added to the output, and then holds it', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(word), fc.array(word, { minLength: 1 }), async (words, terms) => {
				const output = words.join(' ');
				const more = `${output} ${terms[0]}`;
				expect(await value(more, ...terms)).toBeGreaterThanOrEqual(await value(output, ...terms));
				expect(await value(more, terms[0] ?? '')).toBe(1);
			}),
		);
	});
});
