// Amounts of quotas are decimals with four places at most; figures of a computer are not.

const scale = 4

function ten(amount: string): bigint {
  const [, minus, whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? []
  const n = BigInt(whole + part.padEnd(scale, '0').slice(0, scale))
  return minus ? -n : n
}

/** The sum of two amounts, exact. */
export function sumOf(a: string, b: string): string {
  const n = ten(a) + ten(b)
  const digits = (n < 0n ? -n : n).toString().padStart(scale + 1, '0')
  const part = digits.slice(-scale).replace(/0+$/, '')
  return `${n < 0n ? '-' : ''}${digits.slice(0, -scale)}${part && `.${part}`}`
}
