import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	betaCdf,
	betaQuantile,
	binomialCdf,
	binomialQuantile,
	normalCdf,
	normalQuantile,
	tCdf,
	tQuantile,
} from '../../src/stats/distributions.ts';
import { expectRelative } from './within.ts';

/** What R 4 (pnorm, qnorm, pt, qt, pbeta, qbeta, pbinom) and SciPy 1.17 give, which agree to the digits shown. */
describe('distributions', () => {
	it.each([
		[-37, 5.725571222523927e-300],
		[-8, 6.220960574271785e-16],
		[-5, 2.866515718791939e-7],
		[-4, 3.167124183311986e-5],
		[-1.959963984540054, 0.025],
		[-1, 0.15865525393145707],
		[0, 0.5],
		[1.6448536269514722, 0.95],
		[3, 0.9986501019683699],
		[-Infinity, 0],
		[Infinity, 1],
	])('normalCdf(%f) is %f', (z, expected) => {
		expectRelative(normalCdf(z), expected, 1e-12);
	});

	it.each([
		[1e-300, -37.0470962993612],
		[1e-12, -7.034483825301131],
		[1e-9, -5.9978070150076865],
		[1e-6, -4.753424308822899],
		[0.001, -3.090232306167813],
		[0.025, -1.9599639845400545],
		[0.5, 0],
		[0.95, 1.6448536269514722],
		[0.999, 3.090232306167813],
		[0, -Infinity],
		[1, Infinity],
	])('normalQuantile(%f) is %f', (p, expected) => {
		expectRelative(normalQuantile(p), expected, 1e-12);
	});

	it.each([
		[-40, 3, 1.7190340394579253e-5],
		[-8, 50, 8.316483014160684e-11],
		[-2.147987, 14, 0.024851493359183782],
		[-1.5, 2.5, 0.12391822654314809],
		[-1, 1, 0.25],
		[-0.1, 1e6, 0.4601721727460216],
		[0.1, 1e6, 0.5398278272539784],
		[-3, 1e7, 0.0013499013555185817],
		[2.5, 29, 0.9908373278307869],
		[1, Infinity, 0.8413447460685429],
		[0, 5, 0.5],
		[-Infinity, 5, 0],
		[Infinity, 5, 1],
	])('tCdf(%f, %f) is %f', (t, df, expected) => {
		expectRelative(tCdf(t, df), expected, 3e-7);
	});

	it.each([
		[0.025, 1, -12.706204736174705],
		[0.05, 3, -2.353363434801824],
		[0.975, 9, 2.2621571627409915],
		[0.05, 29, -1.6991270265334972],
		[0.001, 100, -3.173739493738783],
		[0.05, 1e4, -1.645006018069243],
		[0.4, 1e5, -0.25334777715718015],
		[0.05, 1e6, -1.6448551507220406],
		[0.95, 1e7, 1.6448537793284017],
		[0.95, 1e13, 1.6448536269514722],
		[0.05, Infinity, -1.6448536269514722],
		[0.5, 7, 0],
		[0, 7, -Infinity],
		[1, 7, Infinity],
	])('tQuantile(%f, %f) is %f', (p, df, expected) => {
		expectRelative(tQuantile(p, df), expected, 1e-7);
	});

	it.each([
		[0.3, 2.5, 0.001, 2.5280389988625678e-5],
		[0.9, 0.01, 0.01, 0.5107974708262046],
		[0.002, 0.5, 300, 0.7267185284962231],
		[0.0001, 1, 3e4, 0.950220399630148],
		[0.1, 100_001, 900_000, 0.49915778959477763],
		[0.00998, 10_001, 990_000, 0.41768870907718975],
		[0.5, 500_001, 500_000, 0.4996010578193346],
		[0.4995, 500_001, 500_000, 0.15841328332790364],
		[0, 2, 3, 0],
		[1, 2, 3, 1],
	])('betaCdf(%f, %f, %f) is %f, also where jStat’s own does not converge', (x, a, b, expected) => {
		expectRelative(betaCdf(x, a, b), expected, 6e-7);
	});

	it.each([
		[0.05, 81, 183, 0.26105574600911197],
		[0.95, 1, 300, 0.009936081944457708],
		[1e-9, 60, 1, 0.7079457843841379],
		[1e-9, 60, 1.5, 0.6892302142262463],
		[0.05, 3.7, 0.4, 0.6152965045887397],
		[0.95, 500_001, 500_000, 0.5008229260505229],
		[0.05, 990_001, 10_000, 0.989835794116039],
		[0.5, 100_001, 100_001, 0.5],
		[0, 2, 3, 0],
		[1, 2, 3, 1],
	])('betaQuantile(%f, %f, %f) is %f, also where jStat’s own gives up', (p, a, b, expected) => {
		expectRelative(betaQuantile(p, a, b), expected, 2e-7);
	});

	it.each([
		[2, 20, 0.3, 0.03548313229846864],
		[2.9, 20, 0.3, 0.03548313229846864],
		[59, 139, 0.5, 0.044726157497234624],
		[0, 299, 0.01, 0.049536256637662465],
		[3, 1e6, 1e-6, 0.9810119044370966],
		[950_000, 1e6, 0.95, 0.5006406654337354],
		[-1, 5, 0.5, 0],
		[5, 5, 0.5, 1],
		[0, 5, 0, 1],
		[4, 5, 1, 0],
	])('binomialCdf(%f, %f, %f) is %f', (k, n, p, expected) => {
		expectRelative(binomialCdf(k, n, p), expected, 6e-7);
	});

	it.each([
		[0.05, 59, 0.95, 53],
		[0.95, 60, 0.95, 59],
		[0.95, 58, 0.95, 58],
		[0.95, 1000, 0.5, 526],
		[0.05, 20, 0.01, 0],
		[0.05, 1e6, 0.95, 949_641],
		[0.95, 1e6, 0.95, 950_358],
	])('binomialQuantile(%f, %f, %f) is %f', (p, n, probability, expected) => {
		expect(binomialQuantile(p, n, probability)).toBe(expected);
	});

	it('have quantiles that invert them', () => {
		const p = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
		const size = fc.double({ min: 0.05, max: 1e5, noNaN: true });
		fc.assert(
			fc.property(p, size, size, (p, a, b) => {
				expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-12);
				expect(Math.abs(tCdf(tQuantile(p, 1 + a), 1 + a) - p)).toBeLessThan(3e-7);
				const x = betaQuantile(p, a, b);
				// What a and b of a few hundredths leave between two neighbouring numbers is no error of the inverse.
				if (x > 1e-6 && x < 1 - 1e-6) expect(Math.abs(betaCdf(x, a, b) - p)).toBeLessThan(1e-6);
			}),
			{ seed: 1, numRuns: 500 },
		);
	});

	it('are symmetric', () => {
		const t = fc.double({ min: -30, max: 30, noNaN: true });
		const df = fc.double({ min: 1, max: 1e6, noNaN: true });
		const x = fc.double({ min: 0, max: 1, noNaN: true });
		fc.assert(
			fc.property(t, df, x, (t, df, x) => {
				expect(normalCdf(t) + normalCdf(-t)).toBeCloseTo(1, 12);
				expect(tCdf(t, df) + tCdf(-t, df)).toBeCloseTo(1, 12);
				expect(betaCdf(x, df, 3) + betaCdf(1 - x, 3, df)).toBeCloseTo(1, 6);
			}),
			{ seed: 2 },
		);
	});

	it('are symmetric about 0 of less than one degree of freedom, too', () => {
		for (const t of [0.3, 0.5, 0.9, 2]) {
			expect(tCdf(t, 0.2)).toBeGreaterThan(0.5);
			expect(tCdf(t, 0.2) + tCdf(-t, 0.2)).toBeCloseTo(1, 12);
		}
	});

	it('are exact in closed form where a beta has a parameter of 1', () => {
		expectRelative(betaQuantile(1 - 0.05, 1, 300), 1 - 0.05 ** (1 / 300), 1e-12);
		expectRelative(betaQuantile(0.05, 300, 1), 0.05 ** (1 / 300), 1e-15);
	});

	it.each([
		['normalCdf', () => normalCdf(Number.NaN)],
		['normalQuantile', () => normalQuantile(Number.NaN)],
		['normalQuantile', () => normalQuantile(1.1)],
		['tCdf', () => tCdf(Number.NaN, 3)],
		['tCdf', () => tCdf(1, 0)],
		['tQuantile', () => tQuantile(-0.1, 3)],
		['tQuantile', () => tQuantile(0.5, Number.NaN)],
		['betaCdf', () => betaCdf(Number.NaN, 1, 2)],
		['betaCdf', () => betaCdf(0.5, 0, 2)],
		['betaCdf', () => betaCdf(0.5, 1, Infinity)],
		['betaQuantile', () => betaQuantile(0.5, 1, -2)],
		['betaQuantile', () => betaQuantile(2, 1, 2)],
		['binomialCdf', () => binomialCdf(1, 0, 0.5)],
		['binomialCdf', () => binomialCdf(Number.NaN, 5, 0.5)],
		['binomialCdf', () => binomialCdf(1, 5, 1.5)],
		['binomialQuantile', () => binomialQuantile(0.5, Number.NaN, 0.5)],
	])('%s throws a RangeError for what is impossible', (_, impossible) => {
		expect(impossible).toThrow(RangeError);
	});
});
