/** Where each method is described, and what it computes, by the name that a rule’s result has. */
export const sources: Readonly<Record<string, string>> = {
	'point estimate':
		'the metric’s own value is held against the limit; its bounds are shown and do not decide',
	count: 'every event counts, and none can be taken back by more questions',
	'record check': 'without it the other rules would judge numbers that mean nothing',
	'Clopper-Pearson':
		'the exact interval of a binomial share, by quantiles of the beta distribution (Clopper & Pearson 1934); of grouped questions, with the effective number of them (Korn & Graubard 1998)',
	'Wilson score': 'the interval of a share whose score test does not reject it (Wilson 1927)',
	'Student t':
		'mean ± t · s/√n over questions, repeats averaged first; never nearer than as many equal values in [0, 1] would allow, 1 − α^(1/n); grouped questions by the clustered standard error with G − 1 degrees of freedom (Miller 2024)',
	'order statistics':
		'observed values whose ranks enclose the quantile with that confidence, by the binomial distribution (David & Nagaraja 2003, section 7.1; Woodruff 1952 for grouped questions)',
	'Tango score':
		'the interval of a difference of paired shares whose score test does not reject it; it has a width also where no pair differs (Tango 1998); never nearer than the shares gained and lost allow by themselves (Zou & Donner 2008)',
	'Newcombe hybrid score':
		'a difference of paired shares from the Wilson intervals of both, with their correlation (Newcombe 1998, method 10); never nearer than the shares gained and lost allow by themselves (Zou & Donner 2008)',
	'paired t':
		'mean ± t · s/√n of the differences question by question, repeats averaged first; never nearer than as many equal differences would allow; grouped questions by the clustered standard error (Miller 2024)',
	'sign-flip permutation':
		'all shifts of the differences whose sum is not extreme among those with signs flipped at random, seeded (Fisher 1935, section 21)',
	'BCa bootstrap':
		'2,000 seeded resamples of whole questions (or groups of them), of both runs together; bias-corrected and accelerated, ratios on the scale of logarithms (Efron 1987) and never nearer than Fieller’s (1954), corrected for skewness',
	'percentile bootstrap':
		'2,000 seeded resamples of whole questions (or groups of them) with both runs’ trials; α expanded for few of them, ratios on the scale of logarithms; none where an order statistic bounds neither run (Efron & Tibshirani 1993, chapter 13; Hesterberg 2015)',
	'delta method':
		'the standard error of the linearized statistic, question by question (or group by group); beyond 20,000 questions in place of the bootstrap (Davison & Hinkley 1997, section 2.7); ratios of sums never nearer than Fieller’s (1954)',
	'prometheus instant': 'what Prometheus says at the time of the verdict',
	'prometheus window': 'the worst of what Prometheus says over the window',
	'prometheus buckets': 'the edges of the bucket that the quantile lies in',
	'tempo window': 'what Tempo says over the window',
	'tempo buckets': 'the edges of the bucket that the quantile lies in',
	'not judged': 'the run was stopped early, and this rule was not decided by then',
	none: 'there was nothing to judge',
};
