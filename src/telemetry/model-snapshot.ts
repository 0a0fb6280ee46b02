/** The date that providers put behind the name of a model's snapshot: `-2024-08-06`, `-20240806`, `-0613`. */
const date = /^-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$/;

/** Tells whether a model is a dated snapshot of the one that goes by this name. */
export function isSnapshotOf(model: string, name: string): boolean {
	return model.startsWith(name) && date.test(model.slice(name.length));
}
