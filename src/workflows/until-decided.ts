import { Curtailment } from '../gate/curtail.ts';
import { parseGate } from '../gate/rules.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Run } from '../model/run.ts';
import type { Home } from '../record/home.ts';
import type { MeasureOptions } from './measure-options.ts';
import { readFacts } from './read-facts.ts';

/** By what a measurement is judged, and the stored run that what is measured is compared with. */
export interface Deciding {
	readonly home: Home;
	readonly gateText: string;
	readonly stored: Run | undefined;
}

/** What ends a measurement when its verdict is NO-DEPLOY for certain; reads the stored run. */
export async function untilDecided({
	home,
	gateText,
	stored,
}: Deciding): Promise<NonNullable<MeasureOptions['watch']>> {
	const facts = stored && (await readFacts(stored, home.runFolder(stored.id)));
	return (runs) => {
		const [run] = runs;
		if (run === undefined) throw new Error('nothing is measured, so nothing can be decided');
		return new Curtailment(parseGate(gateText, 'gate.yaml', metricCatalogue(run)), runs, facts);
	};
}
