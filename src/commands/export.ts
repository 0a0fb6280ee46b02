import { ExitCode, SpangateError } from '../errors.ts';
import { Credentials } from '../redaction/credentials.ts';
import { Redactor } from '../redaction/redactor.ts';
import { command, milliseconds } from './command.ts';
import { runPositional, traceFlags } from './flags.ts';
import { homeOf } from './home.ts';
import { deliveryLine } from './records.ts';

/** `spangate export`: sends what a backend has not acknowledged of a stored run's spans. */
export const exportCommand = command({
	positionals: { run: runPositional },
	flags: {
		otlp: {
			...traceFlags.otlp,
			describe:
				'The OTLP/HTTP endpoint, e.g. http://localhost:4318 (default: OTEL_EXPORTER_OTLP_ENDPOINT); another one than before gets every span',
		},
		all: {
			type: 'boolean',
			default: false,
			describe: 'Send again what was acknowledged, too: a backend that still has it has it twice then',
		},
		'export-timeout': {
			...traceFlags['export-timeout'],
			describe: 'Seconds without an acknowledgement after which to give up',
		},
		json: { type: 'boolean', default: false, describe: 'Print what became of the spans as JSON' },
	},
	examples: [
		[
			'$0 export @latest --otlp http://localhost:4318',
			'what is outstanding; spans whose answer was lost can arrive twice',
		],
		['$0 export @baseline --all', 'every span again, e.g. to a backend that lost them'],
	],
	async run(args, io) {
		const timeoutMs = milliseconds('export-timeout', args['export-timeout']);
		const home = homeOf(io);
		const [{ exportRun }, { endpointFromEnvironment, tracesUrl }] = await Promise.all([
			import('../workflows/export-run.ts'),
			import('../telemetry/wire.ts'),
		]);
		const endpoint = args.otlp === undefined ? endpointFromEnvironment(io.env) : tracesUrl(args.otlp);
		if (endpoint === undefined) {
			throw new SpangateError('usage', 'no endpoint to send spans to', {
				hint: 'Give --otlp http://localhost:4318, or set OTEL_EXPORTER_OTLP_ENDPOINT (or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT).',
			});
		}
		const folder = home.runFolder(home.resolve(args.run).id);
		const redactor = new Redactor('redacted', Credentials.ofEnvironment(io.env));
		const interrupt = new AbortController();
		const endInterrupts = io.onInterrupt(() => {
			if (interrupt.signal.aborted) io.exit(ExitCode.interrupted);
			io.stderr.write('Interrupted: what was acknowledged is kept. Press Ctrl-C again to stop at once.\n');
			interrupt.abort();
		});
		try {
			const delivery = await exportRun(folder, {
				endpoint,
				all: args.all,
				timeoutMs,
				interrupt: interrupt.signal,
				told: (text) => redactor.text(text),
				onTorn: (where) => io.stderr.write(`${where}: the last line was torn by a kill and is left out\n`),
			});
			io.stdout.write(`${args.json ? JSON.stringify(delivery, undefined, '\t') : deliveryLine(delivery)}\n`);
			if (delivery.outstanding === 0 && delivery.rejected === 0) return ExitCode.ok;
			return interrupt.signal.aborted ? ExitCode.interrupted : ExitCode.unmeasured;
		} finally {
			endInterrupts();
		}
	},
});
