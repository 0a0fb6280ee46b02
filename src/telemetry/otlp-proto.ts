/** How a field's value is written: one of protobuf's scalars (ids are bytes that OTLP/JSON shows in hex) or a message. */
type FieldType =
	| 'string'
	| 'bool'
	| 'int64'
	| 'double'
	| 'bytes'
	| 'id'
	| 'fixed64'
	| 'fixed32'
	| 'uint32'
	| 'int32'
	| MessageType;

/** A field: its name in JSON, its type, and whether there can be several. */
export interface Field {
	readonly name: string;
	readonly type: FieldType;
	readonly repeated: boolean;
}

/** The messages of a traces request. */
export type MessageType =
	| 'ExportTraceServiceRequest'
	| 'ResourceSpans'
	| 'ScopeSpans'
	| 'Resource'
	| 'EntityRef'
	| 'InstrumentationScope'
	| 'Span'
	| 'Event'
	| 'Link'
	| 'Status'
	| 'KeyValue'
	| 'AnyValue'
	| 'ArrayValue'
	| 'KeyValueList';

const one = (name: string, type: FieldType): Field => ({ name, type, repeated: false });
const many = (name: string, type: FieldType): Field => ({ name, type, repeated: true });

/**
 * The fields of each message by number, from opentelemetry-proto 1 (`collector/trace/v1/trace_service.proto`,
 * `trace/v1/trace.proto`, `resource/v1/resource.proto`, `common/v1/common.proto`); those that only profiles use are left out.
 */
export const messages: Readonly<Record<MessageType, Readonly<Record<number, Field>>>> = {
	ExportTraceServiceRequest: { 1: many('resourceSpans', 'ResourceSpans') },
	ResourceSpans: {
		1: one('resource', 'Resource'),
		2: many('scopeSpans', 'ScopeSpans'),
		3: one('schemaUrl', 'string'),
	},
	ScopeSpans: {
		1: one('scope', 'InstrumentationScope'),
		2: many('spans', 'Span'),
		3: one('schemaUrl', 'string'),
	},
	Resource: {
		1: many('attributes', 'KeyValue'),
		2: one('droppedAttributesCount', 'uint32'),
		3: many('entityRefs', 'EntityRef'),
	},
	EntityRef: {
		1: one('schemaUrl', 'string'),
		2: one('type', 'string'),
		3: many('idKeys', 'string'),
		4: many('descriptionKeys', 'string'),
	},
	InstrumentationScope: {
		1: one('name', 'string'),
		2: one('version', 'string'),
		3: many('attributes', 'KeyValue'),
		4: one('droppedAttributesCount', 'uint32'),
	},
	Span: {
		1: one('traceId', 'id'),
		2: one('spanId', 'id'),
		3: one('traceState', 'string'),
		4: one('parentSpanId', 'id'),
		5: one('name', 'string'),
		6: one('kind', 'int32'),
		7: one('startTimeUnixNano', 'fixed64'),
		8: one('endTimeUnixNano', 'fixed64'),
		9: many('attributes', 'KeyValue'),
		10: one('droppedAttributesCount', 'uint32'),
		11: many('events', 'Event'),
		12: one('droppedEventsCount', 'uint32'),
		13: many('links', 'Link'),
		14: one('droppedLinksCount', 'uint32'),
		15: one('status', 'Status'),
		16: one('flags', 'fixed32'),
	},
	Event: {
		1: one('timeUnixNano', 'fixed64'),
		2: one('name', 'string'),
		3: many('attributes', 'KeyValue'),
		4: one('droppedAttributesCount', 'uint32'),
	},
	Link: {
		1: one('traceId', 'id'),
		2: one('spanId', 'id'),
		3: one('traceState', 'string'),
		4: many('attributes', 'KeyValue'),
		5: one('droppedAttributesCount', 'uint32'),
		6: one('flags', 'fixed32'),
	},
	Status: { 2: one('message', 'string'), 3: one('code', 'int32') },
	KeyValue: { 1: one('key', 'string'), 2: one('value', 'AnyValue') },
	AnyValue: {
		1: one('stringValue', 'string'),
		2: one('boolValue', 'bool'),
		3: one('intValue', 'int64'),
		4: one('doubleValue', 'double'),
		5: one('arrayValue', 'ArrayValue'),
		6: one('kvlistValue', 'KeyValueList'),
		7: one('bytesValue', 'bytes'),
	},
	ArrayValue: { 1: many('values', 'AnyValue') },
	KeyValueList: { 1: many('values', 'KeyValue') },
};
