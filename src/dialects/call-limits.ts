/**
 * Where dialects whose vendors refuse the same call too soon, or beside itself, do so too: for live accounts and not in sandboxes, for
 * all, for none.
 */
export const callLimits = ['live', 'on', 'off'] as const
export type CallLimits = (typeof callLimits)[number]
