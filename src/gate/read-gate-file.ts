import { z } from 'zod';
import { parsing } from '../config/issue-words.ts';
import { GateFile, GateParts, RuleEntry } from './schema.ts';
import { WaiverEntry } from './waiver-schema.ts';

/** The keys of one entry that are right; what is wrong with the others has been told. */
interface ReadEntry<Entry> {
	readonly keys: Partial<Entry>;
	/** The keys that are there and not right, unknown ones among them. */
	readonly unread: ReadonlySet<string>;
}

/** A rule of a gate file as far as it could be read. */
export type ReadRule = ReadEntry<z.infer<typeof RuleEntry>>;

/** A gate file as far as it could be read; an entry that has no keys is undefined. */
export interface ReadGateFile extends Pick<GateFile, 'defaults' | 'validity' | 'baseline'> {
	readonly rules: readonly (ReadRule | undefined)[];
	readonly waivers: readonly (ReadEntry<WaiverEntry> | undefined)[];
}

type Tell = (error: z.ZodError, at: readonly PropertyKey[]) => void;

/** Reads a gate file entry by entry and key by key, so that one that is wrong hides nothing of the others. */
export function readGateFile(value: unknown, tell: Tell): ReadGateFile {
	const parts = readKeys(GateParts, value ?? {}, [], tell)?.keys ?? {};
	const { defaults, validity, baseline } = GateFile.shape;
	const section = <Section extends z.ZodObject>(schema: z.ZodPrefault<Section>, name: SectionName) => {
		const { [name]: given = {} } = parts;
		const read = readKeys(schema.unwrap(), given, [name], tell);
		return { ...schema.parse(undefined), ...read?.keys };
	};
	return {
		defaults: section(defaults, 'defaults'),
		validity: section(validity, 'validity'),
		baseline: section(baseline, 'baseline'),
		rules: (parts.rules ?? []).map((rule, index) => readKeys(RuleEntry, rule, ['rules', index], tell)),
		waivers: (parts.waivers ?? []).map((waiver, index) =>
			readKeys(WaiverEntry, waiver, ['waivers', index], tell),
		),
	};
}

type SectionName = 'defaults' | 'validity' | 'baseline';

function readKeys<Schema extends z.ZodObject>(
	schema: Schema,
	value: unknown,
	at: readonly PropertyKey[],
	tell: Tell,
): ReadEntry<z.output<Schema>> | undefined {
	const parsed = schema.safeParse(value, parsing);
	if (parsed.success) return { keys: parsed.data, unread: new Set() };
	tell(parsed.error, at);
	const given = z.record(z.string(), z.unknown()).safeParse(value).data;
	if (given === undefined) return undefined;
	const unread = new Set(
		parsed.error.issues.flatMap((issue) =>
			issue.code === 'unrecognized_keys' ? issue.keys : issue.path.slice(0, 1).map(String),
		),
	);
	const right = Object.entries(given).filter(([key]) => !unread.has(key));
	const { data = {} } = schema.partial().safeParse(Object.fromEntries(right));
	return { keys: data as Partial<z.output<Schema>>, unread };
}
