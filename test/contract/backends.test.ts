import { prometheus } from '../../src/backends/prometheus.ts';
import { tempo } from '../../src/backends/tempo.ts';
import type { PrometheusQuery, TempoQuery } from '../../src/model/answer.ts';
import { lookBackAnswer, vector } from '../support/prometheus-answers.ts';
import { instantSeries } from '../support/tempo-answers.ts';
import { at, backendContract } from './backend.contract.ts';

const seconds = Date.parse(at) / 1_000;

backendContract<PrometheusQuery>({
	name: 'Prometheus',
	open: prometheus,
	query: { source: 'prometheus', value: 'value', total: 'count', maxAgeS: 300 },
	number: (value) => vector(seconds, [{}, String(value)]),
	empty: vector(seconds),
	two: vector(seconds, [{ a: '1' }, '1'], [{ a: '2' }, '2']),
	queryOf: ({ query }) => (query.get('time') === null ? undefined : (query.get('query') ?? undefined)),
	other: lookBackAnswer,
});

backendContract<TempoQuery>({
	name: 'Tempo',
	open: tempo,
	query: { source: 'tempo', value: 'value', count: 'count', windowS: 900 },
	number: (value) => instantSeries([[], value]),
	empty: '{"metrics":{}}',
	two: instantSeries([[], 1], [[], 2]),
	queryOf: ({ query }) => query.get('q') ?? undefined,
	other: () => ({ status: 404, body: '' }),
});
