import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { evidence } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const law = ['lawsuit', 'lawyer', 'su*', 'small claims court'];
const outcome = async (output: string, options: object): Promise<string> => {
	const judgement = await judge('topics', options, evidence(output));
	return judgement.status === 'violated' ? judgement.category : judgement.status;
};

describe('topics', () => {
	it.each<[string, object, string]>([
		['A lawyer can file a lawsuit.', { forbidden: { law } }, 'topic.law'],
		['Suing them needs a Lawyer.', { forbidden: { law } }, 'topic.law'],
		['In small  claims court they are sued.', { forbidden: { law } }, 'topic.law'],
		['Our lawyer read it.', { forbidden: { law } }, 'ok'],
		['Lawyer, lawyer, lawyer!', { forbidden: { law } }, 'ok'],
		['An issue for lawyers.', { forbidden: { law } }, 'ok'],
		['Our lawyer read it.', { forbidden: { law }, minTerms: 1 }, 'topic.law'],
		['Nothing of that.', { forbidden: { law }, minTerms: 1 }, 'ok'],
		['Vote for her.', { forbidden: { politics: ['vote'] } }, 'topic.politics'],
		['退款政策和发票', { forbidden: { billing: ['退款', '发票'] } }, 'topic.billing'],
		['The invoice has your payment.', { required: { billing: ['invoice', 'payment'], law } }, 'ok'],
		['A lawyer files the lawsuit.', { required: { billing: ['invoice', 'payment'], law } }, 'ok'],
		['The weather is nice.', { required: { billing: ['invoice', 'payment'], law } }, 'off_topic'],
		['', { required: { billing: ['invoice'] } }, 'off_topic'],
		['', { forbidden: { law } }, 'ok'],
	])('judges %j by %j: %s', async (output, options, category) => {
		expect(await outcome(output, options)).toBe(category);
	});

	it('names the topics and the terms', async () => {
		const options = { forbidden: { law, pay: ['wage', 'salary'] }, severity: 'high' };
		const given = evidence('Sue for your salary and wage with a lawyer.');
		expect(await judge('topics', options, given)).toEqual({
			status: 'violated',
			category: 'topic.law',
			severity: 'high',
			reason: 'on law: lawyer, su*; on pay: wage, salary',
		});
	});

	it.each<[object, RegExp]>([
		[{}, /judge nothing/],
		[{ forbidden: {} }, /no topic/],
		[{ forbidden: { law: [] } }, /./],
		[{ forbidden: { law: ['*'] } }, /blank/],
		[{ forbidden: { law: ['l*w'] } }, /at its end alone/],
		[{ forbidden: { law }, minTerms: 0 }, /./],
	])('refuses the options %j', (options, message) => {
		expect(refusals(checkKinds, 'topics', options).join()).toMatch(message);
	});
});
