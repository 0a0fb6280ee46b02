import {
	defaultResource,
	detectResources,
	envDetector,
	type Resource,
	resourceFromAttributes,
} from '@opentelemetry/resources';
import { Attr } from './names.ts';

/**
 * What spans and metrics are of: this version of spangate, or what the standard OTEL_SERVICE_NAME and
 * OTEL_RESOURCE_ATTRIBUTES say instead.
 */
export function resourceOf(version: string): Resource {
	const fromEnvironment = detectResources({ detectors: [envDetector] });
	const own = resourceFromAttributes({ [Attr.serviceName]: 'spangate', [Attr.serviceVersion]: version });
	return defaultResource().merge(own).merge(fromEnvironment);
}
