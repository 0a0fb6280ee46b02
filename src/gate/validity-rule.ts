/** What the ids of the rules that every gate has begin with. */
export const validityPrefix = 'valid:';

/** What those rules have in common. */
export const validityRule = { tier: 'critical', method: 'record check' } as const;
