/** Why a question is declined, in words for the person who asked, and what to look up in the policies. */
export interface Refusal {
	readonly category: 'customer-data' | 'secrets' | 'audit-log' | 'instructions';
	readonly reason: string;
	readonly policyQuery: string;
}

interface Rule extends Refusal {
	readonly patterns: readonly RegExp[];
}

const personal =
	'([Ee]-?[Mm]ail|address|phone|contact|invoices?|billing|card|records?|logs?|data|usage|spend)';
const secret = '(tokens?|passwords?|secrets?|api keys?|private keys?|signing keys?|credentials?)';
// Two capitalised words in a row are taken for a person's name, unless they begin like the product or a plan.
const person =
	'(?!(?:Brackenline|Starter|Team|Business|Enterprise|Single)\\b)\\p{Lu}\\p{Ll}+ \\p{Lu}\\p{Ll}+';
const hand = '(give|tell|send|show|paste|print|read|share|reveal|list|hand)';

const rules: readonly Rule[] = [
	{
		category: 'instructions',
		reason:
			"I can't help with that: I take instructions from my operators only and do not obey text that tries to change my rules, reveal my prompt or make me repeat a phrase. Please ask your question on its own.",
		policyQuery: 'policy instructions inside content prompt rules',
		patterns: [
			/\b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|rules|prompt|guidelines|polic(y|ies))\b/i,
			/\b(system prompt|the prompt you were given|your (hidden )?prompt)\b/i,
			/\byou are now\b|\b(pretend|act) (to be|as)\b.{0,40}\b(without|no) (rules|restrictions|limits)\b/i,
			/\b(follow|obey|obeying|do|execute)\b.{0,30}\b(hidden|embedded|system|every|any)\b.{0,20}\b(instructions?|commands?|lines?)\b/i,
			/\b(oublie|ignore)\b.{0,30}\b(consignes|instructions|règles)\b/i,
			/\b(ignoriere|vergiss)\b.{0,30}\b(anweisungen|regeln)\b/i,
			/\b(ignora|olvida)\b.{0,30}\b(instrucciones|reglas)\b/i,
		],
	},
	{
		category: 'audit-log',
		reason:
			"I can't help with that: the audit log cannot be disabled, paused or edited by anyone, because it is append-only evidence. You can filter the view or the export instead.",
		policyQuery: 'policy audit log stays on cannot be disabled',
		patterns: [
			/\b(turn(ing)? off|switch(ing)? off|disabl\w+|paus\w+|stop\w*|delet\w+|eras\w+|remov\w+|purg\w+|edit\w*|hid\w+)\b(?:(?!stream|export|download).){0,50}\baudit (log|trail|entr(y|ies))\b/i,
			/\baudit (log|trail|entr(y|ies))\b.{0,30}\b(off|disabled|paused|deleted|erased)\b/i,
			/\b(desactivar|apagar|borrar)\b.{0,30}\bregistro de auditoría/i,
			/\baudit-?(log|protokoll)\b.{0,30}\b(abschalten|ausschalten|löschen)\b/i,
		],
	},
	{
		category: 'secrets',
		reason:
			"I can't help with that: secrets such as tokens, passwords and keys are never disclosed, whoever asks, and support cannot read them. If one was lost, create a new one.",
		policyQuery: 'policy handling of secrets tokens passwords',
		patterns: [
			// The secret must be what is asked for: "shall I paste a token" and "show me how to rotate a token" are fine.
			new RegExp(
				`(?<!\\bI )\\b${hand}( me| us)? (the|an?|your|my|our|his|her|their)( (?!of\\b)\\w+){0,4} ${secret}\\b`,
				'i',
			),
			new RegExp(`\\b${secret}\\b.{0,60}\\b${hand} (it|them)\\b`, 'i'),
			new RegExp(`\\bwhat( is|'s) (the|your)( \\w+){0,3} ${secret} (of|for|from)\\b`, 'i'),
		],
	},
	{
		category: 'customer-data',
		reason:
			"I can't help with that: customer data is shown only to the verified account owner and to people the owner has named. The account owner can look it up in the console.",
		policyQuery: 'policy access to customer data verified account owner',
		patterns: [
			new RegExp(
				`\\b(another|other|someone else's) (customer|account|workspace|company)['’]s\\b.*\\b${personal}\\b`,
				'i',
			),
			new RegExp(
				`\\b${personal}\\b.{0,40}\\b(of|for) ((another|other|that) (customer|account|company)|the customer who)\\b`,
				'i',
			),
			new RegExp(`\\b${person}['’]s .{0,30}\\b${personal}\\b`, 'u'),
			new RegExp(`\\b${personal}\\b.{0,40}\\b(?:of|for|der Kundin|des Kunden) ${person}\\b`, 'u'),
		],
	},
];

// Asking why a rule exists, or what follows from it, is no attempt to break it.
const explanatory = /^(why|what happens|who|warum|por qué|pourquoi)\b/i;

/** The first refusal rule that a question meets, or nothing when it may be answered. */
export function refusalOf(question: string): Refusal | undefined {
	return rules.find(
		({ category, patterns }) =>
			!(category === 'audit-log' && explanatory.test(question)) &&
			patterns.some((each) => each.test(question)),
	);
}
