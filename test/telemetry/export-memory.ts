/*
 * Exports a spans file from a process of its own, whose memory is its own: prints one JSON line with the highest
 * resident memory and heap in bytes, and what became of the spans.
 * node export-memory.ts <spans.jsonl> <endpoint> <spans> <timeoutMs>
 */
import { statSync } from 'node:fs';
import { Exporter } from '../../src/telemetry/exporter.ts';

const [file = '', endpoint = '', spans = '', timeoutMs = ''] = process.argv.slice(2);
const { size } = statSync(file);
let rss = 0;
let heap = 0;
const look = setInterval(() => {
	const usage = process.memoryUsage();
	rss = Math.max(rss, usage.rss);
	heap = Math.max(heap, usage.heapUsed);
}, 20);
const exporter = new Exporter(file, endpoint, () => size);
const counts = { ended: Number(spans), recorded: Number(spans) };
const { acknowledged, outstanding } = await exporter.finish(() => counts, Number(timeoutMs));
clearInterval(look);
process.stdout.write(`${JSON.stringify({ rss, heap, acknowledged, outstanding })}\n`);
process.exit(0);
