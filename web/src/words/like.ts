/** The same keys with other words. */
export type Like<T> = { readonly [K in keyof T]: T[K] extends string ? string : Like<T[K]> }

/** The words of one room of the page: Chinese is the measure, English has the same keys. */
export const pair = <const Z extends object>(zh: Z, en: Like<Z>) => ({ zh, en })
