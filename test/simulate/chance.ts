import { normalQuantile } from '../../src/stats/distributions.ts';
import type { Draws } from '../stats/draws.ts';
import type { Layout } from './release.ts';

/** How strongly what happens to the questions of one group goes together, unless a layout says otherwise. */
const usual = 0.3;

/** Groups of one to nine questions, five on average. */
export function groupsOf(questions: number): Pick<Layout, 'clusterOf' | 'clusters'> {
	const clusterOf = new Uint32Array(questions);
	let cluster = 0;
	for (let at = 0, left = 1; at < questions; at++, left--) {
		if (left === 0) {
			cluster++;
			left = 1 + ((cluster * 4) % 9);
		}
		clusterOf[at] = cluster;
	}
	return { clusterOf, clusters: cluster + 1 };
}

/** One standard normal number a question, correlated within its group. */
export function causes(
	{ normal }: Draws,
	{ questions, clusterOf, clusters, correlation: rho = usual }: Layout,
): Float64Array {
	const own = new Float64Array(questions);
	if (clusterOf === undefined) return own.map(normal);
	const shared = new Float64Array(clusters).map(normal);
	const [common, alone] = [Math.sqrt(rho), Math.sqrt(1 - rho)];
	return own.map((_, at) => common * (shared[clusterOf[at] as number] as number) + alone * normal());
}

/** Which of the shares in turn a normal number falls in: 0 for the lowest; as many as there are for none of them. */
export function sorter(...shares: readonly number[]): (cause: number) => number {
	let sum = 0;
	const limits = shares.map((share) => {
		sum += share;
		return normalQuantile(Math.min(1, sum));
	});
	return (cause) => {
		const kind = limits.findIndex((limit) => cause < limit);
		return kind < 0 ? limits.length : kind;
	};
}

/** A normal number without its rare extremes, so that what is made of it keeps to a range. */
export function clipped(cause: number): number {
	return Math.max(-3, Math.min(3, cause));
}

/** A value between 0 and 1 with the mean a / (a + b), by a beta distribution with whole parameters. */
export function beta({ uniform }: Draws, a: number, b: number): number {
	const part = gamma(uniform, a);
	return part / (part + gamma(uniform, b));
}

/** The sum of `shape` exponential waits. */
function gamma(uniform: () => number, shape: number): number {
	let product = 1;
	for (let wait = 0; wait < shape; wait++) product *= uniform();
	return -Math.log(product);
}
