export type Mark = number | null | undefined

/** What marks come to so far. */
export const totalOf = (marks: readonly Mark[]): number => marks.reduce<number>((sum, m) => sum + (m ?? 0), 0)

/** How many are still to be given. */
export const leftOf = (marks: readonly Mark[]): number => marks.filter((m) => m === undefined || m === null).length
