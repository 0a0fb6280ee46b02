import type { PersonalDatum } from '../../redaction/personal-data.ts';

/** Names that RFC 2606 keeps for documentation. */
const documented =
	/@(?:[\w-]+\.)*(?:example(?:\.(?:com|net|org|edu)(?:\.[a-z]{2})?|\.co\.[a-z]{2}|\.[a-z]{2})?|[\w-]+\.(?:test|invalid|example|localhost))$/i;
/** A post of a company, which many hold and none owns: RFC 2142, and what is usual. */
const role =
	/^(?:support|help(?:desk)?|info|sales|billing|contact|service|hello|no-?reply|do-?not-?reply|press|jobs|privacy|security|abuse|legal|postmaster|webmaster|kontakt|datenschutz|kundenservice|rechnung|contacto|ventas|soporte|aide|assistenza|suporte|contato|klantenservice)@/i;

/** Cards and accounts that payment providers and standards publish for tests and as samples. */
const published: ReadonlySet<string> = new Set(
	[
		'4242424242424242 4000056655665556 4111111111111111 4012888888881881 5555555555554444 5105105105105100',
		'2223003122003222 5200828282828210 378282246310005 371449635398431 6011111111111117 6011000990139424',
		'3056930009020004 30569309025904 3566002020360505 3530111333300000 38520000023237',
		'de89370400440532013000 gb82west12345698765432 gb29nwbk60161331926819 fr1420041010050500013m02606',
		'nl91abna0417164300 at611904300234573201 ch9300762011623852957 es9121000418450200051332',
		'it60x0542811101000000123456 be68539007547034 pl61109010140000071219812874 pt50000201231234567890154',
	]
		.join(' ')
		.split(' '),
);
const sample =
	/(?<!\p{L})(?:tests?|testing|samples?|examples?|e\.g\.|such as|like|dummy|placeholder|format|beispiel\p{L}*|muster\p{L}*|wie|z\. ?b\.|exemples?|comme|ejemplos?|como|prueba|esempio|come|exemplos?|teste|voorbeeld|zoals|przykład\p{L}*|пример\p{L}*|測試|测试|テスト|例|예시)(?!\p{L})/iu;

/** What stands right before a number that counts orders or parcels; a customer or a case has other numbers than its own, too. */
const counted =
	/(?:(?:customer|case|process|reference|kunden)[ -]?(?:numbers?|nummer|nr|no|id)|(?:order|invoice|ticket|tracking|shipment|parcel|receipt|bestell|auftrags?|rechnungs?|sendungs?|commande|facture|suivi|pedido|factura|encomenda|ordine|fattura|spedizione|bestelling|factuur|zamówieni\p{L}*|faktur\p{L}*|заказ\p{L}*|счет\p{L}*)[ -]?(?:numbers?|nummer|nr|no|id|numéro|n[º°]|número|numero)?|(?:numer|номер|numéro|número|numero|número|nummer) (?:of|van|de|di|do|der|da)? ?(?:zamówienia|заказа|commande|pedido|ordine|encomenda)|订单号?|訂單|运单号?|注文番号|追跡番号|주문 ?번호|송장 ?번호)\s{0,2}(?:is|ist|lautet|est|es|è|é|(?<=zamówieni\p{L}*\s{0,2})to|:|：|#|№|№:)?[\s:#№.*`"„“]{0,4}$/iu;

/** Freephone and shared-cost numbers, which no person has. */
const freephone =
	/^\+(?:1(?:800|833|844|855|866|877|888)|44(?:80|84|87|3)|49(?:800|180)|33(?:80|81|82)|34(?:80|90)0|39(?:800|840)|31(?:800|900)|43(?:800|810)|41(?:800|84)|7800|48(?:800|801)|46(?:20|77)|351(?:800|808)|55(?:800|300)|81(?:120|800)|86(?:400|800)|82(?:80|15))/;

/** How far from a value the words stand that say what it is. */
const reach = 60;

/** Tells whether what has the form of personal data belongs to nobody, by itself or by the words beside it. */
export function isNobodys({ category, key, text: value, from, to }: PersonalDatum, text: string): boolean {
	const before = text.slice(Math.max(0, from - reach), from);
	const after = text.slice(to, to + reach);
	if (category === 'email') {
		// What follows is the path of a repository.
		return documented.test(key) || role.test(key) || (/^git@/i.test(value) && after.startsWith(':'));
	}
	if (category === 'phone' && freephone.test(key)) return true;
	if (category !== 'phone' && published.has(key) && sample.test(`${before} ${after}`)) return true;
	// No order is counted with a country's prefix.
	return category !== 'iban' && !value.includes('+') && counted.test(before);
}
